import HTTP
import Platform

/// The MCP servers that the memory server takes tools from (`/v1/mcp-servers/…`).
struct MCPServers: Sendable {
    let client: RoostClient

    init(_ call: ToolCall) async throws { client = try await call.client() }

    func all() async throws -> [JSONValue] { try await client.get("/v1/mcp-servers/").array ?? [] }

    func tools(of id: String) async throws -> [JSONValue] {
        try await client.get(APIPath.mcpServer(id) + "/tools").array ?? []
    }

    /// The id of the server that a call names; nil when it names none.
    func named(_ arguments: ToolArguments) async throws -> String? {
        for name in ["mcp_server_id", "server_name", "mcp_server_name"] {
            if let reference = arguments.text(name) { return try await id(reference) }
        }
        return nil
    }

    /// Throws `ToolError` when the call names no server.
    func required(_ arguments: ToolArguments) async throws -> String {
        guard let id = try await named(arguments) else {
            throw ToolError("'server_name' or 'mcp_server_id' is missing.")
        }
        return id
    }

    private func id(_ reference: String) async throws -> String {
        if Identifier.isValid(reference, .mcpServer) { return reference }
        let servers = try await all()
        let found = servers.filter { $0["server_name"]?.string == reference || $0["id"]?.string == reference }
        if found.count > 1 {
            throw ToolError("\(found.count) MCP servers are called '\(reference)': give mcp_server_id.")
        }
        if let id = found.first?["id"]?.string { return id }
        let near = NearMatch.best(for: reference, among: servers.compactMap { $0["server_name"]?.string })
        throw ToolError(
            "There is no MCP server '\(reference)'.\(near.map { " Did you mean '\($0)'?" } ?? "")",
            hints: ["List the servers to see their names."], status: 404)
    }

    /// A tool of a server, and the server's id.
    typealias Located = (server: String, tool: JSONValue)

    /// Finds a tool by its id or name.
    /// - Parameters:
    ///   - server: where to look; nil looks everywhere.
    ///   - refreshing: asks the server for its tools again when the tool is not known yet.
    func locate(_ reference: String, on server: String?, refreshing: Bool) async throws -> Located {
        let servers = if let server { [server] } else { try await all().compactMap { $0["id"]?.string } }
        var (found, known) = try await search(servers, for: reference)
        var failure: ClientError?
        if found.isEmpty, refreshing {
            for server in servers {
                // One that does not answer is not to hide what the others have.
                do { try await client.call(.patch, APIPath.mcpServer(server) + "/refresh") } catch let error
                    as ClientError
                {
                    failure = error
                }
            }
            (found, known) = try await search(servers, for: reference)
        }
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            throw ToolError("\(found.count) MCP servers have a tool '\(reference)': name the server too.")
        }
        if let failure { throw failure }
        let near = NearMatch.best(for: reference, among: known).map { " Did you mean '\($0)'?" } ?? ""
        throw ToolError(
            "No MCP server has a tool '\(reference)'.\(near)", hints: ["List the server's tools to see their names."],
            status: 404)
    }

    private func search(
        _ servers: [String], for reference: String
    ) async throws -> (found: [Located], known: [String]) {
        var found: [Located] = []
        var known: [String] = []
        for server in servers {
            for tool in try await tools(of: server) {
                let names = [tool["id"]?.string, tool["name"]?.string]
                if names.contains(reference) { found.append((server, tool)) }
                known += names.suffix(1).compactMap { $0 }
            }
        }
        return (found, known)
    }
}
