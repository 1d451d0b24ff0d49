import Platform

/// MCP servers as the contract spells them: `StdioMCPServer` and its fellows of `/v1/mcp-servers/…`, `StdioServerConfig` and
/// its fellows of the older `/v1/tools/mcp/servers/…`.
package enum ToolServerSchemas {
    package static let types = ["stdio", "sse", "streamable_http"]

    package static let server = Schema.anyOf([
        .object("StdioMCPServer", shown("stdio", program) + identity),
        .object("SSEMCPServer", shown("sse", address) + identity),
        .object("StreamableHTTPMCPServer", shown("streamable_http", address) + identity),
    ])

    package static let create = Schema.object(
        "CreateMCPServerRequest",
        [
            .required("server_name", name),
            .required(
                "config",
                .object(
                    "MCPServerConfiguration", type("mcp_server_type") + members, rules: [isComplete("mcp_server_type")])
            ),
        ]
    )

    package static let update = Schema.object(
        "UpdateMCPServerRequest",
        [.maybe("server_name", name), .maybe("config", .object("MCPServerChange", type("mcp_server_type") + members))])

    package static let run = Schema.object("ToolExecuteRequest", [.maybe("args", .freeObject)])

    package static let result = Schema.object(
        "ToolExecutionResult",
        [
            .required("status", .enumeration(["success", "error"])),
            .maybe("func_return", .any),
            .maybe("agent_state", .any),
            .maybe("stdout", .array(.string())),
            .maybe("stderr", .array(.string())),
            .maybe("sandbox_config_fingerprint", .string()),
        ])

    package static let changes = Schema.object(
        "MCPServerResyncResult",
        [
            .required("deleted", .array(.string())), .required("updated", .array(.string())),
            .required("added", .array(.string())),
        ])

    // MARK: The older form

    package static let configuration = Schema.anyOf([
        .object("StdioServerConfig", olderShown("stdio", program)),
        .object("SSEServerConfig", olderShown("sse", address)),
        .object("StreamableHTTPServerConfig", olderShown("streamable_http", address)),
    ])

    package static let configurations = Schema.map(configuration)

    package static let olderCreate = Schema.object(
        "MCPServerConfigRequest", [.required("server_name", name)] + type("type") + members, rules: [isComplete("type")]
    )

    package static let olderUpdate = Schema.object(
        "MCPServerConfigUpdate",
        [
            .maybe("server_name", name), .maybe("token", secret, note: "The same as auth_token."),
            .maybe("stdio_config", .object("StdioServerChange", members)),
        ] + members)

    /// A tool as the server describes it.
    package static let servedTool = Schema.object(
        "MCPTool",
        [
            .required("name", .string()),
            .maybe("title", .string()),
            .maybe("description", .string()),
            .required("inputSchema", .freeObject),
            .maybe("outputSchema", .freeObject),
            .maybe("annotations", .freeObject),
            .maybe("_meta", .freeObject),
            .maybe(
                "health",
                .object(
                    "MCPToolHealth",
                    [
                        .required("status", .enumeration(["STRICT_COMPLIANT", "NON_STRICT_ONLY", "INVALID"])),
                        .optional("reasons", .array(.string())),
                    ])),
        ])

    package static let tested = Schema.object(
        "MCPServerTestResult",
        [.required("status", .enumeration(["success"])), .required("tools", .array(servedTool))])

    package static let executed = Schema.object(
        "MCPToolExecuteResult", [.required("result", .any), .required("success", .boolean)])

    // MARK: Members

    private static let name = Schema.string(.length(minimum: 1, maximum: 100))
    private static let secret = Schema.string(.length(maximum: 20_000))
    private static let secrets = Schema.map(secret)

    private static func type(_ member: String) -> [Field] {
        [.maybe(member, .enumeration(types), note: "Left out: what the other members say.")]
    }

    private static let members: [Field] = [
        .maybe("command", .string(.length(maximum: 4000))),
        .maybe("args", .array(.string(.length(maximum: 100_000)), maximumCount: 1000)),
        .maybe(
            "env", secrets, note: "Kept encrypted. `{{ NAME | default }}` stands for a secret of the calling agent."),
        .maybe("server_url", .string(.length(maximum: 4000)), note: "`{{ NAME }}` may stand in its path."),
        .maybe("auth_header", .string(.length(maximum: 200)), note: "Left out: Authorization."),
        .maybe("auth_token", secret, note: "Kept encrypted."),
        .maybe("custom_headers", secrets, note: "Kept encrypted."),
    ]

    private static func isComplete(_ member: String) -> Schema.Rule {
        Schema.Rule { body in
            func isGiven(_ name: String) -> Bool { body[name].map { !$0.isNull } ?? false }
            let type = body[member]?.string
            if type == "stdio" || (type == nil && isGiven("command")) {
                return isGiven("command") ? nil : "Field required: command"
            }
            return isGiven("server_url") ? nil : "Field required: server_url (or command, for a program)"
        }
    }

    private static let program: [Field] = [
        .required("command", .string()), .required("args", .array(.string())),
        .maybe("env", .map(.string()), note: "Values are masked."),
    ]

    private static let address: [Field] = [
        .required("server_url", .string()), .maybe("auth_header", .string()),
        .maybe("auth_token", .string(), note: "Masked. Sent back as it is, it stays what it is."),
        .maybe("custom_headers", .map(.string()), note: "Values are masked."),
    ]

    private static func shown(_ type: String, _ fields: [Field]) -> [Field] {
        [.required("mcp_server_type", .enumeration([type]))] + fields
    }

    private static func olderShown(_ type: String, _ fields: [Field]) -> [Field] {
        [.required("server_name", .string()), .required("type", .enumeration([type]))] + fields
    }

    private static let identity: [Field] = [
        .required("id", .string(.identifier(.mcpServer))),
        .required("server_name", .string()),
        .maybe("last_synced", .string(.dateTime), note: "When it last listed its tools; ours."),
        .maybe("sync_error", .string(), note: "Why the last try to reach it failed, or what was left out; ours."),
    ]
}
