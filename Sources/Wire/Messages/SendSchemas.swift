import Platform

/// Sending messages to agents (`LettaRequest` and its kin, `LettaResponse`; wire notes, section 7).
package enum SendSchemas {
    package static let request = Schema.object("LettaRequest", common, rules: [exactlyOne])
    package static let streaming = Schema.object(
        "LettaStreamingRequest", common + stream(default: false), rules: [exactlyOne, onlyStreamed])
    package static let async = Schema.object(
        "LettaAsyncRequest", common + [.maybe("callback_url", .string(), note: "Is sent the run when it has ended.")],
        rules: [exactlyOne])
    package static let conversation = Schema.object(
        "ConversationMessageRequest",
        common + stream(default: true) + [
            .maybe("agent_id", .string(.identifier(.agent)), note: "With 'default': whose own thread.")
        ], rules: [exactlyOne])

    private static let common: [Field] = [
        .maybe("messages", .array(message)),
        .maybe("input", .anyOf([.string(), .array(.freeObject)]), note: "One user message."),
        .optional("max_steps", .integer(minimum: 1), default: 50),
        .optional("use_assistant_message", .boolean, default: true),
        .optional("assistant_message_tool_name", .string(), default: "send_message"),
        .optional("assistant_message_tool_kwarg", .string(), default: "message"),
        .maybe("include_return_message_types", .array(MessageSchemas.types)),
        .optional("enable_thinking", .anyOf([.string(), .boolean]), default: true),
        .maybe("client_tools", .array(clientTool)), .maybe("client_skills", .array(clientSkill)),
        .maybe("override_model", .string()), .maybe("override_system", .string()),
        .optional("include_compaction_messages", .boolean, default: false),
        .optional("return_logprobs", .boolean, default: false),
        .maybe("top_logprobs", .integer(minimum: 0, maximum: 20)),
        .optional("return_token_ids", .boolean, default: false),
    ]

    private static func stream(default isStreamed: Bool) -> [Field] {
        [
            .optional("streaming", .boolean, default: .bool(isStreamed)),
            .optional("stream_tokens", .boolean, default: false), .optional("include_pings", .boolean, default: true),
            .optional("background", .boolean, default: false),
        ]
    }

    private static let exactlyOne = Schema.Rule { body in
        let given = ["messages", "input"].filter { !(body[$0] ?? .null).isNull }
        if body["messages"]?.array?.isEmpty == true { return "Messages must not be empty" }
        return given.count == 1 ? nil : "Value error, exactly one of 'messages' and 'input' must be given"
    }

    private static let onlyStreamed = Schema.Rule { body in
        if body["streaming"]?.bool == true { return nil }
        let wrong = ["stream_tokens", "background"].filter { body[$0]?.bool == true }
        return wrong.first.map { "Value error, '\($0)' needs 'streaming': true" }
    }

    private static let content = Schema.anyOf([.string(), .array(.freeObject)])

    /// Any of the three kinds; told apart by `type`, which older clients leave out.
    private static let message = Schema.object(
        "MessageCreate",
        [
            .maybe("type", .enumeration(["message", "approval", "tool_return"])),
            .maybe("role", .enumeration(["user", "system", "assistant"])), .maybe("content", content),
            .maybe("name", .string()), .maybe("otid", .string()), .maybe("sender_id", .string()),
            .maybe("group_id", .string()), .maybe("approvals", .array(answer)),
            .maybe("tool_returns", .array(answer)), .maybe("approve", .boolean),
            .maybe("approval_request_id", .string()), .maybe("tool_call_id", .string()), .maybe("reason", .string()),
        ],
        rules: [
            .init { body in
                let isAnswer = ["approvals", "tool_returns", "approve", "approval_request_id"]
                    .contains { !(body[$0] ?? .null).isNull }
                if isAnswer || body["type"]?.string == "approval" || body["type"]?.string == "tool_return" {
                    return isAnswer ? nil : "Value error, 'approvals' or 'tool_returns' is required"
                }
                if (body["role"] ?? .null).isNull { return "Value error, 'role' is required" }
                return (body["content"] ?? .null).isNull ? "Value error, 'content' is required" : nil
            }
        ])

    private static let answer = Schema.object(
        "ApprovalReturn",
        [
            .maybe("type", .enumeration(["approval", "tool"])), .required("tool_call_id", .string()),
            .maybe("approve", .boolean), .maybe("reason", .string()), .maybe("tool_return", content),
            .maybe("status", .enumeration(["success", "error"])), .maybe("stdout", .array(.string())),
            .maybe("stderr", .array(.string())),
        ])

    private static let clientTool = Schema.object(
        "ClientToolSchema",
        [
            .required("name", .string(.length(minimum: 1))), .maybe("description", .string()),
            .maybe("parameters", .freeObject),
        ])

    private static let clientSkill = Schema.object(
        "ClientSkillSchema",
        [.required("name", .string()), .required("description", .string()), .required("location", .string())])

    package static let cancel = Schema.object(
        "CancelAgentRunRequest", [.maybe("run_ids", .array(.string(.identifier(.run))))])

    package static let resume = Schema.object(
        "RetrieveStreamRequest",
        [
            .maybe("agent_id", .string(.identifier(.agent))), .maybe("run_id", .string(.identifier(.run))),
            .maybe("otid", .string()), .optional("starting_after", .integer(minimum: 0), default: 0),
            .maybe("include_pings", .boolean), .maybe("poll_interval", .number(minimum: 0)),
            .maybe("batch_size", .integer(minimum: 1)),
        ])

    package static let compaction = Schema.object("CompactionRequest", [.maybe("compaction_settings", .freeObject)])

    package static let generate = Schema.object(
        "GenerateRequest",
        [
            .required("prompt", .string(.length(minimum: 1))), .maybe("system_prompt", .string()),
            .maybe("override_model", .string()), .maybe("response_schema", .freeObject),
        ])

    /// Members of OpenAI's that have no meaning for an agent are accepted.
    package static let chatCompletion = Schema.object(
        "ChatCompletionRequest",
        [
            .required("model", .string(), note: "The id of an agent."),
            .required("messages", .array(.freeObject, minimumCount: 1)), .maybe("stream", .boolean),
        ])

    // MARK: Replies

    package static let chatCompleted = Schema.object(
        "ChatCompletion",
        [
            .required("id", .string()), .required("object", .enumeration(["chat.completion"])),
            .required("created", .integer()), .required("model", .string()),
            .required("choices", .array(.freeObject)), .maybe("usage", .freeObject),
        ])

    package static let compacted = Schema.object(
        "CompactionResponse",
        [
            .required("summary", .string()), .required("num_messages_before", .integer()),
            .required("num_messages_after", .integer()),
        ])

    package static let generated = Schema.object(
        "GenerateResponse",
        [.required("content", .string()), .required("model", .string()), .required("usage", usage)])

    package static let response = Schema.object(
        "LettaResponse",
        [
            .required("messages", .array(MessageSchemas.message)), .required("stop_reason", stopReason),
            .required("usage", usage), .maybe("logprobs", .freeObject), .maybe("turns", .array(.freeObject)),
        ])

    package static let stopReason = Schema.object(
        "LettaStopReason",
        [.required("message_type", .enumeration(["stop_reason"])), .required("stop_reason", .string())])

    package static let usage = Schema.object(
        "LettaUsageStatistics",
        [
            .required("message_type", .enumeration(["usage_statistics"])), .required("completion_tokens", .integer()),
            .required("prompt_tokens", .integer()), .required("total_tokens", .integer()),
            .required("step_count", .integer()), .maybe("run_ids", .array(.string())),
            .maybe("cached_input_tokens", .integer()), .maybe("cache_write_tokens", .integer()),
            .maybe("reasoning_tokens", .integer()), .maybe("context_tokens", .integer()),
        ])

    package static let cancelled = Schema.map(.enumeration(["cancelled", "failed"]))
}
