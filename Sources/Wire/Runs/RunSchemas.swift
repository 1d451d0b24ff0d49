import Platform

/// Runs, and jobs, which are runs by an older name, as the contract spells them.
package enum RunSchemas {
    package static let stopReason = AgentSchemas.stopReason
    package static let status = Schema.enumeration(["created", "running", "completed", "failed", "cancelled"])

    package static let run = Schema.object(
        "Run",
        [
            .required("id", .string(.identifier(.run))), .required("status", status),
            .required("agent_id", .string(.identifier(.agent))), .maybe("conversation_id", .string()),
            .maybe("base_template_id", .string()), .maybe("request_config", requestConfig),
        ] + common)

    package static let job = Schema.object(
        "Job",
        [
            .required("id", .string(.identifier(.run))), .required("status", status),
            .required("job_type", .enumeration(["run"])), .required("agent_id", .string(.identifier(.agent))),
            .maybe("updated_at", .string(.dateTime)), .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
        ] + common)

    private static let common: [Field] = [
        .maybe("background", .boolean),
        .maybe("metadata", .freeObject, note: "Of a failed run, `error` says why."),
        .maybe("stop_reason", stopReason),
        .maybe("callback_url", .string()), .maybe("callback_sent_at", .string(.dateTime)),
        .maybe("callback_status_code", .integer()), .maybe("callback_error", .string()),
        .maybe("ttft_ns", .integer(), note: "Nanoseconds to the first piece of the model's answer."),
        .maybe("total_duration_ns", .integer()),
        .required("created_at", .string(.dateTime)), .maybe("completed_at", .string(.dateTime)),
    ]

    private static let requestConfig = Schema.object(
        "LettaRequestConfig",
        [
            .optional("use_assistant_message", .boolean), .optional("assistant_message_tool_name", .string()),
            .optional("assistant_message_tool_kwarg", .string()),
            .maybe("include_return_message_types", .array(MessageSchemas.types)),
        ])

    package static let usage = Schema.object(
        "UsageStatistics",
        [
            .required("completion_tokens", .integer(minimum: 0)), .required("prompt_tokens", .integer(minimum: 0)),
            .required("total_tokens", .integer(minimum: 0)),
            .maybe(
                "prompt_tokens_details",
                .object(
                    "UsageStatisticsPromptTokenDetails",
                    [
                        .maybe("cached_tokens", .integer()), .maybe("cache_read_tokens", .integer()),
                        .maybe("cache_creation_tokens", .integer()),
                    ])),
            .maybe(
                "completion_tokens_details",
                .object("UsageStatisticsCompletionTokenDetails", [.maybe("reasoning_tokens", .integer())])),
        ])

    package static let metrics = Schema.object(
        "RunMetrics",
        [
            .required("id", .string(.identifier(.run))), .maybe("agent_id", .string()), .maybe("project_id", .string()),
            .maybe("run_start_ns", .integer(), note: "Nanoseconds since 1970."), .maybe("run_ns", .integer()),
            .maybe("num_steps", .integer()), .maybe("tools_used", .array(.string()), note: "Ids of tools."),
            .maybe("template_id", .string()), .maybe("base_template_id", .string()),
        ])

    package static let span = Schema.object(
        "RunSpan",
        [
            .required("trace_id", .string()), .required("span_id", .string()), .maybe("parent_span_id", .string()),
            .required("span_name", .string()), .required("start_ns", .integer(), note: "Nanoseconds since 1970."),
            .maybe("duration_ns", .integer(), note: "Null while it goes on."), .required("attributes", .freeObject),
        ])
}
