import Platform

/// Conversations as the contract spells them (`Conversation`, `CreateConversation`, `UpdateConversation`).
package enum ConversationSchemas {
    package static let conversation = Schema.object(
        "Conversation",
        [
            .required("id", .string(.identifier(.conversation))),
            .required("agent_id", .string(.identifier(.agent))),
            .maybe("summary", .string()),
            .required("in_context_message_ids", .array(.string())),
            .required("isolated_block_ids", .array(.string(.identifier(.block)))),
            .maybe("model", .string(), note: "Instead of the agent's."),
            .maybe("model_settings", .freeObject),
            .maybe("last_message_at", .string(.dateTime)),
            .required("created_at", .string(.dateTime)),
            .required("updated_at", .string(.dateTime)),
            .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
        ] + later)

    package static let create = Schema.object(
        "CreateConversation",
        [
            .maybe("summary", .string()),
            .maybe(
                "isolated_block_labels", .array(.string(), maximumCount: 1000),
                note: "Labels of blocks that the conversation gets copies of, which only it sees and edits."),
            .maybe("model", .string(), note: "Instead of the agent's: provider/model-name."),
            .maybe("model_settings", .freeObject),
        ] + later)

    package static let update = Schema.object(
        "UpdateConversation",
        [
            .maybe("summary", .string()),
            .maybe("model", .string(), note: "provider/model-name."),
            .maybe("model_settings", .freeObject),
            .maybe("last_message_at", .string(.dateTime)),
        ] + later)

    /// Members of later versions of the contract: kept and given back.
    private static let later: [Field] = [
        .maybe("description", .string()), .maybe("context_window_limit", .integer(minimum: 1)),
        .maybe("hidden", .boolean), .maybe("archived", .boolean),
    ]
}
