import HTTP
import Platform
import Testing

@testable import MCP

/// The client against servers that keep the rules.
@Suite struct ServerConnectionsTests {
    enum Kind: String, CaseIterable {
        case streamable, events
    }

    private func place(_ kind: Kind, _ server: RemoteTestServer, _ headers: [RemoteServer.Field] = []) -> RemoteServer {
        switch kind {
        case .streamable: RemoteServer(.streamable(url: server.address + "/mcp", headers: headers))
        case .events: RemoteServer(.events(url: server.address + "/sse", headers: headers))
        }
    }

    @Test(arguments: Kind.allCases)
    func `tools are listed and called`(kind: Kind) async throws {
        let server = try RemoteTestServer.honest()
        let (connections, remote) = (testConnections(), place(kind, server))
        let tools = try await connections.tools(of: remote, id: "a")
        #expect(tools.map(\.name) == ["echo", "fail", "wait", "count", "crash"])
        #expect(tools[0].inputSchema == ["type": "object"])
        let echo = try await connections.call("echo", ["x": [1, "ü"]], on: remote, id: "a")
        #expect(echo.text == #"{"x":[1,"ü"]}"# && echo.structured == ["x": [1, "ü"]] && !echo.isError)
        let failed = try await connections.call("fail", [:], on: remote, id: "a")
        #expect(failed.isError && failed.text.contains("no"))
        // With progress and log messages before the result.
        let counted = try await connections.call("count", [:], on: remote, id: "a")
        #expect(counted.structured == ["local": false])
        #expect(await connections.count == 1, "one connection serves all")
        await connections.close()
        await server.stop()
    }

    @Test(arguments: Kind.allCases)
    func `an error of the server is told with its code, and what follows works`(kind: Kind) async throws {
        let server = try RemoteTestServer.honest()
        let (connections, remote) = (testConnections(), place(kind, server))
        let unknown = try await failure { try await connections.call("nope", [:], on: remote, id: "a") }
        #expect(unknown?.code == .refused(-32602) && unknown?.message.contains("Unknown tool: nope") == true)
        let crash = try await failure { try await connections.call("crash", [:], on: remote, id: "a") }
        #expect(crash?.code == .refused(-32603))
        #expect(try await connections.call("echo", [:], on: remote, id: "a").text == "{}")
        await connections.close()
        await server.stop()
    }

    @Test(arguments: Kind.allCases)
    func `many calls share a connection`(kind: Kind) async throws {
        let server = try RemoteTestServer.honest()
        let (connections, remote) = (testConnections(), place(kind, server))
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await connections.call("echo", ["n": .int(Int64(number))], on: remote, id: "a").text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == Set((0..<50).map { "{\"n\":\($0)}" }))
        #expect(await connections.count == 1)
        await connections.close()
        await server.stop()
    }

    @Test(arguments: Kind.allCases)
    func `a cancelled call is cancelled on the server`(kind: Kind) async throws {
        let (begun, ended) = (Promise<Void>(), Promise<Bool>())
        var features = ScriptedFeatures()
        features.hold = { _ in
            begun.fulfil(.success(()))
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                ended.fulfil(.success(true))
                throw error
            }
        }
        let server = try RemoteTestServer.honest(features)
        let (connections, remote) = (testConnections(), place(kind, server))
        let call = Task { try await connections.call("hold", [:], on: remote, id: "a") }
        try await begun.value()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(try await ended.value())
        #expect(try await connections.call("echo", [:], on: remote, id: "a").text == "{}")
        await connections.close()
        await server.stop()
    }

    @Test func `headers, revision and session are sent, and the session is ended`() async throws {
        let seen = Lock<[Request]>([])
        let server = try RemoteTestServer.honest { request in seen.withLock { $0.append(request) } }
        let connections = testConnections()
        let remote = place(.streamable, server, [.init("x-key", "k"), .init("authorization", "Bearer t")])
        _ = try await connections.call("echo", [:], on: remote, id: "a")
        await connections.close()
        let requests = seen.withLock { $0 }
        #expect(requests.map(\.method) == [.post, .post, .post, .delete])
        #expect(requests.allSatisfy { $0.headers["x-key"] == "k" && $0.headers["authorization"] == "Bearer t" })
        #expect(requests.map { $0.headers["mcp-protocol-version"] } == [nil, "2025-11-25", "2025-11-25", "2025-11-25"])
        #expect(requests[0].headers["mcp-session-id"] == nil)
        #expect(Set(requests.dropFirst().map { $0.headers["mcp-session-id"] }).count == 1)
        #expect(requests[3].headers["mcp-session-id"] != nil)
        await server.stop()
    }

    @Test func `a session that is lost is begun anew`() async throws {
        let servers = Lock<[HTTPEndpoints]>([])
        let fresh: @Sendable () -> HTTPEndpoints = {
            HTTPEndpoints(log: .silent) { (_) throws(RPCError) -> any ServerFeatures in ScriptedFeatures() }
        }
        servers.withLock { $0 = [fresh()] }
        let server = try RemoteTestServer { request in
            await servers.withLock { $0[0] }.respond(to: request, at: .streamable)
        }
        let connections = testConnections()
        _ = try await connections.call("echo", [:], on: server.streamable, id: "a")
        servers.withLock { $0 = [fresh()] }
        #expect(try await connections.call("echo", ["b": 1], on: server.streamable, id: "a").text == #"{"b":1}"#)
        await connections.close()
        await server.stop()
    }

    @Test func `a server of the stateless era alone is spoken to without a handshake`() async throws {
        let seen = Lock<[Request]>([])
        let endpoints = HTTPEndpoints(log: .silent) { (_) throws(RPCError) -> any ServerFeatures in ScriptedFeatures() }
        let server = try RemoteTestServer { request in
            seen.withLock { $0.append(request) }
            if request.headers["mcp-method"] == nil {
                let error: JSONValue = [
                    "jsonrpc": "2.0", "id": 1, "error": ["code": -32601, "message": "Method not found"],
                ]
                return .json(404, Array(error.text.utf8))
            }
            return await endpoints.respond(to: request, at: .streamable)
        }
        let connections = testConnections()
        #expect(try await connections.tools(of: server.streamable, id: "a").count == 5)
        #expect(try await connections.call("echo", ["ü": 1], on: server.streamable, id: "a").text == #"{"ü":1}"#)
        let requests = seen.withLock { $0 }
        #expect(requests.map { $0.headers["mcp-method"] } == [nil, "server/discover", "tools/list", "tools/call"])
        #expect(requests[3].headers["mcp-name"] == "echo")
        #expect(requests.dropFirst().allSatisfy { $0.headers["mcp-protocol-version"] == "2026-07-28" })
        await connections.close()
        #expect(seen.withLock { $0.count } == 4, "there is no session to end")
        await server.stop()
    }

    @Test func `a redirect to the same server is followed`() async throws {
        let endpoints = HTTPEndpoints(log: .silent) { (_) throws(RPCError) -> any ServerFeatures in ScriptedFeatures() }
        let server = try RemoteTestServer { request in
            if request.rawPath == "/mcp" { return Response(status: 307, headers: ["location": "/mcp/"]) }
            return await endpoints.respond(to: request, at: .streamable)
        }
        let connections = testConnections()
        #expect(try await connections.call("echo", [:], on: server.streamable, id: "a").text == "{}")
        await connections.close()
        await server.stop()
    }

    @Test func `an answer that breaks off is asked for again`() async throws {
        let resumed = Lock(0)
        let server = try RemoteTestServer { request in
            if request.method == .get {
                resumed.withLock { $0 += 1 }
                #expect(request.headers["last-event-id"] == "7")
                let answer: JSONValue = [
                    "jsonrpc": "2.0", "id": 2, "result": ["content": [["type": "text", "text": "late"]]],
                ]
                return RemoteTestServer.events([answer])
            }
            guard let message = try? JSONValue(parsing: request.body) else { return .detail(400, "no") }
            switch message["method"]?.string {
            case "initialize": return RemoteTestServer.result(message, RemoteTestServer.hello)
            case "tools/call":
                return Response(
                    headers: ["content-type": "text/event-stream"],
                    body: .bytes(Array("id: 7\nretry: 1\ndata: \n\n".utf8)))
            default: return Response(status: 202)
            }
        }
        let connections = testConnections()
        #expect(try await connections.call("x", [:], on: server.streamable, id: "a").text == "late")
        #expect(resumed.withLock { $0 } == 1)
        await connections.close()
        await server.stop()
    }

    @Test func `an idle connection is let go, another configuration has its own, and a changed server is forgotten`()
        async throws
    {
        let server = try RemoteTestServer.honest()
        let connections = testConnections { $0.idleSeconds = 0.2 }
        _ = try await connections.call("echo", [:], on: server.streamable, id: "a")
        let other = place(.streamable, server, [.init("x-key", "k")])
        _ = try await connections.call("echo", [:], on: other, id: "a")
        #expect(try await soon { await connections.count == 0 })
        _ = try await connections.call("echo", [:], on: server.streamable, id: "b")
        await connections.forget("b")
        #expect(await connections.count == 0)
        await connections.close()
        let closed = try await failure { try await connections.call("echo", [:], on: server.streamable, id: "b") }
        #expect(closed?.code == .unreachable)
        await server.stop()
    }
}
