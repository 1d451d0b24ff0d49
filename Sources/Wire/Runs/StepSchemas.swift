import Platform

/// Steps as the contract spells them (`Step`, `StepMetrics`, `ProviderTrace`, `ModifyFeedbackRequest`).
package enum StepSchemas {
    package static let feedback = Schema.enumeration(["positive", "negative"])

    package static let step = Schema.object(
        "Step",
        [
            .required("id", .string(.identifier(.step))), .maybe("origin", .string()), .maybe("provider_id", .string()),
            .maybe("run_id", .string()), .maybe("agent_id", .string()), .maybe("provider_name", .string()),
            .maybe("provider_category", .string()), .maybe("model", .string()), .maybe("model_handle", .string()),
            .maybe("model_endpoint", .string()), .maybe("context_window_limit", .integer()),
            .maybe("completion_tokens", .integer()), .maybe("prompt_tokens", .integer()),
            .maybe("total_tokens", .integer()), .maybe("cached_input_tokens", .integer()),
            .maybe("cache_write_tokens", .integer()), .maybe("reasoning_tokens", .integer()),
            .maybe("completion_tokens_details", .freeObject), .maybe("prompt_tokens_details", .freeObject),
            .maybe("stop_reason", RunSchemas.stopReason), .required("tags", .array(.string())),
            .maybe("tid", .string()),
            .maybe("trace_id", .string(), note: "The step's id."), .maybe("request_id", .string()),
            .required("messages", .array(.freeObject), note: "Always empty: GET /v1/steps/{step_id}/messages."),
            .maybe("feedback", feedback), .maybe("project_id", .string()), .maybe("error_type", .string()),
            .maybe("error_data", .freeObject),
            .required("status", .enumeration(["pending", "success", "failed", "cancelled"])),
        ])

    package static let metrics = Schema.object(
        "StepMetrics",
        [
            .required("id", .string(.identifier(.step))), .maybe("provider_id", .string()), .maybe("run_id", .string()),
            .maybe("agent_id", .string()), .maybe("step_start_ns", .integer(), note: "Nanoseconds since 1970."),
            .maybe("llm_request_start_ns", .integer(), note: "Nanoseconds since 1970."),
            .maybe("llm_request_ns", .integer()), .maybe("tool_execution_ns", .integer()),
            .maybe("step_ns", .integer()), .maybe("base_template_id", .string()), .maybe("template_id", .string()),
            .maybe("project_id", .string()),
        ])

    package static let trace = Schema.object(
        "ProviderTrace",
        [
            .required("id", .string()), .required("request_json", .freeObject), .required("response_json", .freeObject),
            .maybe("step_id", .string()), .maybe("agent_id", .string()), .maybe("agent_tags", .array(.string())),
            .maybe("call_type", .string()), .maybe("run_id", .string()), .maybe("source", .string()),
            .maybe("org_id", .string()), .maybe("compaction_settings", .freeObject), .maybe("llm_config", .freeObject),
            .maybe("billing_context", .freeObject), .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()), .required("created_at", .string(.dateTime)),
            .maybe("updated_at", .string(.dateTime)),
        ])

    package static let modifyFeedback = Schema.object(
        "ModifyFeedbackRequest",
        [
            .maybe("feedback", feedback, note: "Null takes it back."),
            .maybe("tags", .array(.string(), maximumCount: 1000), note: "Null leaves them as they are."),
        ])
}
