import Platform
import Wire

/// Tools from MCP servers, one verb a tool.
enum ClassicMCP {
    static let all = [listServers, listTools, addTool]

    private static let rows = Schema.array(.freeObject)

    private static let listServers = MCPTool(
        "list_mcp_servers", title: "List MCP servers", "MCP servers that agents' tools can come from.", input: [],
        output: [.required("count", .integer()), .required("servers", rows)], .readOnly
    ) { call in
        let servers = try await MCPServers(call).all()
        return ["count": .int(Int64(servers.count)), "servers": .array(servers.map(MCPServerConfig.row))]
    }

    private static let listTools = MCPTool(
        "list_mcp_tools_by_server", title: "List an MCP server's tools",
        "Tools of one MCP server; filter is a part of the name or description.",
        input: [.required("mcp_server_name", .string(), note: "Name or id"), .optional("filter", .string())]
            + PageArguments.numbered,
        output: [.required("count", .integer()), .required("total", .integer()), .required("tools", rows)], .readOnly
    ) { call in
        let page = try PageArguments(call.arguments, most: 1000)
        let servers = try await MCPServers(call)
        var tools = try await servers.tools(of: try await servers.required(call.arguments))
        if let filter = call.arguments.text("filter")?.lowercased() {
            tools = tools.filter { tool in
                ["name", "description"].contains { tool[$0]?.string?.lowercased().contains(filter) ?? false }
            }
        }
        let part = page.part(of: tools)
        return [
            "count": .int(Int64(part.count)), "total": .int(Int64(tools.count)),
            "tools": .array(part.map(Summary.tool)),
        ]
    }

    private static let addTool = MCPTool(
        "add_mcp_tool_to_letta", title: "Add an MCP server's tool", "Gives an agent a tool of an MCP server.",
        input: [
            .required("tool_name", .string()), .agent,
            .optional("mcp_server_name", .string(), note: "Where several servers have such a tool"),
        ],
        output: [.required("tool_id", .string()), .required("tool_name", .string()), .required("agent_id", .string())],
        .idempotent
    ) { call in
        let servers = try await MCPServers(call)
        let agent = try await servers.client.id(of: .agent, try call.arguments.required("agent_id"))
        let name = try call.arguments.required("tool_name")
        let (_, tool) = try await servers.locate(name, on: try await servers.named(call.arguments), refreshing: true)
        guard let id = tool["id"]?.string else { throw ToolError("The tool '\(name)' has no id.") }
        _ = try await ToolAttachment(call).attach([id], to: agent)
        return ["tool_id": .string(id), "tool_name": tool["name"] ?? .string(name), "agent_id": .string(agent)]
    }
}
