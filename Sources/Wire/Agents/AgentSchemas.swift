import Platform

/// Agents as the contract spells them (`AgentState`, `CreateAgentRequest`, `UpdateAgent`).
package enum AgentSchemas {
    package static let agent = Schema.object(
        "AgentState",
        [
            .required("id", .string(.identifier(.agent))),
            .required("name", .string()),
            .maybe("description", .string()),
            .required("agent_type", agentType),
            .required("system", .string()),
            .maybe("metadata", .freeObject),
            .maybe("tool_rules", .array(.freeObject)),
            .maybe("message_ids", .array(.string())),
            .required("llm_config", .freeObject),
            .maybe("embedding_config", .freeObject),
            .maybe("model", .string()),
            .maybe("embedding", .string()),
            .maybe("model_settings", .freeObject),
            .maybe("compaction_settings", .freeObject),
            .maybe("response_format", .freeObject),
            .required("memory", memory),
            .required("blocks", .array(BlockSchemas.block)),
            .required("tools", .array(.freeObject)),
            .required("sources", .array(.freeObject)),
            .required("tags", .array(.string())),
            .required("tool_exec_environment_variables", .array(secret)),
            .required("secrets", .array(secret)),
            .required("identity_ids", .array(.string(.identifier(.identity)))),
            .required("identities", .array(.freeObject)),
            .maybe("pending_approval", .freeObject),
            .required("message_buffer_autoclear", .boolean),
            .maybe("enable_sleeptime", .boolean),
            .maybe("multi_agent_group", .freeObject),
            .maybe("managed_group", .freeObject),
            .maybe("last_run_completion", .string(.dateTime)),
            .maybe("last_run_duration_ms", .integer()),
            .maybe("last_stop_reason", .string()),
            .maybe("timezone", .string()),
            .maybe("max_files_open", .integer()),
            .maybe("per_file_view_window_char_limit", .integer()),
            .maybe("hidden", .boolean),
            .maybe("project_id", .string()),
            .maybe("template_id", .string()),
            .maybe("base_template_id", .string()),
            .maybe("deployment_id", .string()),
            .maybe("entity_id", .string()),
            .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
            .required("created_at", .string(.dateTime)),
            .required("updated_at", .string(.dateTime)),
            .required("version", .integer(minimum: 1), note: "For expected_version; ours."),
        ])

    package static let memory = Schema.object(
        "Memory",
        [
            .maybe("agent_type", agentType),
            .optional("git_enabled", .boolean),
            .required("blocks", .array(BlockSchemas.block)),
            .optional("file_blocks", .array(.freeObject)),
            .optional("prompt_template", .string()),
        ])

    package static let memoryUpdate = Schema.object(
        "MemoryUpdate",
        [
            .required(
                "memory_blocks",
                .array(
                    .object("LabelledBlockUpdate", [.required("label", .string()), .maybe("value", .string())]),
                    maximumCount: 1000))
        ])

    private static let secret = Schema.object(
        "AgentEnvironmentVariable",
        [
            .required("id", .string()),
            .required("key", .string()),
            .required("value", .string()),
            .maybe("description", .string()),
            .maybe("value_enc", .string()),
            .required("agent_id", .string(.identifier(.agent))),
            .required("created_at", .string(.dateTime)),
            .required("updated_at", .string(.dateTime)),
            .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
        ])

    package static let create = Schema.object(
        "CreateAgentRequest",
        [
            .maybe("name", name),
            .maybe("agent_type", agentType),
            .maybe("memory_blocks", .array(BlockSchemas.create, maximumCount: 1000)),
            .maybe("tools", .array(.string(), maximumCount: 10_000)),
            .maybe("include_base_tools", .boolean),
            .maybe("include_multi_agent_tools", .boolean),
            .maybe("include_base_tool_rules", .boolean),
            .maybe("initial_message_sequence", .array(initialMessage, maximumCount: 100_000)),
            .maybe("embedding_chunk_size", .integer(minimum: 1, maximum: 1_000_000)),
        ] + shared)

    package static let update = Schema.object(
        "UpdateAgent",
        [
            .maybe("name", name),
            .maybe("message_ids", .array(.string(), maximumCount: 1_000_000)),
            .maybe("last_run_completion", .string(.dateTime)),
            .maybe("last_run_duration_ms", .integer()),
            .maybe("last_stop_reason", stopReason),
            .maybe("expected_version", .integer(minimum: 1), note: "A stale write is refused with 409; ours."),
        ] + shared)

    package static let include = Schema.enumeration(
        [
            "blocks", "identities", "managed_group", "pending_approval", "secrets", "sources", "tags", "tools",
        ].map { "agent." + $0 })

    package static let stopReason = Schema.enumeration([
        "end_turn", "error", "llm_api_error", "invalid_llm_response", "invalid_tool_call", "max_steps",
        "max_tokens_exceeded", "no_tool_call", "tool_rule", "cancelled", "insufficient_credits", "requires_approval",
        "context_window_overflow_in_system_prompt",
    ])

    package static let agentType = Schema.enumeration([
        "memgpt_agent", "memgpt_v2_agent", "letta_v1_agent", "react_agent", "workflow_agent", "split_thread_agent",
        "sleeptime_agent", "voice_convo_agent", "voice_sleeptime_agent",
    ])

    private static let name = Schema.string(.length(minimum: 1, maximum: 1000))

    private static let initialMessage = Schema.object(
        "MessageCreate",
        [
            .required("role", .enumeration(["user", "system", "assistant"])),
            .required("content", .anyOf([.string(), .array(.freeObject)])),
            .maybe("otid", .string()),
            .maybe("name", .string()),
        ])

    private static let toolRule = Schema.object(
        "ToolRule",
        [
            .required("tool_name", .string()),
            .required(
                "type",
                .enumeration([
                    "run_first", "exit_loop", "continue_loop", "constrain_child_tools", "parent_last_tool",
                    "conditional", "max_count_per_step", "required_before_exit", "requires_approval",
                ])),
            .maybe("children", .array(.string())),
            .maybe("max_count_limit", .integer(minimum: 1)),
        ])

    private static let ids: @Sendable (IdentifierKind) -> Schema = {
        .array(.string(.identifier($0)), maximumCount: 10_000)
    }

    private static let shared: [Field] = [
        .maybe("description", .string()),
        .maybe("system", .string()),
        .maybe("model", .string(.length(minimum: 1, maximum: 1000))),
        .maybe("embedding", .string(.length(minimum: 1, maximum: 1000))),
        .maybe("llm_config", .freeObject),
        .maybe("embedding_config", .freeObject),
        .maybe("model_settings", .freeObject),
        .maybe("compaction_settings", .freeObject),
        .maybe("response_format", .freeObject),
        .maybe("context_window_limit", .integer(minimum: 1, maximum: 100_000_000)),
        .maybe("max_tokens", .integer(minimum: 1, maximum: 100_000_000)),
        .maybe("max_reasoning_tokens", .integer(minimum: 0, maximum: 100_000_000)),
        .maybe("enable_reasoner", .boolean),
        .maybe("reasoning", .boolean),
        .maybe("parallel_tool_calls", .boolean),
        .maybe("tool_rules", .array(toolRule, maximumCount: 10_000)),
        .maybe("tool_ids", ids(.tool)),
        .maybe("block_ids", ids(.block)),
        .maybe("identity_ids", ids(.identity)),
        .maybe("source_ids", .array(.string(), maximumCount: 10_000)),
        .maybe("folder_ids", .array(.string(), maximumCount: 10_000)),
        .maybe("tags", .array(.string(.length(minimum: 1, maximum: 500)), maximumCount: 10_000)),
        .maybe("metadata", .freeObject),
        .maybe("secrets", .map(.string())),
        .maybe("tool_exec_environment_variables", .map(.string())),
        .maybe("project_id", .string()),
        .maybe("template_id", .string()),
        .maybe("base_template_id", .string()),
        .maybe("timezone", .string(.length(minimum: 1, maximum: 100))),
        .maybe("message_buffer_autoclear", .boolean),
        .maybe("enable_sleeptime", .boolean),
        .maybe("max_files_open", .integer(minimum: 0, maximum: 1_000_000)),
        .maybe("per_file_view_window_char_limit", .integer(minimum: 0, maximum: 1_000_000_000)),
        .maybe("hidden", .boolean),
    ]
}
