/// Speaking, and looking up what was said.
extension BuiltInTools {
    static let conversation: [BuiltInTool] = [
        BuiltInTool(
            "send_message", .core,
            "Says something to the user. This is the only thing the user sees of your turn.",
            [.text("message", "What to say, as plain text. Any language and emoji are fine.")]),
        BuiltInTool(
            "conversation_search", .core, parallel: true,
            """
            Finds earlier messages of your conversations, also those that are no longer in view, by their words and \
            meaning. Use it before you say that you do not know or remember something. Without a query it lists the \
            messages of the given dates.

            Examples: query "birthday plans"; query "invoice number" with roles ["user"]; start_date "2026-01-01" with \
            end_date "2026-01-07" for everything said in that week.
            """, searchParameters),
        BuiltInTool(
            "conversation_search_date", .core, parallel: true,
            """
            Lists what was said between two dates, both included. Works as conversation_search with start_date and \
            end_date; a query narrows the result.
            """,
            [
                .text("start_date", dateNote("First day or time to include.")),
                .text("end_date", dateNote("Last day or time to include.")),
                .text("query", "Words to look for.", optional: true),
                .integer("limit", "Most results to return; 5 when left out."),
            ]),
    ]

    private static let searchParameters: [BuiltInTool.Parameter] = [
        .text("query", "What to look for, in the words you expect to have been used.", optional: true),
        .texts("roles", "Only messages of these senders.", oneOf: ["assistant", "user", "tool"]),
        .integer("limit", "Most results to return; 5 when left out."),
        .text("start_date", dateNote("Only messages from this day or time on."), optional: true),
        .text("end_date", dateNote("Only messages up to this day or time, the whole day included."), optional: true),
    ]

    static func dateNote(_ text: String) -> String {
        text + " ISO 8601: 2026-01-31 or 2026-01-31T14:30. Without a zone it is your own time zone."
    }
}
