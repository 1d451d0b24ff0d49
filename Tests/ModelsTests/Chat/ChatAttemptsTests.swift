import Domain
import HTTP
import Platform
import Testing

@testable import Models

@Suite(.timeLimit(.minutes(5))) struct ChatAttemptsTests {
    private let question = ChatStub.question

    // MARK: Again

    @Test(arguments: [408, 409, 425, 429, 500, 502, 503, 504, 529])
    func `a failure that may pass is tried again after growing pauses`(_ status: Int) async throws {
        let stub = try ServiceStub { _, number in
            number < 3 ? ServiceStub.error(status, "not now") : ChatStub.good
        }
        let clock = StubClock()
        let answer = try await ChatStub.chat("vllm/a", at: stub, clock: clock).answer(question)
        #expect(answer == ChatAnswer(text: "Two.", end: .finished))
        #expect(clock.all == [0.5, 1, 2] && stub.requests.count == 4)
        await stub.stop()
    }

    @Test(arguments: [400, 401, 402, 403, 404, 413, 422, 501])
    func `another is not`(_ status: Int) async throws {
        let stub = try ServiceStub { _, _ in ServiceStub.error(status, "no") }
        await #expect(throws: ChatError.self) { try await ChatStub.chat("vllm/a", at: stub).answer(question) }
        #expect(stub.requests.count == 1)
        await stub.stop()
    }

    static let waits: [(String, String, Double)] = [
        ("retry-after", "7", 7), ("retry-after-ms", "1500", 1.5), ("retry-after", "Sat, 21 Nov 2026 12:00:30 GMT", 30),
        ("retry-after", "soon", 0.5),
    ]

    @Test(arguments: waits)
    func `the service is left alone as long as it asks`(_ name: String, _ value: String, _ pause: Double) async throws {
        let stub = try ServiceStub { _, number in
            guard number == 0 else { return ChatStub.good }
            var response = ServiceStub.error(429, "slow down")
            response.headers.append(name, value)
            return response
        }
        let clock = StubClock()
        _ = try await ChatStub.chat("vllm/a", at: stub, clock: clock).answer(question)
        #expect(clock.all == [pause])
        await stub.stop()
    }

    @Test func `a wait that is too long is told instead`() async throws {
        let stub = try ServiceStub { _, _ in
            var response = ServiceStub.error(429, "slow down")
            response.headers.append("retry-after", "90")
            return response
        }
        let clock = StubClock()
        let chat = try ChatStub.chat("openai/a", at: stub, clock: clock)
        let error = await #expect(throws: ChatError.self) { try await chat.answer(question) }
        #expect(error?.code == .rateLimited && error?.retryAfter == 90)
        #expect(clock.all.isEmpty && stub.requests.count == 1)
        await stub.stop()
    }

    @Test func `Google's pause in the body is kept, and the service's word on trying again`() async throws {
        let stub = try ServiceStub { _, number in
            switch number {
            case 0:
                let detail: JSONValue = ["@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"]
                let body: JSONValue = ["error": ["code": 429, "status": "RESOURCE_EXHAUSTED", "details": [detail]]]
                return .json(429, Array(body.text.utf8))
            case 1:
                var response = ServiceStub.error(400, "odd")
                response.headers.append("x-should-retry", "true")
                return response
            default:
                var response = ServiceStub.error(500, "no")
                response.headers.append("x-should-retry", "false")
                return response
            }
        }
        let clock = StubClock()
        await #expect(throws: ChatError.self) {
            try await ChatStub.chat("google_ai/a", at: stub, clock: clock).answer(question)
        }
        #expect(clock.all == [34, 1] && stub.requests.count == 3)
        await stub.stop()
    }

    @Test func `an answer that breaks before its first piece is asked for again, later ones are not`() async throws {
        let texts = Lock(["", ChatStub.event("Tw")])
        let stub = try ServiceStub { _, _ in
            guard let text = texts.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return ChatStub.good }
            return ChatStub.streamed { writer in
                try await writer.write(Array((": hello\n\n" + text).utf8))
                throw CancellationError()
            }
        }
        let (deltas, error) = await ChatStub.deltas(try ChatStub.chat("vllm/a", at: stub))
        #expect(deltas == [.text("Tw")])
        #expect((error as? ChatError)?.code == .unavailable)
        #expect(stub.requests.count == 2)
        await stub.stop()
    }

    @Test func `an answer without its end is cut off`() async throws {
        let stub = try ServiceStub { _, _ in
            ChatStub.streamed { try await $0.write(Array(ChatStub.event("Tw").utf8)) }
        }
        let (deltas, error) = await ChatStub.deltas(try ChatStub.chat("vllm/a", at: stub))
        #expect(deltas == [.text("Tw")] && stub.requests.count == 1)
        #expect((error as? ChatError)?.code == .unusable)
        #expect((error as? ChatError)?.message.contains("cut off") == true)
        await stub.stop()
    }

    @Test func `what breaks after the end has broken nothing`() async throws {
        let stub = try ServiceStub { _, _ in
            ChatStub.streamed { writer in
                try await writer.write(ChatStub.events("Two."))
                throw CancellationError()
            }
        }
        let (deltas, error) = await ChatStub.deltas(try ChatStub.chat("vllm/a", at: stub))
        #expect(deltas == [.text("Two."), .end(.finished)] && error == nil)
        await stub.stop()
    }

    @Test func `an overloaded service tells so inside of the answer`() async throws {
        let stub = try ServiceStub { _, number in
            guard number == 0 else { return try ChatStub.recorded("anthropic-text.sse") }
            let start = #"data: {"type":"message_start","message":{"usage":{"input_tokens":3}}}"#
            let error = #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
            return ChatStub.streamed { try await $0.write(Array("\(start)\n\n\(error)\n\n".utf8)) }
        }
        let answer = try await ChatStub.chat("anthropic/claude-sonnet-4-5", at: stub).answer(question)
        #expect(answer.text == "Grüße, 世界!\n" && stub.requests.count == 2)
        await stub.stop()
    }

    @Test func `one attempt is one`() async throws {
        let stub = try ServiceStub { _, _ in ServiceStub.error(503, "no") }
        let chat = try ChatStub.chat("vllm/a", at: stub, options: .once(within: 600))
        await #expect(throws: ChatError.self) { try await chat.answer(question) }
        #expect(stub.requests.count == 1)
        await stub.stop()
    }

    // MARK: Silence

    /// Stays open until the stub is stopped.
    private static func silent(_ text: String) -> Response {
        ChatStub.streamed { writer in
            if !text.isEmpty { try await writer.write(Array(text.utf8)) }
            try await Task.sleep(for: .seconds(600))
        }
    }

    @Test func `a service that says nothing is given up, and asked once more`() async throws {
        let stub = try ServiceStub { _, _ in Self.silent("") }
        var options = ChatStub.patient
        options.firstByteTimeout = 0.1
        let (deltas, error) = await ChatStub.deltas(try ChatStub.chat("vllm/a", at: stub, options: options))
        #expect((error as? ChatError)?.code == .timedOut && deltas.isEmpty)
        #expect(stub.requests.count == 2)
        await stub.stop()
    }

    @Test func `a service that falls silent is given up`() async throws {
        let stub = try ServiceStub { _, _ in Self.silent(ChatStub.event("Tw")) }
        var options = ChatStub.patient
        options.idleTimeout = 0.1
        let (deltas, error) = await ChatStub.deltas(try ChatStub.chat("vllm/a", at: stub, options: options))
        #expect((error as? ChatError)?.code == .timedOut && deltas == [.text("Tw")])
        #expect(stub.requests.count == 1)
        await stub.stop()
    }

    // MARK: The receiver

    private struct Enough: Error {}

    /// A stub that sends until its peer is gone, and tells when it is.
    private static func endless() throws -> (stub: ServiceStub, gone: AsyncStream<Void>) {
        let (gone, signal) = AsyncStream<Void>.makeStream()
        let stub = try ServiceStub { _, _ in
            ChatStub.streamed { writer in
                try await writer.write(Array(ChatStub.event("Tw").utf8))
                do {
                    while true {
                        try await writer.write(Array(": still here\n\n".utf8))
                        try await Task.sleep(for: .milliseconds(5))
                    }
                } catch {
                    signal.finish()
                    throw error
                }
            }
        }
        return (stub, gone)
    }

    @Test func `a receiver that throws closes the connection`() async throws {
        let (stub, gone) = try Self.endless()
        await #expect(throws: Enough.self) {
            try await ChatStub.chat("vllm/a", at: stub).respond(to: question) { _ in throw Enough() }
        }
        for await _ in gone {}
        #expect(stub.requests.count == 1)
        await stub.stop()
    }

    @Test func `a cancelled task closes the connection`() async throws {
        let (stub, gone) = try Self.endless()
        let (begun, signal) = AsyncStream<Void>.makeStream()
        let chat = try ChatStub.chat("vllm/a", at: stub)
        let task = Task { try await chat.respond(to: ChatStub.question) { _ in signal.finish() } }
        for await _ in begun {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for await _ in gone {}
        await stub.stop()
    }

    // MARK: Many at one time

    @Test func `a provider is asked only so often at one time`() async throws {
        let counts = Lock((now: 0, most: 0))
        let stub = try ServiceStub { _, _ in
            counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            try await Task.sleep(for: .milliseconds(20))
            counts.withLock { $0.now -= 1 }
            return ChatStub.good
        }
        let chats = RemoteChats(options: ChatStub.patient, concurrency: 2)
        let handle = try ModelHandle("vllm/a")
        let provider = ChatStub.provider(handle, at: stub)
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await chats.model(handle, providers: [provider]).answer(ChatStub.question).text
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts == Array(repeating: "Two.", count: 8))
        #expect(counts.withLock { $0.most } <= 2)
        await stub.stop()
    }

    @Test func `who waits for a turn can be cancelled`() async throws {
        let (stub, gone) = try Self.endless()
        let chats = RemoteChats(options: ChatStub.patient, concurrency: 1)
        let handle = try ModelHandle("vllm/a")
        let provider = ChatStub.provider(handle, at: stub)
        let (begun, signal) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await chats.model(handle, providers: [provider]).respond(to: ChatStub.question) { _ in signal.finish() }
        }
        for await _ in begun {}
        let second = Task {
            try await chats.model(handle, providers: [provider]).respond(to: ChatStub.question) { _ in }
        }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(stub.requests.count == 1)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        for await _ in gone {}
        await stub.stop()
    }
}
