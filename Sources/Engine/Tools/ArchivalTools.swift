/// The store without limit.
extension BuiltInTools {
    static let archival: [BuiltInTool] = [
        BuiltInTool(
            "archival_memory_insert", .core,
            """
            Saves a fact, a decision or a note to your archival memory, from where archival_memory_search brings it \
            back. Write one self-contained statement: names instead of pronouns, dates written out. What must always be \
            in view belongs in a memory block instead.

            Example: content "Ann moved from Oslo to Bergen in March 2026", tags ["ann", "home"].
            """,
            [
                .text("content", "What to save, understandable without the conversation around it."),
                .texts("tags", "Words to group by; the same words again find all of the group."),
            ]),
        BuiltInTool(
            "archival_memory_search", .core, parallel: true,
            """
            Finds what you saved in archival memory, by meaning and by words, the best first. Ask in full words, as in \
            the question you want answered. Narrow by tags and by when it was saved.

            Examples: query "where does Ann live"; query "deployment problems", tags ["work"], \
            start_datetime "2026-01-01".
            """,
            [
                .text("query", "What you want to know."),
                .texts("tags", "Only memories with these tags."),
                .text(
                    "tag_match_mode", "Whether a memory needs any of the tags (the default) or all of them.",
                    optional: true, oneOf: ["any", "all"]),
                .integer("top_k", "Most results to return; 5 when left out."),
                .text(
                    "start_datetime", dateNote("Only memories saved from this day or time on."), optional: true),
                .text(
                    "end_datetime", dateNote("Only memories saved up to this day or time, the whole day included."),
                    optional: true),
            ]),
    ]
}
