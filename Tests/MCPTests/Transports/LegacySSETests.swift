import HTTP
import Platform
import Testing

@testable import MCP

/// HTTP with SSE as of 2024-11-05.
@Suite struct LegacySSETests {
    private let endpoints: LegacySSE

    init() { endpoints = Self.endpoints(ScriptedFeatures()) }

    private static func endpoints(_ features: ScriptedFeatures, limits: TransportLimits = TransportLimits())
        -> LegacySSE
    {
        LegacySSE(limits: limits, log: .silent) { (request) throws(RPCError) -> any ServerFeatures in
            guard request.rawQuery != "tools=x" else { throw .invalidRequest("No such tools.") }
            return features
        }
    }

    private func open(_ endpoints: LegacySSE, query: String = "") -> OpenStream {
        let request = Request(rawPath: "/sse", rawQuery: query, headers: ["accept": "text/event-stream"])
        return OpenStream(endpoints.stream(request, messages: "/messages"))
    }

    /// The query of the address that the first event names.
    private func address(_ stream: OpenStream) async throws -> String {
        let event = try await stream.event { $0.name == "endpoint" }
        #expect(event.data.hasPrefix("/messages?sessionId="))
        return String(event.data.dropFirst("/messages?".count))
    }

    private func post(_ endpoints: LegacySSE, _ query: String, _ message: JSONValue) -> Response {
        endpoints.message(
            Request(method: .post, rawPath: "/messages", rawQuery: query, body: Array(message.text.utf8)))
    }

    @Test func `answers come by the stream that named the address`() async throws {
        let stream = open(endpoints)
        #expect(stream.response.isEndless)
        let address = try await address(stream)
        let hello = TransportClient.request("initialize", ["protocolVersion": "2024-11-05"], id: 0)
        #expect(post(endpoints, address, hello).status == 202)
        let reply = try await stream.event { $0.json["id"] == 0 }
        #expect(reply.name == "message")
        #expect(reply.id == nil)
        #expect(reply.json["result"]?["protocolVersion"] == "2024-11-05")
        let other = "session_id=" + address.dropFirst("sessionId=".count)
        #expect(post(endpoints, other, TransportClient.request("tools/list", .emptyObject, id: 1)).status == 202)
        #expect(try await stream.event { $0.json["id"] == 1 }.json["result"]?["tools"] != nil)
        await stream.cut()
    }

    @Test func `progress and changes come by it too`() async throws {
        let changes = Lock<[AsyncStream<ResourceChange>.Continuation]>([])
        let endpoints = Self.endpoints(
            ScriptedFeatures(watched: { change in changes.withLock { $0.append(change) } }))
        let stream = open(endpoints)
        let address = try await address(stream)
        let call: JSONValue = ["name": "count", "_meta": ["progressToken": 3]]
        #expect(post(endpoints, address, TransportClient.request("tools/call", call, id: 4)).status == 202)
        _ = try await stream.event { $0.json["id"] == 4 }
        #expect(stream.events.filter { $0.method == "notifications/progress" }.count == 3)
        for change in changes.withLock({ $0 }) { change.yield(.list) }
        _ = try await stream.event { $0.method == "notifications/resources/list_changed" }
        await stream.cut()
    }

    @Test func `a message for nobody is refused`() async throws {
        let ping = TransportClient.request("ping", .emptyObject, id: 1)
        #expect(post(endpoints, "sessionId=00000000-0000-4000-8000-000000000000", ping).status == 404)
        #expect(post(endpoints, "", ping).status == 400)
        let stream = open(endpoints)
        let address = try await address(stream)
        #expect(post(endpoints, address, []).status == 400)
        #expect(endpoints.message(Request(rawPath: "/messages", rawQuery: address)).status == 405)
        await stream.cut()
        #expect(post(endpoints, address, ping).status == 404)
        #expect(endpoints.openSessions == 0)
    }

    @Test func `a stream is opened as it should be, or refused`() async throws {
        #expect(endpoints.stream(Request(method: .post, rawPath: "/sse"), messages: "/messages").status == 405)
        let json = Request(rawPath: "/sse", headers: ["accept": "application/json"])
        #expect(endpoints.stream(json, messages: "/messages").status == 406)
        let wrong = try await Reply(
            endpoints.stream(Request(rawPath: "/sse", rawQuery: "tools=x"), messages: "/messages"))
        #expect(wrong.status == 400)
        #expect(wrong.json["error"]?["message"] == "No such tools.")
    }

    @Test func `work ends with the stream, or when it is cancelled`() async throws {
        let begun = Lock(0)
        let cancelled = Lock(0)
        let endpoints = Self.endpoints(
            ScriptedFeatures(hold: { _ in
                begun.withLock { $0 += 1 }
                do { try await Task.sleep(for: .seconds(3600)) } catch {
                    cancelled.withLock { $0 += 1 }
                    throw error
                }
            }))
        let stream = open(endpoints)
        let address = try await address(stream)
        for id in 1...2 {
            _ = post(endpoints, address, TransportClient.request("tools/call", ["name": "hold"], id: id))
        }
        while begun.withLock({ $0 }) < 2 { await Task.yield() }
        let cancel: JSONValue = [
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 1],
        ]
        #expect(post(endpoints, address, cancel).status == 202)
        let answer = try await stream.event { $0.json["id"] == 1 }
        #expect(answer.json["error"]?["code"] == -32800)
        #expect(cancelled.withLock { $0 } == 1)
        await stream.cut()
        while cancelled.withLock({ $0 }) < 2 { await Task.yield() }
    }

    @Test func `a silent stream is kept alive, and calls are bounded`() async throws {
        var limits = TransportLimits()
        limits.ping = .milliseconds(2)
        limits.calls = 0
        let endpoints = Self.endpoints(ScriptedFeatures(), limits: limits)
        let stream = open(endpoints)
        let address = try await address(stream)
        try await stream.text(containing: ": ping\n\n: ping\n\n")
        #expect(post(endpoints, address, TransportClient.request("ping", .emptyObject, id: 1)).status == 202)
        #expect(try await stream.event { $0.json["id"] == 1 }.json["error"]?["code"] == -32000)
        await stream.cut()
    }

    @Test func `a client that does not read its answers is refused more`() async throws {
        var limits = TransportLimits()
        limits.logBytes = 100_000
        let endpoints = Self.endpoints(ScriptedFeatures(), limits: limits)
        let hasCut = Moment()
        let address = Lock("")
        let response = endpoints.stream(
            Request(rawPath: "/sse", headers: ["accept": "text/event-stream"]), messages: "/messages")
        guard case .stream(let produce) = response.body else {
            Issue.record("no stream")
            return
        }
        let reading = Task {
            try await produce(
                BodyWriter { bytes in
                    let event = StreamEvent.all(in: String(decoding: bytes, as: UTF8.self)).first
                    guard event?.name != "endpoint" else {
                        return address.withLock { $0 = String(event?.data.dropFirst("/messages?".count) ?? "") }
                    }
                    try await hasCut.wait()
                })
        }
        while address.withLock({ $0.isEmpty }) { await Task.yield() }
        let arguments: JSONValue = ["text": .string(String(repeating: "x", count: 10_000))]
        var statuses: [Int] = []
        for id in 1...100 {
            let call: JSONValue = ["name": "echo", "arguments": arguments]
            let request = TransportClient.request("tools/call", call, id: id)
            statuses.append(post(endpoints, address.withLock { $0 }, request).status)
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(statuses.first == 202 && statuses.last == 429)
        #expect(statuses.count { $0 == 202 } < 60)
        hasCut.come()
        reading.cancel()
        _ = await reading.result
    }
}
