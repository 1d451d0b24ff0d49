import API
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

/// The MCP endpoints in the API's server and in a server of their own.
@Suite struct MCPMountTests {
    private static let hello: [UInt8] = Array(
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#.utf8)

    private struct Sites {
        let api: Server
        let alone: MCPServer
        let metrics: Metrics

        func responses(_ request: Request) async -> [Response] {
            [await api.respond(to: request), await alone.respond(to: request)]
        }
    }

    /// Sends the same requests to both servers.
    private func withSites(
        password: String? = nil, origins: [String] = [], _ body: (Sites) async throws -> Void
    ) async throws {
        try await withServer { (server) async throws -> Void in
            let endpoints = HTTPEndpoints(log: .silent) { (_) throws(RPCError) -> any ServerFeatures in NoFeatures() }
            let metrics = Metrics()
            let guardian = BrowserGuard(allowedOrigins: origins, allowedHosts: BrowserGuard.loopbackHosts)
            let authentication = Authentication(password: password)
            let api = Server(
                engine: server.engine, authentication: authentication, browserGuard: guardian, metrics: metrics,
                log: .silent, mcp: endpoints)
            let alone = MCPServer(
                endpoints, authentication: authentication, browserGuard: guardian, metrics: metrics, log: .silent)
            try await body(Sites(api: api, alone: alone, metrics: metrics))
        }
    }

    private func request(
        _ method: HTTP.Method, _ path: String, _ headers: Headers = [:], body: [UInt8] = []
    ) -> Request {
        var all: Headers = ["host": "localhost:8283", "content-type": "application/json"]
        for (name, value) in headers { all.set(name, value) }
        return Request(method: method, rawPath: path, headers: all, body: body, peer: "127.0.0.1:5")
    }

    @Test func `the endpoints are reached with and without a slash at the end`() async throws {
        try await withSites { sites in
            for path in ["/mcp", "/mcp/"] {
                for response in await sites.responses(request(.post, path, body: Self.hello)) {
                    #expect(response.status == 200, "\(path)")
                    #expect(response.headers["mcp-session-id"] != nil)
                }
            }
            for (path, status) in [
                ("/sse", 405), ("/sse/", 405), ("/messages", 400), ("/messages/", 400), ("/mcpx", 404),
            ] {
                for response in await sites.responses(request(.post, path, body: Self.hello)) {
                    #expect(response.status == status, "\(path)")
                }
            }
            let counted = sites.metrics.prometheusText(gauges: [])
            #expect(counted.contains(#"http_requests_total{method="POST",path="/mcp",status="200"} 4"#))
        }
    }

    @Test func `the password is asked for before anything else`() async throws {
        try await withSites(password: "pass") { sites in
            for path in ["/mcp", "/sse", "/messages"] {
                for method in [HTTP.Method.get, .post, .delete] {
                    for headers in [[:], ["authorization": "Bearer wrong"]] as [Headers] {
                        for response in await sites.responses(request(method, path, headers, body: Self.hello)) {
                            #expect(response.status == 401, "\(method) \(path)")
                            #expect(response.headers["www-authenticate"] == "Bearer")
                        }
                    }
                }
            }
            let known: Headers = ["authorization": "Bearer pass"]
            for response in await sites.responses(request(.post, "/mcp", known, body: Self.hello)) {
                #expect(response.status == 200)
            }
        }
    }

    @Test func `a foreign page and a foreign host are refused`() async throws {
        try await withSites(password: "pass") { sites in
            for headers in [["origin": "https://evil.example"], ["host": "evil.example"]] as [Headers] {
                for path in ["/mcp", "/sse", "/messages"] {
                    for response in await sites.responses(request(.post, path, headers, body: Self.hello)) {
                        #expect(response.status == 403)
                    }
                }
            }
        }
    }

    @Test func `a page that the operator named can keep a session`() async throws {
        let origin = "https://app.example.org"
        try await withSites(origins: [origin]) { sites in
            let asked: Headers = [
                "origin": origin, "access-control-request-method": "POST",
                "access-control-request-headers": "content-type, mcp-session-id, mcp-protocol-version",
            ]
            for response in await sites.responses(request(.options, "/mcp", asked)) {
                #expect(response.status == 204)
                #expect(response.headers["access-control-allow-headers"]?.contains("mcp-session-id") == true)
                #expect(response.headers["access-control-allow-methods"]?.contains("DELETE") == true)
            }
            for response in await sites.responses(request(.post, "/mcp", ["origin": origin], body: Self.hello)) {
                #expect(response.status == 200)
                #expect(response.headers["access-control-allow-origin"] == origin)
                #expect(response.headers["access-control-expose-headers"]?.contains("Mcp-Session-Id") == true)
            }
        }
    }

    @Test func `health is open, and what is not there says where MCP is`() async throws {
        try await withSites(password: "pass") { sites in
            for path in ["/health", "/v1/health/"] {
                let response = await sites.alone.respond(to: request(.get, path))
                #expect(response.status == 200)
                let bytes = try await response.body.collected()
                #expect(try JSONValue(parsing: bytes)["status"] == "ok")
            }
            #expect(await sites.alone.respond(to: request(.post, "/health")).status == 405)
            #expect(await sites.alone.respond(to: request(.get, "/v1/agents/")).status == 401)
            let known: Headers = ["authorization": "Bearer pass"]
            #expect(await sites.alone.respond(to: request(.get, "/v1/agents/", known)).status == 404)
        }
    }

    @Test func `a server without MCP does not know the paths`() async throws {
        try await withServer { (server) async throws -> Void in
            for path in ["/mcp", "/sse", "/messages"] { #expect(try await server.get(path).status == 404) }
        }
    }
}

private struct NoFeatures: ServerFeatures {
    let name = "none"
    let title = "None"
    let version = "1"
    let instructions = ""
    let tools: [ListedItem] = []
    let prompts: [ListedItem] = []
    let resourceTemplates: [ListedItem] = []

    func call(tool: String, arguments: JSONObject, _ context: CallContext) async throws -> ToolResult {
        throw RPCError.invalidParams("Unknown tool: \(tool)")
    }

    func prompt(_ name: String, arguments: JSONObject, _ context: CallContext) async throws -> PromptResult {
        throw RPCError.invalidParams("Unknown prompt: \(name)")
    }

    func resources(_ context: CallContext) async throws -> [ListedItem] { [] }
    func read(resource uri: String, _ context: CallContext) async throws -> ResourceContents? { nil }

    func completions(
        of reference: CompletionReference, argument: String, value: String, _ context: CallContext
    ) async throws -> [String] { [] }

    func changes(isAsked: Bool) -> AsyncStream<ResourceChange> { AsyncStream { $0.finish() } }
}
