import HTTP
import Platform
import Testing

@testable import MCP

/// Streams of sessions: what they carry, and how they are resumed.
@Suite struct SessionStreamTests {
    private static let counted: JSONValue = ["name": "count", "_meta": ["progressToken": "p"]]
    private static let held: JSONValue = ["name": "hold", "_meta": ["progressToken": "p"]]

    /// A tool that tells of its begin, then waits.
    private func holding(_ goOn: Moment) -> ScriptedFeatures {
        ScriptedFeatures(hold: { context in
            await context.progress(1)
            await goOn.waitRegardless()
            try Task.checkCancellation()
        })
    }

    // MARK: Calls

    @Test func `progress and log messages come before the result, each with an id`() async throws {
        let client = try await TransportClient().opened()
        let reply = try await client.send("tools/call", Self.counted)
        #expect(reply.isStream)
        #expect(reply.headers["cache-control"] == "no-cache, no-transform")
        let events = reply.events
        #expect(events.first?.data == "")
        #expect(events.first?.retry == "1000")
        #expect(
            events.dropFirst().dropLast().map { $0.method ?? "" }
                == (0..<3).flatMap { _ in
                    ["notifications/progress", "notifications/message"]
                })
        #expect(events.last?.json["id"] == 1)
        #expect(Set(events.compactMap(\.id)).count == 8)
    }

    @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18"])
    func `clients of earlier revisions get no event without data`(revision: String) async throws {
        let client = try await TransportClient().opened(revision)
        let events = try await client.send("tools/call", Self.counted).events
        #expect(events.count == 7)
        #expect(events.allSatisfy { !$0.data.isEmpty && $0.id != nil })
    }

    @Test func `a call that takes long becomes a stream that is kept alive`() async throws {
        var limits = TransportLimits.impatient
        limits.ping = .milliseconds(2)
        let goOn = Moment()
        let features = ScriptedFeatures(hold: { _ in try await goOn.wait() })
        let client = try await TransportClient(features, limits: limits).opened()
        let stream = await client.open("tools/call", ["name": "hold"])
        #expect(stream.response.isEndless == false)
        try await stream.text(containing: ": ping\n\n: ping\n\n")
        goOn.come()
        try await stream.end()
        #expect(stream.events.last?.json["result"]?["structuredContent"] == ["held": true])
    }

    @Test func `a call is cancelled by its id, and its stream ends with an error`() async throws {
        let features = ScriptedFeatures(hold: { context in
            await context.progress(1)
            try await Task.sleep(for: .seconds(3600))
        })
        let client = try await TransportClient(features).opened()
        let stream = await client.open("tools/call", Self.held, id: 9)
        _ = try await stream.event { $0.method == "notifications/progress" }
        #expect(await client.notify("notifications/cancelled", ["requestId": 9]).status == 202)
        try await stream.end()
        #expect(stream.events.last?.json["id"] == 9)
        #expect(stream.events.last?.json["error"]?["code"] == -32800)
    }

    @Test func `cancelling what is unknown is nobody's mistake`() async throws {
        let client = try await TransportClient().opened()
        #expect(await client.notify("notifications/cancelled", ["requestId": 77]).status == 202)
        #expect(await client.notify("notifications/cancelled").status == 202)
    }

    // MARK: Resuming

    @Test func `what a broken connection missed is replayed, the result too`() async throws {
        let goOn = Moment()
        let client = try await TransportClient(holding(goOn)).opened()
        let stream = await client.open("tools/call", Self.held)
        let last = try await stream.event { $0.method == "notifications/progress" }
        await stream.cut()
        goOn.come()
        let resumed = await client.listen(after: last.id)
        try await resumed.end()
        #expect(resumed.events.map { $0.json["result"]?["structuredContent"] } == [["held": true]])
        let again = await client.listen(after: stream.events.first?.id)
        try await again.end()
        #expect(again.events.map(\.method) == ["notifications/progress", nil])
    }

    @Test func `a connection that follows takes the stream over while the work goes on`() async throws {
        let goOn = Moment()
        let client = try await TransportClient(holding(goOn)).opened()
        let stream = await client.open("tools/call", Self.held)
        let last = try await stream.event { $0.method == "notifications/progress" }
        let resumed = await client.listen(after: last.id)
        try await stream.end()
        #expect(stream.events.last == last)
        goOn.come()
        try await resumed.end()
        #expect(resumed.events.last?.json["id"] == 1)
    }

    @Test func `the work goes on when the client goes before there is a stream`() async throws {
        let (begun, goOn, done) = (Moment(), Moment(), Moment())
        let features = ScriptedFeatures(hold: { _ in
            begun.come()
            await goOn.waitRegardless()
            if !Task.isCancelled { done.come() }
        })
        let client = try await TransportClient(features).opened()
        let call = Task { await client.respond(.post, TransportClient.request("tools/call", ["name": "hold"], id: 1)) }
        try await begun.wait()
        call.cancel()
        _ = await call.value
        goOn.come()
        try await done.wait()
        #expect(client.transport.sessions.count == 1)
    }

    @Test(arguments: ["7-0", "1-99", "x", "", "1", "-1-0", "1-2-3"])
    func `an event that is not kept cannot be resumed from`(event: String) async throws {
        let client = try await TransportClient().opened()
        _ = try await client.send("tools/call", Self.counted)
        #expect(await client.respond(.get) { $0.set("last-event-id", event) }.status == 400)
    }

    @Test func `an answer that came as JSON leaves nothing behind`() async throws {
        let client = try await TransportClient().opened()
        _ = try await client.call("echo", ["text": "x"])
        let session = try #require(client.transport.sessions.hold(client.session ?? ""))
        #expect(session.events.keptBytes == 0)
    }

    @Test func `a client that is connected gets its answer, however little is kept`() async throws {
        var limits = TransportLimits()
        limits.logBytes = 1
        limits.logEvents = 1
        let client = try await TransportClient(limits: limits).opened()
        let answers = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            for id in 0..<50 {
                group.addTask {
                    let reply = try await client.send("tools/call", Self.counted, id: id)
                    return reply.isStream ? reply.events.last?.json : reply.json
                }
            }
            return try await group.reduce(into: []) { $0.append($1?["result"]?["isError"] == false) }
        }
        #expect(answers == [Bool](repeating: true, count: 50))
    }

    // MARK: The stream of GET

    @Test func `changes are told to who subscribed, while somebody listens`() async throws {
        let changes = Lock<[AsyncStream<ResourceChange>.Continuation]>([])
        let features = ScriptedFeatures(watched: { change in changes.withLock { $0.append(change) } })
        let client = try await TransportClient(features).opened()
        _ = try await client.send("resources/subscribe", ["uri": "test://r0"])
        #expect(changes.withLock { $0.isEmpty })
        let stream = await client.listen()
        #expect(stream.response.isEndless)
        #expect(stream.response.headers["mcp-session-id"] == client.session)
        _ = try await stream.event { $0.retry != nil }
        let told = changes.withLock { $0 }
        for change: ResourceChange in [.updated(uri: "test://r1"), .updated(uri: "test://r0"), .list] {
            told.first?.yield(change)
        }
        let last = try await stream.event { $0.method == "notifications/resources/list_changed" }
        #expect(
            stream.messages.map { $0.method ?? "" } == [
                "notifications/resources/updated", "notifications/resources/list_changed",
            ])
        await stream.cut()
        let resumed = await client.listen(after: stream.messages.first?.id)
        #expect(try await resumed.event { !$0.data.isEmpty } == last)
        await resumed.cut()
    }

    @Test func `what changes while the stream is broken is told when the client comes back`() async throws {
        let changes = Lock<[AsyncStream<ResourceChange>.Continuation]>([])
        let features = ScriptedFeatures(watched: { change in changes.withLock { $0.append(change) } })
        let client = try await TransportClient(features).opened()
        let stream = await client.listen()
        let first = try await stream.event { $0.id != nil }
        await stream.cut()
        changes.withLock { $0 }.first?.yield(.list)
        let resumed = await client.listen(after: first.id)
        let told = try await resumed.event { $0.method == "notifications/resources/list_changed" }
        #expect(told.id != first.id)
        #expect(changes.withLock { $0.count } == 1)
        await resumed.cut()
    }

    @Test func `nothing is collected any more for a client that stays away`() async throws {
        let ended = Moment()
        let features = ScriptedFeatures(watched: { change in change.onTermination = { _ in ended.come() } })
        var limits = TransportLimits()
        limits.absence = .milliseconds(1)
        let client = try await TransportClient(features, limits: limits).opened()
        let stream = await client.listen()
        _ = try await stream.event { $0.id != nil }
        await stream.cut()
        try await ended.wait()
    }

    @Test func `there is one such stream at a time, and another after it`() async throws {
        let client = try await TransportClient().opened()
        let stream = await client.listen()
        #expect(await client.respond(.get).status == 409)
        await stream.cut()
        let next = await client.listen()
        #expect(next.response.status == 200)
        await next.cut()
    }

    @Test func `a client that comes back takes its stream over`() async throws {
        let client = try await TransportClient().opened()
        let stream = await client.listen()
        let first = try await stream.event { $0.id != nil }
        let next = await client.listen(after: first.id)
        #expect(next.response.status == 200)
        try await stream.end()
        await next.cut()
    }
}
