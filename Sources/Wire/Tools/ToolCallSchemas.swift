import Platform

/// Kept calls of tools; ours.
package enum ToolCallSchemas {
    package static let status = Schema.enumeration(["success", "error", "refused"])

    package static let call = Schema.object(
        "RoostToolCall",
        [
            .required("id", .string(.identifier(.toolCall))), .required("tool_name", .string()),
            .maybe("tool_id", .string()), .maybe("tool_type", .string()), .required("status", status),
            .maybe("arguments", .freeObject),
            .required("result", .string(), note: "The whole result, also what return_char_limit cut away."),
            .maybe(
                "shown_characters", .integer(), note: "How many of them the model was shown; null when that was all."),
            .maybe("stdout", .array(.string())), .maybe("stderr", .array(.string())),
            .required("milliseconds", .number()), .maybe("agent_id", .string()), .maybe("conversation_id", .string()),
            .maybe("run_id", .string()), .maybe("step_id", .string()),
            .maybe("tool_call_id", .string(), note: "The model's id of the call."),
            .required("created_at", .string(.dateTime)), .maybe("created_by_id", .string()),
        ])
}
