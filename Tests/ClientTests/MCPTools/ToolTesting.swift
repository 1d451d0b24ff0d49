import API
import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing
import Wire

/// The tools of a profile over a server in this process. Every result is held against the tool's `outputSchema`.
struct TestTools: Sendable {
    let server: TestServer
    let memory: MemoryServer
    let profile: ToolProfile

    /// The result of a call. Throws `RPCError`.
    func call(_ name: String, _ arguments: JSONObject = JSONObject(), isLocal: Bool = true) async throws -> ToolResult {
        let result = try await memory.call(tool: name, arguments: arguments, CallContext(isLocal: isLocal))
        let tool = try #require(profile.tool(name))
        if result.isStructured {
            let issues = Schema.object(tool.output).issues(in: result.value, at: [name])
            #expect(issues.isEmpty, "\(issues.map(\.text)) in \(result.value.text)")
        }
        return result
    }

    /// The value of a call that has to succeed.
    func value(_ name: String, _ arguments: JSONObject = JSONObject()) async throws -> JSONValue {
        let result = try await call(name, arguments)
        #expect(!result.isError, "\(name): \(result.value.text)")
        return result.value
    }

    /// The value of a call that has to fail.
    func failure(_ name: String, _ arguments: JSONObject = JSONObject()) async throws -> JSONValue {
        let result = try await call(name, arguments)
        #expect(result.isError, "\(name): \(result.value.text)")
        return result.value
    }

    /// An operation of a hub that has to succeed.
    func operation(_ hub: String, _ operation: String, _ arguments: JSONObject = JSONObject()) async throws -> JSONValue
    {
        var arguments = arguments
        arguments["operation"] = .string(operation)
        return try await value(hub, arguments)
    }
}

/// Runs a test with the tools of a profile; `scope` says whose memory is meant when a call names no agent.
func withTools(
    _ profile: ToolProfile = .all, scope: ToolSession.Scope = ToolSession.Scope(),
    _ body: @Sendable (TestTools) async throws -> Void
) async throws {
    try await withServer { server in
        let transport = ClientTransport(place: "the test server") { await server.server.respond(to: $0) }
        let session = ToolSession(scope: scope, client: RoostClient(transport: transport))
        try await body(
            TestTools(server: server, memory: MemoryServer(session: session, profile: profile), profile: profile))
    }
}
