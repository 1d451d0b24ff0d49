import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/mcp-servers/…`: MCP servers whose tools agents may use.
enum ToolServerRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/mcp-servers/", listOperation) { context in
                .list(try await context.engine.mcpServers.list(by: context.caller)) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/mcp-servers/", createOperation) { context in
                let new = NewToolServer(
                    context.body["config"]?.object ?? JSONObject(), name: context.body.text("server_name") ?? "",
                    typeMember: "mcp_server_type")
                return .toolServer(try await context.engine.mcpServers.create(new, by: context.caller))
            },
            Route(.get, path, operation("mcp_retrieve_mcp_server", "One MCP server")) { context in
                .toolServer(try await context.engine.mcpServers.find(context.serverID, by: context.caller))
            },
            Route(.patch, path, updateOperation) { context in
                let patch = ToolServerPatch(
                    context.body["config"]?.object ?? JSONObject(), name: context.body.textPatch("server_name"))
                return .toolServer(
                    try await context.engine.mcpServers.update(context.serverID, patch, by: context.caller))
            },
            Route(.delete, path, deleteOperation) { context in
                try await context.engine.mcpServers.delete(context.serverID, by: context.caller)
                return .noContent
            },
            Route(.patch, path + "/refresh", refreshOperation) { context in
                let servers = context.engine.mcpServers
                let server = try await servers.find(context.serverID, by: context.caller)
                return .changes(
                    try await servers.refresh(server, agentID: context.text("agent_id"), by: context.caller))
            },
            Route(.get, "/v1/mcp-servers/connect/{mcp_server_id}", connectOperation) { context in
                let servers = context.engine.mcpServers
                let server = try await servers.find(context.serverID, by: context.caller)
                return MCPConnectStream.response(server.name) { [caller = context.caller] in
                    try await servers.offered(by: server, by: caller)
                }
            },
        ] + tools
    }

    private static let path = "/v1/mcp-servers/{mcp_server_id}"

    private static var tools: [Route] {
        [
            Route(.get, path + "/tools", toolsOperation) { context in
                .list(try await context.engine.mcpServers.tools(of: context.serverID, by: context.caller)) {
                    $0.write(to: &$1)
                }
            },
            Route(.get, path + "/tools/{tool_id}", toolOperation) { context in
                .tool(
                    try await context.engine.mcpServers.tool(
                        context[parameter: "tool_id"], of: context.serverID, by: context.caller))
            },
            Route(.post, path + "/tools/{tool_id}/run", runOperation) { context in
                .executed(
                    try await context.engine.mcpServers.run(
                        context[parameter: "tool_id"], of: context.serverID,
                        context.body["args"]?.object ?? JSONObject(), by: context.caller))
            },
        ]
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "mcp-servers", success: .json(ToolServerSchemas.server))
        operation.failures = [404]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("mcp_list_mcp_servers", "MCP servers, oldest first, their secrets masked")
        operation.success = .json(.array(ToolServerSchemas.server))
        operation.failures = []
        return operation
    }

    private static var createOperation: Wire.Operation {
        var operation = operation(
            "mcp_create_mcp_server", "Registers an MCP server and takes its tools over, if it can be reached")
        operation.body = ToolServerSchemas.create
        operation.failures = [400, 409]
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation(
            "mcp_update_mcp_server", "Changes an MCP server; another host or command needs the secrets again")
        operation.body = ToolServerSchemas.update
        operation.failures = [400, 404, 409]
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("mcp_delete_mcp_server", "Deletes an MCP server with its tools")
        operation.success = .noContent
        return operation
    }

    private static var refreshOperation: Wire.Operation {
        var operation = operation(
            "mcp_refresh_mcp_server_tools", "Brings the tools up to date with what the server offers now")
        operation.success = .json(ToolServerSchemas.changes)
        operation.parameters = [
            .init("agent_id", .string(.identifier(.agent)), note: "Whose secrets fill the templates of the server.")
        ]
        operation.failures = [400, 404, 408, 502]
        return operation
    }

    private static var connectOperation: Wire.Operation {
        var operation = operation("mcp_connect_mcp_server", "Tries an MCP server, told as events")
        operation.success = .eventStream
        return operation
    }

    private static var toolsOperation: Wire.Operation {
        var operation = operation("mcp_list_tools_for_mcp_server", "The tools that were taken over, by name")
        operation.success = .json(.array(ToolSchemas.tool))
        return operation
    }

    private static var toolOperation: Wire.Operation {
        var operation = operation("mcp_retrieve_mcp_tool", "One tool of an MCP server")
        operation.success = .json(ToolSchemas.tool)
        return operation
    }

    private static var runOperation: Wire.Operation {
        var operation = operation("mcp_run_tool", "Runs a tool of an MCP server")
        operation.body = ToolServerSchemas.run
        operation.bodyIsRequired = false
        operation.success = .json(ToolServerSchemas.result)
        operation.failures = [400, 404, 408, 502]
        return operation
    }
}

extension RequestContext {
    fileprivate var serverID: String { self[parameter: "mcp_server_id"] }
}
