package import Domain
package import Platform
import Storage

/// The tools of servers: taken over, listed, run.
extension MCPServers {
    /// Brings the tools of a server up to date with what it offers now.
    /// - Parameter agentID: whose secrets fill the templates in its address, headers and variables.
    /// - Throws: `Refusal`, also when the server does not say what it offers.
    package func refresh(
        _ server: StoredToolServer, agentID: String? = nil, by caller: Caller
    ) async throws -> ToolServerChanges {
        let secrets = try await secrets(ofAgent: agentID, caller)
        return try await Refusal.ofToolServer {
            try await refresh(server, secrets: secrets, by: caller)
        }
    }

    /// - Throws: `ToolServerError`, `Refusal`.
    func refresh(
        _ server: StoredToolServer, secrets: [String: String], by caller: Caller
    ) async throws -> ToolServerChanges {
        let offered: [ServedTool]
        do {
            offered = try await engine.toolServers.tools(of: try await opened(server, secrets: secrets, caller))
        } catch let error as ToolServerError {
            try await note(error.message, of: server.id, by: caller.withoutKey)
            throw error
        }
        let sync = ServedToolSync(offered)
        return try await engine.write(by: caller, counting: "mcp_server_refresh") { transaction in
            var server = try transaction.reading.toolServer(server.id, organization: caller.organization)
            let changes = try transaction.take(sync, of: server)
            server.lastSynced = transaction.now
            server.syncError = sync.problem
            _ = try transaction.toolServers.update(server, by: caller.actor.userID)
            return changes
        }
    }

    private func note(_ problem: String, of id: String, by caller: Caller) async throws {
        try await engine.write(by: caller) { transaction in
            guard var server = try transaction.toolServers.find(id, organization: caller.organization) else { return }
            server.syncError = problem
            _ = try transaction.toolServers.update(server, by: caller.actor.userID)
        }
    }

    /// The tools that were taken over from a server, by name.
    package func tools(of id: String, by caller: Caller) async throws -> [Tool] {
        try await engine.read { transaction in
            _ = try transaction.toolServer(id, organization: caller.organization)
            return try transaction.toolServers.tools(of: id).map(\.tool)
        }
    }

    package func tool(_ toolID: String, of id: String, by caller: Caller) async throws -> Tool {
        try await served(toolID, of: id, by: caller).tool
    }

    private func served(
        _ toolID: String, of id: String, by caller: Caller
    ) async throws -> (server: StoredToolServer, link: ServedToolLink, tool: Tool) {
        try await engine.read { transaction in
            let server = try transaction.toolServer(id, organization: caller.organization)
            let tool = try transaction.tool(toolID, organization: caller.organization)
            guard let link = try transaction.toolServers.link(ofTool: toolID), link.serverID == id else {
                throw Refusal.notFound("Tool with id '\(toolID)' is not one of the MCP server '\(id)'")
            }
            return (server, link, tool)
        }
    }

    // MARK: Running

    /// Runs a tool that was taken over.
    /// - Throws: `Refusal`, also when the server gave no result.
    package func run(
        _ toolID: String, of id: String, _ arguments: JSONObject, by caller: Caller
    ) async throws -> ToolOutcome {
        let (server, link, tool) = try await served(toolID, of: id, by: caller)
        let result = try await call(link.servedName, arguments, on: server, by: caller)
        return ToolOutcome(result.text, isError: result.isError).truncated(to: tool.returnCharLimit)
    }

    /// Runs any tool of a server by the name that the server has for it. Throws as `run` does.
    package func call(
        _ servedName: String, _ arguments: JSONObject, on server: StoredToolServer, by caller: Caller
    ) async throws -> ServedResult {
        try await Refusal.ofToolServer {
            try await engine.toolServers.call(
                servedName, arguments, on: try await opened(server, secrets: [:], caller))
        }
    }

    // MARK: Asking

    /// What a server offers now; nothing is stored. Throws as `refresh` does.
    package func offered(by server: StoredToolServer, by caller: Caller) async throws -> [ReportedTool] {
        try await Refusal.ofToolServer {
            try await engine.toolServers.tools(of: try await opened(server, secrets: [:], caller)).map(
                ReportedTool.init)
        }
    }

    /// What a server offers that is not registered.
    /// - Throws: `Refusal(.invalid)`, `ToolServerError`.
    package func offered(by new: NewToolServer) async throws -> [ReportedTool] {
        try check(new)
        let server = ToolServer(
            id: Identifier.new(.mcpServer), name: new.name, place: new.place, tokenHeader: new.tokenHeader,
            token: new.token, headers: new.headers, environment: new.environment, createdAt: .now)
        do {
            let tools = try await engine.toolServers.tools(of: try server.filled(with: [:]))
            await engine.toolServers.forget(server.id)
            return tools.map(ReportedTool.init)
        } catch {
            await engine.toolServers.forget(server.id)
            throw error
        }
    }

    /// Takes one tool of a server over, by the server's name for it.
    /// - Throws: `Refusal`: `.notFound` when the server does not offer it, `.invalid` for a schema that no model takes.
    package func register(_ servedName: String, of server: StoredToolServer, by caller: Caller) async throws -> Tool {
        let offered = try await Refusal.ofToolServer {
            try await engine.toolServers.tools(of: try await opened(server, secrets: [:], caller))
        }
        guard let found = offered.first(where: { $0.name == servedName }) else {
            throw Refusal.notFound("MCP tool '\(servedName.prefix(200))' not found on the server '\(server.name)'")
        }
        let sync = ServedToolSync([found], deletesOthers: false)
        if let problem = sync.problem { throw Refusal.invalid(problem) }
        return try await engine.write(by: caller, counting: "mcp_tool_create") { transaction in
            let server = try transaction.reading.toolServer(server.id, organization: caller.organization)
            _ = try transaction.take(sync, of: server)
            guard
                let tool = try transaction.toolServers.tools(of: server.id).first(where: {
                    $0.link.servedName == servedName
                })
            else { throw Refusal.notFound("Tool '\(servedName.prefix(200))' not found") }
            return tool.tool
        }
    }
}

/// A tool as a server offers it, with what its schema is worth.
package struct ReportedTool: Sendable {
    package let tool: ServedTool
    /// `STRICT_COMPLIANT`, `NON_STRICT_ONLY` or `INVALID`.
    package let health: String
    package let reasons: [String]

    init(_ tool: ServedTool) {
        let schema = ServedSchema(tool.inputSchema)
        self.tool = tool
        health = schema.health.rawValue
        reasons = schema.reasons
    }
}

extension Refusal {
    /// Runs `body`; a server's failure becomes a refusal.
    static func ofToolServer<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as ToolServerError { throw Refusal(error) }
    }

    /// What a caller is told when an MCP server gives no result.
    package init(_ error: ToolServerError) {
        let code: Refusal.Code =
            switch error.code {
            case .unreachable, .unauthorized, .protocolBroken: .unreachable
            case .timedOut: .timedOut
            case .refused: .invalid
            case .notServed: .notServed
            }
        let isOthers = code == .unreachable
        self.init(
            code, error.message,
            beside: isOthers
                ? ["error": ["type": "mcp_connection_error", "message": .string(error.message), "detail": .null]] : nil)
    }
}
