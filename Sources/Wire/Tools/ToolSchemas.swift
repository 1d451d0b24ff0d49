import Platform

/// Tools as the contract spells them (`Tool`, `ToolCreate`, `ToolUpdate`, `ToolSearchRequest`, `ToolSearchResult`).
package enum ToolSchemas {
    package static let types = [
        "custom", "letta_core", "letta_memory_core", "letta_multi_agent_core", "letta_sleeptime_core",
        "letta_voice_sleeptime_core", "letta_builtin", "letta_files_core", "external_langchain", "external_composio",
        "external_mcp",
    ]

    package static let tool = Schema.object(
        "Tool",
        [
            .required("id", .string(.identifier(.tool))),
            .required("tool_type", .enumeration(types)),
            .maybe("description", .string()),
            .maybe("source_type", .string()),
            .maybe("name", .string()),
            .optional("tags", .array(.string())),
            .maybe("source_code", .string()),
            .maybe("json_schema", .freeObject),
            .maybe("args_json_schema", .freeObject),
            .optional("return_char_limit", returnCharLimit),
            .maybe("pip_requirements", .array(requirement("PipRequirement"))),
            .maybe("npm_requirements", .array(requirement("NpmRequirement"))),
            .maybe("default_requires_approval", .boolean),
            .maybe("enable_parallel_execution", .boolean),
            .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
            .maybe("metadata_", .freeObject),
            .maybe("project_id", .string()),
        ])

    package static let create = Schema.object(
        "ToolCreate",
        [
            .maybe("source_code", sourceCode),
            .maybe(
                "json_schema", .freeObject, note: "`{name, description, parameters}`; else derived from the source."),
            .maybe("return_char_limit", returnCharLimit),
        ] + shared,
        rules: [
            Schema.Rule { body in
                let isNamed = [body["source_code"], body["json_schema"]].contains { $0 != nil && $0 != .null }
                return isNamed ? nil : "Field required: source_code (or json_schema)"
            }
        ])

    package static let update = Schema.object(
        "ToolUpdate",
        [
            .maybe("name", .string(.length(minimum: 1, maximum: 64)), note: "Ours; `json_schema.name` does the same."),
            .maybe("source_code", sourceCode),
            .maybe("json_schema", .freeObject),
            .maybe("return_char_limit", returnCharLimit),
            .maybe("metadata_", .freeObject),
        ] + shared)

    package static let search = Schema.object(
        "ToolSearchRequest",
        [
            .maybe("query", .string(.length(maximum: 10_000))),
            .maybe("search_mode", .enumeration(["vector", "fts", "hybrid"])),
            .maybe("tool_types", .array(.string(), maximumCount: 1000)),
            .maybe("tags", .array(.string(), maximumCount: 1000)),
            .maybe("limit", .integer(minimum: 1, maximum: 100), note: "Default 50."),
        ])

    package static let searchResult = Schema.object(
        "ToolSearchResult",
        [
            .required("tool", tool),
            .maybe("embedded_text", .string()),
            .maybe("fts_rank", .integer()),
            .maybe("vector_rank", .integer()),
            .required("combined_score", .number()),
        ])

    package static let approval = Schema.object(
        "ModifyApprovalRequest",
        [
            .maybe("requires_approval", .boolean),
            .maybe("approval_required", .boolean, note: "The same; ours."),
        ])

    package static let runFromSource = Schema.object(
        "ToolRunFromSource",
        [
            .required("source_code", sourceCode),
            .maybe("args", .freeObject),
            .maybe("arguments", .freeObject, note: "The same as `args`; ours."),
            .maybe("env_vars", .map(.string()), note: "Its environment. They are not masked: you gave them."),
            .maybe(
                "name", .string(.length(minimum: 1, maximum: 64)),
                note: "The function; else the last one of the source."),
            .maybe("source_type", .string(.length(maximum: 50))),
            .maybe("args_json_schema", .freeObject),
            .maybe("json_schema", .freeObject),
            .maybe("pip_requirements", .array(givenRequirement, maximumCount: 1000)),
            .maybe("npm_requirements", .array(.any, maximumCount: 1000), note: "Not supported unless empty."),
            dryRun,
        ])

    package static let generateSchema = Schema.object(
        "GenerateSchemaRequest",
        [
            .maybe("code", sourceCode), .maybe("source_code", sourceCode, note: "The same as `code`; ours."),
            .maybe("source_type", .string(.length(maximum: 50))),
        ])

    package static let generateTool = Schema.object(
        "GenerateToolInput",
        [
            .required("tool_name", .string(.length(minimum: 1, maximum: 64))),
            .required("prompt", .string(.length(minimum: 1, maximum: 100_000))),
            .maybe("handle", .string(), note: "The model that writes; else the default one."),
            .maybe("starter_code", sourceCode),
            .maybe("validation_errors", .array(.string(), maximumCount: 100)),
        ])

    package static let generatedTool = Schema.object(
        "GenerateToolOutput",
        [
            .required("tool", tool, note: "Not stored."), .required("sample_args", .freeObject),
            .required("response", .string()),
        ])

    package static let execute = Schema.object(
        "ToolExecuteRequest",
        [
            .maybe("args", .freeObject), .maybe("arguments", .freeObject, note: "The same; ours."), dryRun,
        ])

    package static let executionResult = Schema.object(
        "ToolExecutionResult",
        [
            .required("status", .enumeration(["success", "error"])),
            .maybe("func_return", .any, note: "JSON where it has a form in it, else text; null when it failed."),
            .maybe("agent_state", .any), .maybe("stdout", .array(.string())), .maybe("stderr", .array(.string())),
            .maybe("sandbox_config_fingerprint", .string()),
        ])

    private static let dryRun = Field.maybe(
        "dry_run", .boolean, note: "Checks the arguments and says what would run where; nothing is carried out. Ours.")

    private static let returnCharLimit = Schema.integer(minimum: 1, maximum: 1_000_000)
    private static let sourceCode = Schema.string(.length(maximum: 1_000_000))

    private static func requirement(_ name: String) -> Schema {
        .object(name, [.required("name", .string(.length(minimum: 1))), .maybe("version", .string())])
    }

    /// A requirement is an object, or a PEP 508 text (decisions, REST 10).
    private static let givenRequirement = Schema.anyOf([
        .string(.length(minimum: 1, maximum: 1000)),
        .object(
            "GivenPipRequirement",
            [
                .maybe("name", .string(.length(minimum: 1, maximum: 500))), .maybe("version", .string()),
                .maybe("req_string", .string(.length(minimum: 1, maximum: 1000))),
            ]),
    ])

    private static let shared: [Field] = [
        .maybe("description", .string()),
        .maybe("tags", .array(.string(.length(minimum: 1, maximum: 500)), maximumCount: 1000)),
        .maybe("source_type", .string(.length(maximum: 50))),
        .maybe("args_json_schema", .freeObject),
        .maybe("pip_requirements", .array(givenRequirement, maximumCount: 1000)),
        .maybe("npm_requirements", .array(.any, maximumCount: 1000), note: "Not supported unless empty."),
        .maybe("default_requires_approval", .boolean),
        .maybe("enable_parallel_execution", .boolean),
    ]
}
