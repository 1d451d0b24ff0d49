import Platform

/// Agent files, import and clone as the contract spells them.
package enum PortabilitySchemas {
    package static let file = Schema.object(
        "AgentFile",
        [
            .required("agents", .array(.freeObject)), .required("groups", .array(.freeObject)),
            .required("blocks", .array(.freeObject)), .required("files", .array(.freeObject)),
            .required("sources", .array(.freeObject)), .required("tools", .array(.freeObject)),
            .required("mcp_servers", .array(.freeObject)), .required("skills", .array(.freeObject)),
            .required("metadata", .freeObject), .required("created_at", .string(.dateTime)),
        ])

    package static let imported = Schema.object(
        "ImportedAgentsResponse", [.required("agent_ids", .array(.string(.identifier(.agent))))])

    package static let export = Schema.object(
        "ExportAgentRequest",
        [
            .maybe(
                "skills",
                .array(
                    .object(
                        "Skill",
                        [
                            .required("name", .string()), .maybe("files", .map(.string())),
                            .maybe("source_url", .string()),
                        ]))),
            .maybe("conversation_id", .string()), .maybe("scrub_messages", .boolean),
        ])

    package static let clone = Schema.object(
        "CloneAgentRequest",
        [
            .maybe("name", .string(.length(minimum: 1, maximum: 500)), note: "Default: the agent's name and _copy."),
            .maybe("new_name", .string(.length(minimum: 1, maximum: 500)), note: "The same as name."),
            .maybe("include_messages", .boolean, note: "Default true: the agent's own thread is copied."),
            .maybe("shared", .boolean, note: "Share the blocks instead of copying them; default false."),
            .maybe(
                "include_archives", .boolean,
                note: "Let the copy search the same archives; default false. Passages are never copied."),
        ])
}
