import Client
import HTTP
import MCP
import Platform

/// What MCP clients over HTTP get. The settings decide, and the address that a client was given may choose other tools and
/// another memory: `/mcp?tools=classic&project=x&agent_id=agent-…`.
struct MCPFeatures: Sendable {
    let settings: Settings
    let log: Log
    let open: @Sendable () async throws -> RoostClient
    private let agents = KnownAgents()

    init(settings: Settings, log: Log, open: @escaping @Sendable () async throws -> RoostClient) {
        self.settings = settings
        self.log = log
        self.open = open
    }

    /// - Parameter executor: where calls are worked on: for a file in this process, where its readers are.
    func endpoints(on executor: (any TaskExecutor)? = nil) -> HTTPEndpoints {
        HTTPEndpoints(log: log, executor: executor) { (request) throws(RPCError) in try features(for: request) }
    }

    func features(for request: Request) throws(RPCError) -> any ServerFeatures {
        guard let query = Query(parsing: request.rawQuery) else {
            throw .invalidRequest("The query of the address is not valid percent-encoded UTF-8.")
        }
        // No folder: this machine is not the client's.
        var scope = ToolSession.Scope(agent: settings.agent, project: settings.project)
        if let agent = given("agent_id", query) { scope.agent = agent }
        if let project = given("project", query) { scope.project = project }
        let project = scope.project
        let session = ToolSession(scope: scope, agents: agents) { [open] in try await open().of(project: project) }
        return MemoryServer(session: session, profile: try profile(query))
    }

    private func given(_ name: String, _ query: Query) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func profile(_ query: Query) throws(RPCError) -> ToolProfile {
        guard let name = given("tools", query) else { return settings.toolProfile }
        guard let profile = ToolProfile(rawValue: name.lowercased()) else {
            let names = ToolProfile.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidRequest("The parameter 'tools' of the address has to be one of \(names).")
        }
        return profile
    }
}
