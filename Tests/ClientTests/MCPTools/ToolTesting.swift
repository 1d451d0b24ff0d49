import API
import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing
import Wire

/// Something that tools can be called of. Every result is held against the tool's `outputSchema`.
protocol ToolCaller: Sendable {
    var memory: MemoryServer { get }
    var profile: ToolProfile { get }
}

extension ToolCaller {
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

/// The tools of a profile over a server in this process.
struct TestTools: ToolCaller {
    let server: TestServer
    let memory: MemoryServer
    let profile: ToolProfile

    init(server: TestServer, memory: MemoryServer, profile: ToolProfile) {
        self.server = server
        self.memory = memory
        self.profile = profile
    }

    /// The tools of a client of a server.
    /// - Parameter answer: answers some requests in the server's place.
    init(
        server: TestServer, scope: ToolSession.Scope = ToolSession.Scope(), _ profile: ToolProfile = .memory,
        answer: @escaping @Sendable (Request) async throws -> Response? = { _ in nil }
    ) {
        let transport = ClientTransport(place: "the test server") { request in
            if let response = try await answer(request) { return response }
            return await server.server.respond(to: request)
        }
        let session = ToolSession(scope: scope, client: RoostClient(transport: transport))
        self.init(server: server, memory: MemoryServer(session: session, profile: profile), profile: profile)
    }

    /// The tools of another client of the same server.
    func beside(_ scope: ToolSession.Scope, _ profile: ToolProfile = .memory) -> TestTools {
        TestTools(server: server, scope: scope, profile)
    }
}

/// Runs a test with the tools of a profile; `scope` says whose memory is meant when a call names no agent.
func withTools(
    _ profile: ToolProfile = .all, scope: ToolSession.Scope = ToolSession.Scope(),
    _ body: @Sendable (TestTools) async throws -> Void
) async throws {
    try await withServer { server in try await body(TestTools(server: server, scope: scope, profile)) }
}

extension JSONValue {
    /// What a hub's answer, or the error of a tool, says to do next.
    var hints: String { (self["hints"]?.strings ?? []).joined(separator: "\n") }
}
