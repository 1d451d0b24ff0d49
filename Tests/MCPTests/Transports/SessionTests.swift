import HTTP
import Platform
import Testing

@testable import MCP

/// The revisions that begin with `initialize`, over HTTP.
@Suite struct SessionTests {
    // MARK: Sessions

    @Test func `a session begins with initialize and is named from then on`() async throws {
        let client = TransportClient()
        let hello = try await client.send("initialize", ["protocolVersion": "2025-11-25"])
        #expect(hello.status == 200)
        #expect(hello.headers["content-type"] == "application/json")
        #expect(hello.json["result"]?["protocolVersion"] == "2025-11-25")
        let id = try #require(hello.headers["mcp-session-id"])
        #expect(id.utf8.count == 36)
        var named = client
        named.session = id
        #expect(await named.notify("notifications/initialized").status == 202)
        let reply = try await named.call("echo", ["a": 1], id: 2)
        #expect(reply.status == 200)
        #expect(reply.json["id"] == 2)
        #expect(reply.json["result"]?["structuredContent"] == ["a": 1])
        let other = try await client.opened()
        #expect(other.session != id)
    }

    @Test func `a request without a session, or with one that is unknown, is refused`() async throws {
        let client = TransportClient()
        #expect(try await client.send("tools/list").status == 400)
        #expect(await client.respond(.get).status == 400)
        #expect(await client.respond(.delete).status == 400)
        var stranger = client
        stranger.session = "00000000-0000-4000-8000-000000000000"
        #expect(try await stranger.send("tools/list").status == 404)
        #expect(await stranger.notify("notifications/initialized").status == 404)
        #expect(await stranger.respond(.get).status == 404)
        #expect(await stranger.respond(.delete).status == 404)
    }

    @Test(arguments: ["1999-01-01", "x", ""])
    func `a revision that is not spoken is refused`(version: String) async throws {
        let client = try await TransportClient().opened()
        let reply = try await client.send("tools/list") { $0.set("mcp-protocol-version", version) }
        #expect(reply.status == 400)
        #expect(reply.code == -32022)
        #expect(await client.respond(.get) { $0.set("mcp-protocol-version", version) }.status == 400)
        #expect(await client.respond(.delete) { $0.set("mcp-protocol-version", version) }.status == 400)
    }

    @Test func `a revision may be left out, as before 2025-06-18`() async throws {
        let client = try await TransportClient().opened("2025-03-26")
        #expect(try await client.send("tools/list") { $0.remove("mcp-protocol-version") }.status == 200)
    }

    @Test func `initialize is for a new session only, and one that fails begins none`() async throws {
        let client = TransportClient()
        let opened = try await client.opened()
        #expect(try await opened.send("initialize", ["protocolVersion": "2025-11-25"]).status == 400)
        let failed = try await client.send("initialize")
        #expect(failed.status == 400)
        #expect(failed.code == -32602)
        #expect(failed.headers["mcp-session-id"] == nil)
        #expect(client.transport.sessions.count == 1)
    }

    @Test func `delete ends a session, its streams and its work`() async throws {
        let (begun, cancelled) = (Moment(), Moment())
        let features = ScriptedFeatures(hold: { _ in
            begun.come()
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                cancelled.come()
                throw error
            }
        })
        let client = try await TransportClient(features).opened()
        let stream = await client.listen()
        let waiting = Task { try await client.call("hold") }
        try await begun.wait()
        #expect(await client.respond(.delete).status == 200)
        try await cancelled.wait()
        try await stream.end()
        let reply = try await waiting.value
        let answer = reply.isStream ? reply.events.last?.json : reply.json
        #expect(answer?["error"]?["code"] == -32800)
        #expect(try await client.send("tools/list").status == 404)
    }

    // MARK: What is no request

    @Test func `what is no message is refused with the error that says so`() async throws {
        let client = try await TransportClient().opened()
        let batch = try await Reply(client.respond(.post, [TransportClient.request("ping", .emptyObject, id: 1)]))
        #expect(batch.status == 400)
        #expect(batch.code == -32600)
        let broken = try await Reply(
            client.transport.respond(
                to: Request(method: .post, rawPath: "/mcp", headers: client.headers, body: Array("{".utf8))))
        #expect(broken.status == 400)
        #expect(broken.code == -32700)
        #expect(broken.json["id"] == .null)
        let text = await client.respond(.post, .emptyObject) { $0.set("content-type", "text/plain") }
        #expect(text.status == 415)
        #expect(await client.respond(.put).status == 405)
        #expect(await client.respond(.head).headers["allow"] == "GET, POST, DELETE")
    }

    @Test func `answers of the client are taken`() async throws {
        let client = try await TransportClient().opened()
        #expect(await client.respond(.post, ["jsonrpc": "2.0", "id": 1, "result": .emptyObject]).status == 202)
    }

    @Test func `an error of a session is told with status 200`() async throws {
        let client = try await TransportClient().opened()
        let reply = try await client.send("no/such")
        #expect(reply.status == 200)
        #expect(reply.code == -32601)
    }

    @Test func `an address that asks for what is not there is refused`() async throws {
        let transport = StreamableHTTP(log: .silent) { (request) throws(RPCError) -> any ServerFeatures in
            guard request.rawQuery.isEmpty else { throw .invalidRequest("No such tools.") }
            return ScriptedFeatures()
        }
        let body = TransportClient.request("initialize", ["protocolVersion": "2025-11-25"], id: 1)
        let reply = try await Reply(
            transport.respond(
                to: Request(method: .post, rawPath: "/mcp", rawQuery: "tools=x", body: Array(body.text.utf8))))
        #expect(reply.status == 400)
        #expect(reply.json["error"]?["message"] == "No such tools.")
    }

    // MARK: What the client takes

    @Test func `a client is answered as it accepts`() async throws {
        var client = try await TransportClient().opened()
        let counted: JSONValue = ["name": "count", "_meta": ["progressToken": "p"]]
        client.accept = "application/json"
        let alone = try await client.send("tools/call", counted)
        #expect(!alone.isStream)
        #expect(alone.json["result"]?["isError"] == false)
        client.accept = "text/event-stream"
        let stream = try await client.send("tools/list")
        #expect(stream.isStream)
        #expect(stream.events.last?.json["result"]?["tools"] != nil)
        client.accept = "text/html"
        #expect(try await client.send("tools/list").status == 406)
        #expect(await client.respond(.get).status == 406)
        client.accept = "*/*"
        #expect(try await client.send("tools/list").status == 200)
        #expect(try await client.send("tools/list") { $0.remove("accept") }.status == 200)
    }

    @Test func `a client that takes events only gets its handshake as one`() async throws {
        var client = TransportClient()
        client.accept = "text/event-stream"
        let reply = try await client.send("initialize", ["protocolVersion": "2025-06-18"])
        #expect(reply.events.map { $0.json["result"]?["protocolVersion"] } == ["2025-06-18"])
        #expect(reply.headers["mcp-session-id"] != nil)
    }

    // MARK: Limits

    @Test func `sessions that nobody uses end`() async throws {
        let start = ContinuousClock.now
        let later = Lock(Duration.zero)
        let client = TransportClient(now: { start + later.withLock { $0 } })
        let (used, listening, left) = (
            try await client.opened(), try await client.opened(), try await client.opened()
        )
        let stream = await listening.listen()
        later.withLock { $0 = .seconds(29 * 60) }
        #expect(try await used.send("ping").status == 200)
        later.withLock { $0 = .seconds(31 * 60) }
        #expect(try await left.send("ping").status == 404)
        #expect(try await used.send("ping").status == 200)
        #expect(try await listening.send("ping").status == 200)
        #expect(client.transport.sessions.count == 2)
        await stream.cut()
    }

    @Test func `when there are too many sessions the idlest goes`() async throws {
        var limits = TransportLimits()
        limits.sessions = 2
        let start = ContinuousClock.now
        let later = Lock(Duration.zero)
        let client = TransportClient(limits: limits, now: { start + later.withLock { $0 } })
        let first = try await client.opened()
        later.withLock { $0 = .seconds(1) }
        let second = try await client.opened()
        let stream = await first.listen()
        later.withLock { $0 = .seconds(2) }
        let third = try await client.opened()
        #expect(try await first.send("ping").status == 200)
        #expect(try await second.send("ping").status == 404)
        #expect(try await third.send("ping").status == 200)
        await stream.cut()
    }

    @Test func `a client cannot have more calls at once than allowed`() async throws {
        var limits = TransportLimits()
        limits.calls = 1
        let (begun, goOn) = (Moment(), Moment())
        let features = ScriptedFeatures(hold: { _ in
            begun.come()
            try await goOn.wait()
        })
        let client = try await TransportClient(features, limits: limits).opened()
        let held = Task { try await client.call("hold", id: 1) }
        try await begun.wait()
        let refused = try await client.send("ping", id: 2)
        #expect(refused.status == 200)
        #expect(refused.code == -32000)
        goOn.come()
        _ = try await held.value
        while try await client.send("ping", id: 3).code == -32000 { await Task.yield() }
    }

    @Test func `an id that is in use is refused, and the work on it goes on`() async throws {
        let (begun, goOn) = (Moment(), Moment())
        let features = ScriptedFeatures(hold: { _ in
            begun.come()
            try await goOn.wait()
        })
        let client = try await TransportClient(features, limits: .impatient).opened()
        let held = await client.open("tools/call", ["name": "hold"], id: 5)
        try await begun.wait()
        #expect(try await client.send("ping", id: 5).code == -32600)
        goOn.come()
        try await held.text(containing: "held")
    }

    @Test func `what all messages take together is bounded`() async throws {
        var limits = TransportLimits()
        limits.messageBytes = 300_000
        limits.sessionPatience = .seconds(3600)
        let isLetGo = Moment()
        let hasBegun = Moment()
        let features = ScriptedFeatures(hold: { _ in
            hasBegun.come()
            try await isLetGo.wait()
        })
        let client = try await TransportClient(features, limits: limits).opened()
        let many: JSONValue = .array(Array(repeating: 0, count: 2000))
        let held = Task { try await client.send("tools/call", ["name": "hold", "arguments": ["x": many]], id: 1) }
        try await hasBegun.wait()
        let refused = try await client.call("echo", ["x": many], id: 2)
        #expect(refused.status == 503 && refused.code == -32000)
        #expect(try await client.call("echo", ["x": 1], id: 3).status == 200)
        isLetGo.come()
        #expect(try await held.value.status == 200)
        #expect(try await client.call("echo", ["x": many], id: 4).status == 200)
    }

    @Test func `an id is free again as soon as its answer is there`() async throws {
        let client = try await TransportClient().opened()
        for _ in 0..<3000 { #expect(try await client.call("echo", id: 7).status == 200) }
    }
}
