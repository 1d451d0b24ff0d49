import HTTP
import Platform

/// Trying an MCP server, stored or only described, from the memory server.
enum MCPConnection {
    /// The configuration that a call gives. Throws `ToolError` when there is none.
    static func config(_ call: ToolCall) throws -> MCPServerConfig {
        guard let given = call.arguments.object("server_config") else {
            throw ToolError(
                "'server_config' is missing.",
                hints: ["stdio: {command, args, env}; remote: {server_url, auth_token?, custom_headers?}."])
        }
        return try MCPServerConfig(given, oauth: call.arguments.object("oauth_config"))
    }

    /// Whether the server answers, and with which tools.
    static func test(_ call: ToolCall) async throws -> Hub.Answer {
        // A stored server is tried with its stored secrets, which nobody is shown.
        guard call.arguments["server_config"] != nil else { return try await connect(call) }
        let servers = try await MCPServers(call)
        let config = try self.config(call)
        let name = call.arguments.text("server_name") ?? "test"
        let reply = try await config.secrets.guarding {
            try await servers.client.call(
                .post, "/v1/tools/mcp/servers/test", body: .object(config.flat(name: name)))
        }
        let tools = reply.array ?? reply["tools"]?.array ?? []
        return Hub.Answer(
            "The server answers, with \(tools.count) tools.", data: .array(tools.compactMap { $0["name"] }),
            count: tools.count)
    }

    /// Connects, and tells where to sign in when the server asks for that.
    static func connect(_ call: ToolCall) async throws -> Hub.Answer {
        let servers = try await MCPServers(call)
        var secrets = Secrets()
        let reply: [UInt8]
        if call.arguments["server_config"] != nil {
            let config = try self.config(call)
            let flat = config.flat(name: call.arguments.text("server_name") ?? "connect")
            secrets = config.secrets
            reply = try await secrets.guarding {
                try await servers.client.send(
                    .post, "/v1/tools/mcp/servers/connect", body: Array(JSONValue.object(flat).text.utf8),
                    type: "application/json")
            }
        } else {
            let id = try await servers.required(call.arguments)
            reply = try await servers.client.send(
                .get, "/v1/mcp-servers/connect/\(percentEncoded(id))", type: "application/json")
        }
        return try answer(EventText.values(reply).map { secrets.hidden($0) })
    }

    /// The events are `connection_attempt`, `success`, `error`, `oauth_required`, `authorization_url`, `waiting_for_auth`.
    private static func answer(_ events: [JSONValue]) throws -> Hub.Answer {
        func first(_ name: String) -> JSONValue? { events.first { $0["event"]?.string == name } }
        if let success = first("success") {
            let tools = success["tools"]?.array ?? []
            return Hub.Answer(
                "Connected, with \(tools.count) tools.", data: .array(tools.compactMap { $0["name"] }),
                count: tools.count)
        }
        if let page = first("authorization_url") {
            return Hub.Answer(
                "The server wants a person to sign in: open the address, then connect again.",
                data: .object(ShortForm.members(["url", "session_id"], of: page)))
        }
        if let error = first("error") { throw ToolError(error["message"]?.string ?? "The server does not connect.") }
        guard let last = events.last else { throw ToolError("The server said nothing about the connection.") }
        return Hub.Answer(last["message"]?.string ?? "Connected.", data: ShortForm.compacted(last))
    }
}
