import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/tools/mcp/…`: the same servers as clients of the older generation know them, by name.
enum OlderToolServerRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/tools/mcp/servers", listOperation) { context in
                let servers = try await context.engine.mcpServers.list(by: context.caller)
                return .json { json in
                    json.object { json in
                        for server in servers {
                            json.key(text: server.name)
                            server.writeConfiguration(to: &json)
                        }
                    }
                }
            },
            Route(.put, "/v1/tools/mcp/servers", addOperation) { context in
                _ = try await context.engine.mcpServers.create(given(context), by: context.caller)
                return .configurations(try await context.engine.mcpServers.list(by: context.caller))
            },
            Route(.patch, path, updateOperation) { context in
                let servers = context.engine.mcpServers
                let id = try await server(context).id
                let changed = try await servers.update(id, ToolServerPatch(older: context.body), by: context.caller)
                return .json { changed.writeConfiguration(to: &$0) }
            },
            Route(.delete, path, deleteOperation) { context in
                let servers = context.engine.mcpServers
                try await servers.delete(try await server(context).id, by: context.caller)
                return .configurations(try await servers.list(by: context.caller))
            },
            Route(.post, path + "/resync", resyncOperation) { context in
                .changes(
                    try await context.engine.mcpServers.refresh(
                        try await server(context), agentID: context.text("agent_id"), by: context.caller))
            },
        ] + tools + trying
    }

    private static let path = "/v1/tools/mcp/servers/{mcp_server_name}"

    private static var tools: [Route] {
        [
            Route(.get, path + "/tools", toolsOperation) { context in
                let tools = try await context.engine.mcpServers.offered(
                    by: try await server(context), by: context.caller)
                return .list(tools) { $0.write(to: &$1) }
            },
            Route(.post, path + "/{mcp_tool_name}", registerOperation) { context in
                .tool(
                    try await context.engine.mcpServers.register(
                        context[parameter: "mcp_tool_name"], of: try await server(context), by: context.caller))
            },
            Route(.post, path + "/tools/{tool_name}/execute", executeOperation) { context in
                let result = try await context.engine.mcpServers.call(
                    context[parameter: "tool_name"], context.body["args"]?.object ?? JSONObject(),
                    on: try await server(context), by: context.caller)
                return .json { json in
                    json.object { json in
                        json.field("result", result.text)
                        json.field("success", !result.isError)
                    }
                }
            },
        ]
    }

    private static var trying: [Route] {
        [
            Route(.post, "/v1/tools/mcp/servers/test", testOperation) { context in
                let new = given(context)
                let tools: [ReportedTool]
                do { tools = try await context.engine.mcpServers.offered(by: new) } catch let error as ToolServerError {
                    throw failed(error, new.name)
                }
                return .json { json in
                    json.object { json in
                        json.field("status", "success")
                        json.array("tools") { json in for tool in tools { tool.write(to: &json) } }
                    }
                }
            },
            Route(.post, "/v1/tools/mcp/servers/connect", connectOperation) { context in
                let new = given(context)
                let servers = context.engine.mcpServers
                return MCPConnectStream.response(new.name) { try await servers.offered(by: new) }
            },
            Route(.get, "/v1/tools/mcp/oauth/callback", callbackOperation) { context in
                guard context.text("state") != nil, context.text("code") != nil else {
                    throw Refusal.invalid(context.text("error").map { "OAuth error: \($0)" } ?? "Missing code or state")
                }
                throw Refusal.notFound(
                    "No OAuth session waits for this state: this version of Roost does not sign in to MCP servers with "
                        + "OAuth. Give the server's token as auth_token or in custom_headers.")
            },
        ]
    }

    private static func given(_ context: RequestContext) -> NewToolServer {
        NewToolServer(context.body, name: context.body.text("server_name") ?? "", typeMember: "type")
    }

    private static func server(_ context: RequestContext) async throws -> StoredToolServer {
        try await context.engine.mcpServers.find(name: context[parameter: "mcp_server_name"], by: context.caller)
    }

    /// As the contract has it, with a code.
    private static func failed(_ error: ToolServerError, _ name: String) -> Refusal {
        let isLate = error.code == .timedOut
        return Refusal(
            isLate ? .timedOut : .invalid, error.message,
            facts: [
                "code": isLate ? "MCPTimeoutError" : "MCPServerConnectionError", "server_name": .string(name),
            ])
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, _ schema: Schema) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "tools", success: .json(schema))
        operation.failures = [404]
        operation.isDeprecated = true
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("list_mcp_servers", "MCP servers by name", ToolServerSchemas.configurations)
        operation.failures = []
        return operation
    }

    private static var addOperation: Wire.Operation {
        var operation = operation(
            "add_mcp_server", "Registers an MCP server; the reply lists all", .array(ToolServerSchemas.configuration))
        operation.body = ToolServerSchemas.olderCreate
        operation.failures = [400, 409]
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("update_mcp_server", "Changes an MCP server", ToolServerSchemas.configuration)
        operation.body = ToolServerSchemas.olderUpdate
        operation.failures = [400, 404, 409]
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        operation(
            "delete_mcp_server", "Deletes an MCP server with its tools; the reply lists the others",
            .array(ToolServerSchemas.configuration))
    }

    private static var resyncOperation: Wire.Operation {
        var operation = operation(
            "resync_mcp_server_tools", "Brings the tools up to date with what the server offers now",
            ToolServerSchemas.changes)
        operation.parameters = [.init("agent_id", .string(.identifier(.agent)))]
        operation.failures = [400, 404, 408, 502]
        return operation
    }

    private static var toolsOperation: Wire.Operation {
        var operation = operation(
            "list_mcp_tools_by_server", "What the server offers now", .array(ToolServerSchemas.servedTool))
        operation.failures = [400, 404, 408, 502]
        return operation
    }

    private static var registerOperation: Wire.Operation {
        var operation = operation("add_mcp_tool", "Takes one tool of an MCP server over", ToolSchemas.tool)
        operation.failures = [400, 404, 408, 502]
        return operation
    }

    private static var executeOperation: Wire.Operation {
        var operation = operation("execute_mcp_tool", "Runs a tool of an MCP server", ToolServerSchemas.executed)
        operation.body = ToolServerSchemas.run
        operation.bodyIsRequired = false
        operation.failures = [400, 404, 408, 502]
        return operation
    }

    private static var testOperation: Wire.Operation {
        var operation = operation(
            "test_mcp_server", "Tries an MCP server without registering it", ToolServerSchemas.tested)
        operation.body = ToolServerSchemas.olderCreate
        operation.failures = [400, 408]
        return operation
    }

    private static var connectOperation: Wire.Operation {
        var operation = operation("connect_mcp_server", "Tries an MCP server, told as events", .any)
        operation.success = .eventStream
        operation.body = ToolServerSchemas.olderCreate
        operation.failures = []
        return operation
    }

    private static var callbackOperation: Wire.Operation {
        var operation = operation("mcp_oauth_callback", "Answers that OAuth is not spoken", .any)
        operation.parameters = ["code", "state", "error", "error_description"].map { .init($0, .string()) }
        operation.failures = [400, 404]
        return operation
    }
}
