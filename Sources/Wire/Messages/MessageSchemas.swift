import Platform

/// Messages as the contract spells them (`LettaMessageUnion`, `MessageSearchRequest`, `ContextWindowOverview`).
package enum MessageSchemas {
    package static let types = Schema.enumeration([
        "system_message", "user_message", "assistant_message", "reasoning_message", "hidden_reasoning_message",
        "tool_call_message", "tool_return_message", "approval_request_message", "approval_response_message",
        "summary_message", "event_message",
    ])
    package static let roles = Schema.enumeration([
        "assistant", "user", "tool", "function", "system", "approval", "summary",
    ])

    /// Any message of a list, told apart by `message_type`.
    package static let message = Schema.anyOf([
        variant("SystemMessage", "system_message", [.required("content", .string())]),
        variant("UserMessage", "user_message", [.required("content", content)]),
        variant("AssistantMessage", "assistant_message", [.required("content", content)]),
        variant(
            "ReasoningMessage", "reasoning_message",
            [
                .required("source", .enumeration(["reasoner_model", "non_reasoner_model"])),
                .required("reasoning", .string()), .maybe("signature", .string()),
            ]),
        variant(
            "HiddenReasoningMessage", "hidden_reasoning_message",
            [.required("state", .enumeration(["redacted", "omitted"])), .maybe("hidden_reasoning", .string())]),
        variant(
            "ToolCallMessage", "tool_call_message",
            [.required("tool_call", toolCall), .required("tool_calls", .array(toolCall))]),
        toolReturnMessage,
        variant(
            "ApprovalRequestMessage", "approval_request_message",
            [.required("tool_call", toolCall), .required("tool_calls", .array(toolCall))]),
        variant(
            "ApprovalResponseMessage", "approval_response_message",
            [
                .required("approvals", .array(.freeObject)), .maybe("approve", .boolean),
                .maybe("approval_request_id", .string()), .maybe("reason", .string()),
            ]),
        variant(
            "SummaryMessage", "summary_message",
            [.required("summary", .string()), .maybe("compaction_stats", .freeObject)]),
    ])

    package static let toolReturnMessage = variant(
        "ToolReturnMessage", "tool_return_message", returned + [.required("tool_returns", .array(toolReturn))])

    /// What a source that was run returned: the same, and the value.
    package static let sourceReturnMessage = variant(
        "SourceReturnMessage", "tool_return_message",
        returned + [
            .required("tool_returns", .array(toolReturn)),
            .maybe("func_return", .any, note: "What the function returned, as JSON; ours."),
        ])

    private static func variant(_ name: String, _ type: String, _ own: [Field]) -> Schema {
        .object(
            name,
            [
                .required("id", .string(.identifier(.message))), .required("date", .string(.dateTime)),
                .required("message_type", .enumeration([type])), .maybe("name", .string()), .maybe("otid", .string()),
                .maybe("sender_id", .string()), .maybe("step_id", .string()), .maybe("is_err", .boolean),
                .maybe("seq_id", .integer()), .maybe("run_id", .string()),
            ] + own)
    }

    private static let content = Schema.anyOf([.string(), .array(.freeObject)])

    private static let toolCall = Schema.object(
        "ToolCall",
        [
            .required("name", .string()), .required("arguments", .string(), note: "JSON, as the model wrote it."),
            .required("tool_call_id", .string()),
        ])

    private static let returned: [Field] = [
        .required("tool_return", .string()), .required("status", .enumeration(["success", "error"])),
        .required("tool_call_id", .string()), .maybe("stdout", .array(.string())), .maybe("stderr", .array(.string())),
    ]

    private static let toolReturn = Schema.object(
        "ToolReturn", [.required("type", .enumeration(["tool"]))] + returned)

    // MARK: Requests

    package static let update = Schema.object(
        "UpdateMessage",
        [
            .maybe(
                "message_type",
                .enumeration(["system_message", "user_message", "assistant_message", "reasoning_message"])),
            .maybe("content", content, note: "Text or content parts; for all types but reasoning."),
            .maybe("reasoning", .string()),
        ],
        rules: [
            .init { body in
                let isReasoning = body["message_type"]?.string == "reasoning_message"
                let given = body[isReasoning ? "reasoning" : "content"] ?? body["reasoning"]
                return given == nil || given == .null ? "Value error, content (or reasoning) is required" : nil
            }
        ])

    package static let reset = Schema.object(
        "ResetMessagesRequest",
        [
            .optional(
                "add_default_initial_messages", .boolean, default: false,
                note: "The opening of the agent's type follows the new system message.")
        ])

    package static let searchAll = Schema.object("SearchAllMessagesRequest", [.required("query", .string())] + searched)

    package static let search = Schema.object(
        "MessageSearchRequest",
        [
            .maybe("query", .string()), .maybe("roles", .array(roles)), .maybe("project_id", .string()),
            .maybe("template_id", .string()),
        ] + searched)

    private static let searched: [Field] = [
        .maybe(
            "search_mode", searchModes,
            note: "By meaning, by words, or both; default hybrid. Where there are no vectors, by words."),
        .maybe("agent_id", .string(.identifier(.agent))), .maybe("conversation_id", .string()),
        .maybe("limit", .integer(minimum: 1, maximum: 100), note: "Default 50."),
        .maybe("start_date", .string(.dateTime)), .maybe("end_date", .string(.dateTime)),
    ]

    private static let searchModes = Schema.enumeration(["vector", "fts", "hybrid"])

    // MARK: Replies

    package static let found = Schema.object(
        "MessageListResult",
        [
            .required(
                "message_type",
                .enumeration(["system_message", "user_message", "assistant_message", "reasoning_message"])),
            .maybe("content", content), .maybe("reasoning", .string()),
            .required("message_id", .string(.identifier(.message))),
            .maybe("agent_id", .string()), .maybe("conversation_id", .string()),
            .required("created_at", .string(.dateTime)),
            .maybe("search_mode", searchModes, note: "How it was searched."),
        ])

    package static let result = Schema.object(
        "MessageSearchResult",
        [
            .required("embedded_text", .string()), .required("message", stored), .maybe("fts_rank", .integer()),
            .maybe("vector_rank", .integer()), .required("rrf_score", .number()),
            .maybe("search_mode", searchModes, note: "How it was searched."),
        ])

    package static let stored = Schema.object(
        "Message",
        [
            .required("id", .string(.identifier(.message))), .maybe("agent_id", .string()), .maybe("model", .string()),
            .required("role", roles), .maybe("content", .array(.freeObject)), .maybe("name", .string()),
            .maybe("tool_calls", .array(.freeObject)), .maybe("tool_call_id", .string()), .maybe("otid", .string()),
            .maybe("tool_returns", .array(.freeObject)), .maybe("step_id", .string()), .maybe("run_id", .string()),
            .maybe("group_id", .string()), .maybe("sender_id", .string()), .maybe("conversation_id", .string()),
            .maybe("is_err", .boolean), .maybe("approvals", .array(.freeObject)), .maybe("approve", .boolean),
            .maybe("approval_request_id", .string()), .maybe("denial_reason", .string()),
            .required("created_at", .string(.dateTime)),
        ])

    package static let contextWindow = Schema.object(
        "ContextWindowOverview",
        [
            count("context_window_size_max"), count("context_window_size_current"), count("num_messages"),
            count("num_archival_memory"), count("num_recall_memory"), count("num_tokens_external_memory_summary"),
            .required("external_memory_summary", .string()), count("num_tokens_system"),
            .required("system_prompt", .string()), count("num_tokens_core_memory"), .required("core_memory", .string()),
            count("num_tokens_memory_filesystem"), .maybe("memory_filesystem", .string()),
            count("num_tokens_tool_usage_rules"), .maybe("tool_usage_rules", .string()),
            count("num_tokens_directories"), .maybe("directories", .string()), count("num_tokens_summary_memory"),
            .maybe("summary_memory", .string()), count("num_tokens_functions_definitions"),
            .required("functions_definitions", .nullable(.array(.freeObject))), count("num_tokens_messages"),
            .required("messages", .array(stored)),
        ])

    private static func count(_ name: String) -> Field { .required(name, .integer(minimum: 0)) }
}
