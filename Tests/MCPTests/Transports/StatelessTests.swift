import HTTP
import Platform
import Testing

@testable import MCP

/// The revision without sessions, over HTTP.
@Suite struct StatelessTests {
    private static let version = "2026-07-28"

    private func params(_ members: JSONObject = [:], version: String = version) -> JSONValue {
        var params = members
        var meta: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": .string(version),
            "io.modelcontextprotocol/clientCapabilities": .emptyObject,
        ]
        for member in members["_meta"]?.object?.members ?? [] { meta[member.name] = member.value }
        params["_meta"] = .object(meta)
        return .object(params)
    }

    private func response(
        _ client: TransportClient, _ method: String, _ members: JSONObject = [:], version: String = version,
        _ change: (inout Headers) -> Void = { _ in }
    ) async -> Response {
        let message = TransportClient.request(method, params(members, version: version), id: 1)
        return await client.respond(.post, message) { headers in
            headers.set("mcp-protocol-version", version)
            headers.set("mcp-method", method)
            if let name = (members["name"] ?? members["uri"])?.string { headers.set("mcp-name", name) }
            change(&headers)
        }
    }

    private func send(
        _ client: TransportClient, _ method: String, _ members: JSONObject = [:], version: String = version,
        _ change: (inout Headers) -> Void = { _ in }
    ) async throws -> Reply {
        try await Reply(response(client, method, members, version: version, change))
    }

    @Test func `a request is answered without a session`() async throws {
        let client = TransportClient()
        let found = try await send(client, "server/discover")
        #expect(found.status == 200)
        #expect(found.json["result"]?["supportedVersions"] == ["2026-07-28"])
        #expect(found.headers["mcp-session-id"] == nil)
        let called = try await send(client, "tools/call", ["name": "echo", "arguments": ["a": 1]])
        #expect(called.json["result"]?["structuredContent"] == ["a": 1])
        #expect(called.json["result"]?["resultType"] == "complete")
        #expect(client.transport.sessions.count == 0)
    }

    @Test func `both eras are spoken at one address`() async throws {
        let client = TransportClient()
        let opened = try await client.opened()
        #expect(try await opened.send("ping").status == 200)
        #expect(try await send(client, "tools/list").json["result"]?["resultType"] == "complete")
        #expect(try await opened.send("tools/list").json["result"]?["resultType"] == nil)
    }

    @Test func `errors have the status that the revision asks for`() async throws {
        let client = TransportClient()
        func outcome(_ reply: Reply) -> [Int] { [reply.status, reply.code ?? 0] }
        #expect(outcome(try await send(client, "no/such")) == [404, -32601])
        #expect(outcome(try await send(client, "ping")) == [404, -32601])
        #expect(outcome(try await send(client, "tools/call", ["name": "nope"])) == [400, -32602])
        #expect(outcome(try await send(client, "tools/list", version: "2099-01-01")) == [400, -32022])
        #expect(outcome(try await send(client, "tools/call", ["name": "crash"])) == [200, -32603])
        let failed = try await send(client, "tools/call", ["name": "fail"])
        #expect(failed.status == 200)
        #expect(failed.json["result"]?["isError"] == true)
    }

    @Test func `headers have to say what the message says, once`() async throws {
        let client = TransportClient()
        for (name, value) in [
            ("mcp-protocol-version", "2025-11-25"), ("mcp-method", "tools/call"), ("mcp-name", "other"),
        ] {
            let reply = try await send(client, "tools/call", ["name": "echo"]) { headers in
                headers.set(name, name == "mcp-method" ? "tools/list" : value)
            }
            #expect(reply.status == 400, "\(name)")
            #expect(reply.code == -32020, "\(name)")
            let repeated = try await send(client, "tools/call", ["name": "echo"]) { headers in
                headers.append(name, headers[name] ?? "")
            }
            #expect(repeated.code == -32020, "\(name)")
            let missing = try await send(client, "tools/call", ["name": "echo"]) { $0.remove(name) }
            #expect(missing.code == -32020, "\(name)")
        }
        let bare = TransportClient.request("tools/list", .emptyObject, id: 1)
        let reply = try await Reply(
            client.respond(.post, bare) { headers in
                headers.set("mcp-protocol-version", Self.version)
                headers.set("mcp-method", "tools/list")
            })
        #expect(reply.status == 400)
        #expect(reply.code == -32602)
    }

    @Test(arguments: ["application/json", "text/event-stream", "text/html"])
    func `a client has to accept both kinds of answer`(accept: String) async throws {
        let reply = try await send(TransportClient(), "tools/list") { $0.set("accept", accept) }
        #expect(reply.status == 406)
    }

    @Test func `notifications are taken, answers are not, and there is no stream to get`() async throws {
        let client = TransportClient()
        func status(_ method: HTTP.Method, _ body: JSONValue? = nil, version: String = Self.version) async -> Int {
            await client.respond(method, body) { $0.set("mcp-protocol-version", version) }.status
        }
        let notification: JSONValue = ["jsonrpc": "2.0", "method": "notifications/cancelled"]
        #expect(await status(.post, notification) == 202)
        #expect(await status(.post, notification, version: "2099-01-01") == 400)
        #expect(await status(.post, ["jsonrpc": "2.0", "id": 1, "result": .emptyObject]) == 400)
        #expect(await status(.get) == 405)
        #expect(await status(.delete) == 405)
        let refused = await client.respond(.get) { $0.set("mcp-protocol-version", Self.version) }
        #expect(refused.headers["allow"] == "POST")
    }

    @Test func `notifications turn the answer into a stream without ids`() async throws {
        let members: JSONObject = [
            "name": "count",
            "_meta": ["progressToken": "p", "io.modelcontextprotocol/logLevel": "warning"],
        ]
        let reply = try await send(TransportClient(), "tools/call", members)
        #expect(reply.isStream)
        #expect(reply.status == 200)
        #expect(reply.events.count == 7)
        #expect(reply.events.allSatisfy { $0.id == nil && $0.retry == nil })
        #expect(reply.events.last?.json["result"]?["resultType"] == "complete")
        let quiet = try await send(TransportClient(), "tools/call", ["name": "count"])
        #expect(!quiet.isStream)
    }

    @Test func `a silent call becomes a stream with comments`() async throws {
        var limits = TransportLimits.impatient
        limits.ping = .milliseconds(2)
        let goOn = Moment()
        let client = TransportClient(ScriptedFeatures(hold: { _ in try await goOn.wait() }), limits: limits)
        let stream = OpenStream(await response(client, "tools/call", ["name": "hold"]))
        try await stream.text(containing: ": ping\n\n: ping\n\n")
        goOn.come()
        try await stream.end()
        #expect(stream.events.map { $0.json["result"]?["structuredContent"] } == [["held": true]])
    }

    @Test(arguments: [true, false])
    func `the work ends with the connection`(isStream: Bool) async throws {
        let (begun, cancelled) = (Moment(), Moment())
        let features = ScriptedFeatures(hold: { _ in
            begun.come()
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                cancelled.come()
                throw error
            }
        })
        let client = TransportClient(features, limits: isStream ? .impatient : TransportLimits())
        if isStream {
            let stream = OpenStream(await response(client, "tools/call", ["name": "hold"]))
            try await begun.wait()
            await stream.cut()
        } else {
            let call = Task { await response(client, "tools/call", ["name": "hold"]) }
            try await begun.wait()
            call.cancel()
        }
        try await cancelled.wait()
    }

    @Test func `a subscription tells what it promised until the client goes`() async throws {
        let changes = Lock<[AsyncStream<ResourceChange>.Continuation]>([])
        let ended = Moment()
        let features = ScriptedFeatures(watched: { change in
            change.onTermination = { _ in ended.come() }
            changes.withLock { $0.append(change) }
        })
        let wanted: JSONObject = ["notifications": ["resourcesListChanged": true, "toolsListChanged": true]]
        let stream = OpenStream(await response(TransportClient(features), "subscriptions/listen", wanted))
        #expect(stream.response.isEndless)
        let first = try await stream.event { _ in true }
        #expect(first.method == "notifications/subscriptions/acknowledged")
        #expect(first.json["params"]?["notifications"] == ["resourcesListChanged": true])
        for change in changes.withLock({ $0 }) { change.yield(.list) }
        _ = try await stream.event { $0.method == "notifications/resources/list_changed" }
        await stream.cut()
        try await ended.wait()
    }

    @Test func `more calls than the server can have are refused`() async throws {
        var limits = TransportLimits.impatient
        limits.allCalls = 1
        let (begun, goOn) = (Moment(), Moment())
        let features = ScriptedFeatures(hold: { _ in
            begun.come()
            try await goOn.wait()
        })
        let client = TransportClient(features, limits: limits)
        let stream = OpenStream(await response(client, "tools/call", ["name": "hold"]))
        try await begun.wait()
        #expect(try await send(client, "tools/list").code == -32000)
        goOn.come()
        try await stream.end()
    }
}
