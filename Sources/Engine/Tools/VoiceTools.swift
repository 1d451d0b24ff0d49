/// Tools of agents that speak, and of those that look after their memory.
extension BuiltInTools {
    static let voice: [BuiltInTool] = [
        BuiltInTool(
            "search_memory", .voice,
            """
            Looks up earlier conversation when the words in view do not answer the user. Name the words to look for, \
            the time, or both.
            """,
            [
                .texts("convo_keyword_queries", "Words or short phrases that were probably used."),
                .integer("start_minutes_ago", "How many minutes ago the stretch to search begins."),
                .integer("end_minutes_ago", "How many minutes ago it ends."),
            ]),
        BuiltInTool(
            "store_memories", .voice,
            "Saves stretches of the conversation that are about to leave the context, so that they can be found again.",
            [
                .objects(
                    "chunks", "The stretches to save.",
                    [
                        .integer("start_index", "The first line of the stretch, counted from 0.", optional: false),
                        .integer("end_index", "The last line of the stretch, included.", optional: false),
                        .text("context", "One to three sentences on what it says, written for being searched."),
                    ])
            ]),
        BuiltInTool(
            "rethink_user_memory", .voice,
            "Rewrites what is known of the user. Everything that shall stay must be in the new text.",
            [.text("new_memory", "The whole new text.")]),
        BuiltInTool(
            "finish_rethinking_memory", .voice,
            "Ends your work on the memory. Call it when what is known of the user is as it should be."),
    ]
}
