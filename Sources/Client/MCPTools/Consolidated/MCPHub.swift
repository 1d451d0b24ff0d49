import HTTP
import Platform
import Wire

/// `letta_mcp_ops`: MCP servers that agents' tools come from.
enum MCPHub {
    static let tool = Hub(
        name: "letta_mcp_ops", title: "MCP servers",
        description: """
            MCP servers whose tools agents can call. A server is named by server_name or mcp_server_id. list_servers; add: \
            server_name, server_config; update: server, server_config; delete, resync, list_tools: server; \
            test, connect: server or server_config; execute: server, tool_name, tool_args; register_tool: tool_name, \
            server?, agent_id?; attach_mcp_server: server, agent_id (all its tools).
            """,
        parameters: [
            .optional("server_name", .string()), .optional("mcp_server_id", .string()),
            .optional("server_config", .freeObject, note: "{command, args, env} or {server_url, auth_token}"),
            .optional("tool_name", .string()), .optional("tool_id", .string()), .optional("tool_args", .freeObject),
            .optional("oauth_config", .freeObject, note: "{auth_header, auth_token}"),
            .optional("agent_id", .string()),
            .verbose,
        ] + PageArguments.fields,
        operations: [
            ("add", add), ("update", update), ("delete", delete), ("test", MCPConnection.test),
            ("connect", MCPConnection.connect), ("resync", resync), ("execute", execute),
            ("list_servers", listServers), ("list_tools", listTools), ("register_tool", registerTool),
            ("attach_mcp_server", attachServer),
        ]
    ).tool

    private static func add(_ call: ToolCall) async throws -> Hub.Answer {
        let name = try call.arguments.required("server_name")
        let config = try MCPConnection.config(call)
        let client = try await call.client()
        let server = try await config.secrets.guarding {
            try await client.call(
                .post, "/v1/mcp-servers/", body: ["server_name": .string(name), "config": .object(config.json)])
        }
        return Hub.Answer("MCP server '\(name)' is added.", data: shown(server, call))
    }

    private static func update(_ call: ToolCall) async throws -> Hub.Answer {
        let config = try MCPConnection.config(call)
        let servers = try await MCPServers(call)
        let id = try await servers.required(call.arguments)
        var body = JSONObject()
        // Beside an id it is the name to have from now on.
        if call.arguments.text("mcp_server_id") != nil, let name = call.arguments.text("server_name") {
            body["server_name"] = .string(name)
        }
        body["config"] = .object(config.json)
        let server = try await config.secrets.guarding { [body] in
            try await servers.client.call(.patch, APIPath.mcpServer(id), body: .object(body))
        }
        return Hub.Answer("The MCP server is changed.", data: shown(server, call))
    }

    private static func delete(_ call: ToolCall) async throws -> Hub.Answer {
        let servers = try await MCPServers(call)
        let id = try await servers.required(call.arguments)
        try await servers.client.call(.delete, APIPath.mcpServer(id))
        return Hub.Answer("The MCP server is deleted.", data: ["id": .string(id)])
    }

    private static func resync(_ call: ToolCall) async throws -> Hub.Answer {
        let servers = try await MCPServers(call)
        let id = try await servers.required(call.arguments)
        var query: [(String, String)] = []
        if let agent = call.arguments.text("agent_id") {
            query.append(("agent_id", try await servers.client.id(of: .agent, agent)))
        }
        let changes = try await servers.client.call(.patch, APIPath.mcpServer(id) + "/refresh", query: query)
        return Hub.Answer("The server's tools were read again.", data: ShortForm.compacted(changes))
    }

    private static func execute(_ call: ToolCall) async throws -> Hub.Answer {
        let servers = try await MCPServers(call)
        let reference = try call.arguments.required(anyOf: "tool_name", "tool_id")
        let (server, tool) = try await servers.locate(
            reference, on: try await servers.named(call.arguments), refreshing: false)
        guard let id = tool["id"]?.string else { throw ToolError("The tool '\(reference)' has no id.") }
        let reply = try await servers.client.call(
            .post, APIPath.mcpServer(server) + "/tools/\(percentEncoded(id))/run",
            body: ["args": call.arguments["tool_args"] ?? .emptyObject])
        return FunctionRun.answer(
            reply, of: "'\(tool["name"]?.string ?? id)'", verbose: call.isVerbose, hiding: Secrets())
    }

    private static func listServers(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments, most: 1000)
        let servers = try await MCPServers(call).all()
        let part = page.part(of: servers)
        return Hub.Answer(
            "\(servers.count) MCP servers.", data: .array(part.map { shown($0, call) }), count: part.count,
            hints: page.hints(of: servers.count))
    }

    private static func listTools(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments, most: 1000)
        let servers = try await MCPServers(call)
        let tools = try await servers.tools(of: try await servers.required(call.arguments))
        let part = page.part(of: tools)
        let rows = call.shown(part, Summary.tool)
        return Hub.Answer(
            "\(tools.count) tools.", data: .array(rows), count: part.count, hints: page.hints(of: tools.count))
    }

    /// Makes a server's tool one that agents can have, and gives it to an agent when the call names one.
    private static func registerTool(_ call: ToolCall) async throws -> Hub.Answer {
        let servers = try await MCPServers(call)
        let reference = try call.arguments.required(anyOf: "tool_name", "tool_id")
        let (_, tool) = try await servers.locate(
            reference, on: try await servers.named(call.arguments), refreshing: true)
        let name = tool["name"]?.string ?? reference
        let data = call.isVerbose ? tool : .object(ShortForm.members(["id", "name"], of: tool))
        guard let agentReference = call.arguments.text("agent_id") else {
            return Hub.Answer("Tool '\(name)' can be attached to agents.", data: data)
        }
        let agent = try await servers.client.id(of: .agent, agentReference)
        _ = try await ToolAttachment(call).attach([tool["id"]?.string ?? name], to: agent)
        return Hub.Answer("Tool '\(name)' is attached to the agent.", data: data)
    }

    private static func attachServer(_ call: ToolCall) async throws -> Hub.Answer {
        let agentReference = try call.arguments.required("agent_id")
        let servers = try await MCPServers(call)
        let id = try await servers.required(call.arguments)
        let agent = try await servers.client.id(of: .agent, agentReference)
        let tools = try await servers.tools(of: id).compactMap { $0["id"]?.string }
        guard !tools.isEmpty else { throw ToolError("The server has no tools.", hints: ["Read them again: resync."]) }
        let report = try await ToolAttachment(call).attach(tools, to: agent)
        return Hub.Answer(
            "\(report.done) of \(tools.count) tools are attached.", data: .array(report.rows), count: report.done)
    }

    private static func shown(_ server: JSONValue, _ call: ToolCall) -> JSONValue {
        call.shown(server, MCPServerConfig.row, whole: MCPServerConfig.masked)
    }
}
