import Domain
import HTTP
import MCP
import Platform

extension Assembly {
    /// MCP servers that agents' tools come from; each is connected to when it is first needed.
    static func toolServers(_ settings: Settings, _ log: Log) -> RemoteToolServers {
        var limits = ClientLimits()
        limits.callSeconds = settings.mcpTimeout
        // Who may have programs started may as well call what listens beside them: docs/design/outgoing.md.
        let (addresses, isTrusted) = (settings.outgoing, settings.startsToolServers)
        let http = ServerHTTP(HTTPClient()) { request in
            request.addresses = isTrusted ? addresses.allowing(request.url) : addresses
        }
        return RemoteToolServers(
            connections: ServerConnections(http, limits: limits, log: log), startsPrograms: settings.startsToolServers)
    }
}

/// The MCP client as the engine knows it.
struct RemoteToolServers: ToolServers {
    let connections: ServerConnections
    /// Whether servers may be programs of this machine.
    let startsPrograms: Bool

    func tools(of server: ToolServer) async throws -> [ServedTool] {
        try await named {
            try await connections.tools(of: try remote(server), id: server.id).map { tool in
                var served = ServedTool(name: tool.name, inputSchema: tool.inputSchema)
                served.title = tool.title
                served.description = tool.description
                served.outputSchema = tool.outputSchema
                served.annotations = tool.annotations
                return served
            }
        }
    }

    func call(_ tool: String, _ arguments: JSONObject, on server: ToolServer) async throws -> ServedResult {
        try await named {
            let result = try await connections.call(tool, arguments, on: try remote(server), id: server.id)
            return ServedResult(text: result.text, structured: result.structured, isError: result.isError)
        }
    }

    func forget(_ serverID: String) async { await connections.forget(serverID) }

    /// Ends all connections and programs, for good.
    func close() async { await connections.close() }

    private func named<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as MCPClientError {
            let code: ToolServerError.Code =
                switch error.code {
                case .unreachable, .ended, .sessionLost: .unreachable
                case .unauthorized: .unauthorized
                case .timedOut: .timedOut
                case .protocolBroken: .protocolBroken
                case .refused: .refused
                }
            throw ToolServerError(code, error.message)
        }
    }

    // MARK: Places

    private func remote(_ server: ToolServer) throws -> RemoteServer {
        let values = (server.headers + server.environment).map(\.value.reveal)
        let keys = (server.headers + server.environment).filter { Self.isKey($0.name) }.map(\.value.reveal)
        let place: RemoteServer.Place
        switch server.place {
        case .stdio(let command, let arguments):
            guard startsPrograms else {
                throw ToolServerError(
                    .notServed,
                    "This server does not start programs for MCP (setting mcp-stdio): have the operator allow it, or use a "
                        + "server over HTTP.")
            }
            let variables = server.environment.map { RemoteServer.Field($0.name, $0.value.reveal) }
            place = .program(command: command, arguments: arguments, environment: variables)
        case .sse(let url): place = .events(url: url, headers: headers(of: server))
        case .streamableHTTP(let url): place = .streamable(url: url, headers: headers(of: server))
        }
        return RemoteServer(place, values: values, keys: keys + (server.token.map { [$0.reveal] } ?? []))
    }

    private func headers(of server: ToolServer) -> [RemoteServer.Field] {
        var fields = server.headers.map { RemoteServer.Field($0.name, $0.value.reveal) }
        guard let token = server.token?.reveal else { return fields }
        let name = server.tokenHeader ?? "Authorization"
        let hasScheme = ["bearer ", "basic "].contains { token.lowercased().hasPrefix($0) }
        let isBare = name.lowercased() == "authorization" && !hasScheme
        fields.append(RemoteServer.Field(name, isBare ? "Bearer \(token)" : token))
        return fields
    }

    private static func isKey(_ name: String) -> Bool {
        let name = name.uppercased()
        return ["KEY", "TOKEN", "SECRET", "PASSW", "AUTH", "CREDENTIAL"].contains { name.contains($0) }
    }
}
