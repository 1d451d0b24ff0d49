import HTTP
import Platform

@testable import MCP

/// A server on a socket, for the client.
struct RemoteTestServer {
    let server: HTTPServer
    let address: String

    init(_ handler: @escaping @Sendable (Request) async -> Response) throws {
        server = HTTPServer(
            ServerConfiguration(listen: [.tcp(host: "127.0.0.1", port: 0)], limits: Limits(), log: .silent),
            handler: handler)
        address = try server.start()[0]
    }

    /// Roost's own endpoints: a server that keeps the rules, on every transport and in both eras.
    static func honest(
        _ features: ScriptedFeatures = ScriptedFeatures(), seeing: @escaping @Sendable (Request) -> Void = { _ in }
    ) throws -> RemoteTestServer {
        let endpoints = HTTPEndpoints(log: .silent) { (_) throws(RPCError) -> any ServerFeatures in features }
        return try RemoteTestServer { request in
            seeing(request)
            guard let path = HTTPEndpoints.Path(rawPath: request.rawPath) else { return .detail(404, "nothing here") }
            return await endpoints.respond(to: request, at: path)
        }
    }

    /// A server that shakes hands properly, and answers all else as `answer` says; nil is an answer without a body.
    init(script answer: @escaping @Sendable (_ method: String, _ message: JSONValue) async -> Response?) throws {
        try self.init { request in
            guard request.method == .post, let message = try? JSONValue(parsing: request.body) else {
                return .detail(405, "no")
            }
            let method = message["method"]?.string ?? ""
            if method == "initialize" { return Self.result(message, Self.hello) }
            return await answer(method, message) ?? Response(status: 202)
        }
    }

    static let hello: JSONValue = [
        "protocolVersion": "2025-11-25", "capabilities": ["tools": .emptyObject],
        "serverInfo": ["name": "scripted", "version": "1"],
    ]

    static func result(_ message: JSONValue, _ result: JSONValue, id: JSONValue? = nil) -> Response {
        let answer: JSONValue = ["jsonrpc": "2.0", "id": id ?? message["id"] ?? .null, "result": result]
        return .json(200, Array(answer.text.utf8))
    }

    static func events(_ messages: [JSONValue]) -> Response {
        let text = messages.map { "event: message\ndata: \($0.text)\n\n" }.joined()
        return Response(headers: ["content-type": "text/event-stream"], body: .bytes(Array(text.utf8)))
    }

    static func endless(_ piece: String) -> Response {
        Response(
            headers: ["content-type": "text/event-stream"],
            body: .stream { writer in while true { try await writer.write(Array(piece.utf8)) } })
    }

    var streamable: RemoteServer { RemoteServer(.streamable(url: address + "/mcp", headers: [])) }

    func stop() async { await server.drain(within: 0) }
}

/// Patient where a test does not mean to wait for the limit: the machine may be busy.
func testConnections(_ change: (inout ClientLimits) -> Void = { _ in }) -> ServerConnections {
    var limits = ClientLimits()
    limits.openingSeconds = 600
    limits.listSeconds = 600
    limits.callSeconds = 600
    limits.pingSeconds = 600
    change(&limits)
    return ServerConnections(ServerHTTP(HTTPClient()) { $0.addresses = .unguarded }, limits: limits, log: .silent)
}

/// Which failure comes; nil when none does.
func failure(_ body: () async throws -> some Any) async throws -> MCPClientError? {
    do {
        _ = try await body()
        return nil
    } catch let error as MCPClientError {
        return error
    }
}

/// Waits until something holds; false when it does not for minutes.
func soon(_ holds: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<6000 {
        if try await holds() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}
