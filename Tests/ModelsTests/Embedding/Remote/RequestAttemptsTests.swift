import Domain
import HTTP
import Models
import Platform
import Testing

@Suite struct RequestAttemptsTests {
    @Test(arguments: [408, 429, 500, 502, 503, 504])
    func `a failure that may pass is tried again after growing pauses`(_ status: Int) async throws {
        let stub = try ServiceStub { request, number in
            number < 3 ? ServiceStub.error(status, "not now") : ServiceStub.telling(request)
        }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        let vectors = try await embedder.embed(["a"], as: .passage)
        #expect(vectors.count == 1 && stub.requests.count == 4)
        #expect(clock.all == [0.5, 1, 2])
        await stub.stop()
    }

    @Test func `pauses are random in part`() async throws {
        let stub = try ServiceStub { request, number in
            number < 2 ? ServiceStub.error(503, "not now") : ServiceStub.telling(request)
        }
        let time = StubClock()
        var clock = time.clock
        clock.chance = { 0 }
        var options = patient
        options.dimensions = 4
        let found = try await RemoteEmbedder.connect(
            to: ModelHandle(provider: "vllm", model: "small"),
            providers: [ConfiguredProvider(name: "vllm", baseURL: stub.address)], options: options, clock: clock)
        _ = try await found?.embed(["a"], as: .passage)
        #expect(time.all == [0.25, 0.5])
        await stub.stop()
    }

    static let waits: [(String, String, Double)] = [
        ("retry-after", "7", 7), ("retry-after", "0", 0), ("retry-after-ms", "1500", 1.5),
        ("retry-after", "Sat, 21 Nov 2026 12:00:30 GMT", 30), ("retry-after", "Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("retry-after", "soon", 0.5), ("retry-after", "nan", 0.5),
    ]

    @Test(arguments: waits)
    func `the service is left alone as long as it asks`(_ name: String, _ value: String, _ pause: Double) async throws {
        let stub = try ServiceStub { request, number in
            guard number == 0 else { return ServiceStub.telling(request) }
            var response = ServiceStub.error(429, "slow down")
            response.headers.append(name, value)
            return response
        }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        _ = try await embedder.embed(["a"], as: .passage)
        #expect(clock.all == [pause])
        await stub.stop()
    }

    @Test func `a wait beyond the deadline is not begun`() async throws {
        let stub = try ServiceStub { _, _ in
            var response = ServiceStub.error(429, "come tomorrow")
            response.headers.append("retry-after", "86400")
            return response
        }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        let error = try #require(try await failure { _ = try await embedder.embed(["a"], as: .passage) })
        #expect(error.code == .unavailable && error.message.contains("asked too often"))
        #expect(clock.all.isEmpty && stub.requests.count == 1)
        await stub.stop()
    }

    @Test func `attempts end, for a query sooner`() async throws {
        let stub = try ServiceStub { _, _ in ServiceStub.error(500, "broken") }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        let error = try #require(try await failure { _ = try await embedder.embed(["a"], as: .query) })
        #expect(error.code == .unavailable && error.message.contains("fails (500: broken)"))
        #expect(clock.all == [0.25, 0.5])
        _ = try await failure { _ = try await embedder.embed(["a"], as: .passage) }
        #expect(stub.requests.count == 3 + 6)
        await stub.stop()
    }

    @Test func `a connection that is cut is tried again`() async throws {
        let stub = try ServiceStub { request, number in number == 0 ? ServiceStub.cut : ServiceStub.telling(request) }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        let vectors = try await embedder.embed(["a"], as: .passage)
        #expect(vectors.count == 1 && clock.all == [0.5])
        await stub.stop()
    }

    @Test func `a server that is not there is named without its password`() async throws {
        let stub = try ServiceStub { _, _ in .text(200, "") }
        let host = String(stub.address.dropFirst("http://".count))
        await stub.stop()
        var options = patient
        options.dimensions = 4
        let clock = StubClock()
        let found = try await RemoteEmbedder.connect(
            to: ModelHandle(provider: "vllm", model: "small"),
            providers: [ConfiguredProvider(name: "vllm", baseURL: "http://me:hunter2@\(host)/v1")], options: options,
            clock: clock.clock)
        let embedder = try #require(found)
        let error = try #require(try await failure { _ = try await embedder.embed(["a"], as: .query) })
        #expect(error.code == .unavailable)
        #expect(error.message.contains("vLLM at \(host) does not answer") && error.message.contains("vllm-url"))
        #expect(!error.message.contains("hunter2"))
        #expect(clock.all == [0.25, 0.5])
    }

    @Test func `a slow answer is given up`() async throws {
        let stub = try ServiceStub { request, _ in
            try await Task.sleep(for: .seconds(600))
            return ServiceStub.telling(request)
        }
        let embedder = try await embedder(at: stub) { $0.timeout = 0.05 }
        let error = try #require(try await failure { _ = try await embedder.embed(["a"], as: .query) })
        #expect(error.code == .unavailable && error.message.contains("does not answer in time"))
        await stub.stop()
    }

    static let refusals: [(Int, String?, String)] = [
        (400, nil, "refused the request (400: Bad.)"), (401, "invalid_api_key", "Check vllm-key"),
        (403, nil, "does not allow this (403)"), (404, "model_not_found", "does not know small at"),
        (422, nil, "refused the request (422: Bad.)"), (429, "insufficient_quota", "no credit left"),
        (302, nil, "answers with a redirect (302)"),
    ]

    @Test(arguments: refusals)
    func `a refusal is final and says what to do`(_ status: Int, _ code: String?, _ text: String) async throws {
        let stub = try ServiceStub { _, _ in ServiceStub.error(status, "Bad.", code: code) }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        let error = try #require(try await failure { _ = try await embedder.embed(["a"], as: .passage) })
        #expect(error.code == .refused)
        #expect(error.message.contains(text))
        #expect(stub.requests.count == 1 && clock.all.isEmpty)
        await stub.stop()
    }

    static let quoting: [String] = [
        "Invalid value: 'My password is Tr0ub4dor&3' is not of type list.",
        "input: My password is Tr0ub4dor&3", "you sent MY PASSWORD IS TR0UB4DOR&3", "near Tr0ub4dor&3!",
        "Incorrect API key provided: key-0123456789-secret", "Incorrect key key-0123…",
        "bad token 'key-0123456789-secret",
    ]

    @Test(arguments: quoting)
    func `errors quote neither the text nor the key`(_ message: String) async throws {
        for status in [400, 500] {
            let stub = try ServiceStub { _, _ in ServiceStub.error(status, message) }
            let embedder = try await embedder(at: stub)
            let error = try #require(
                try await failure { _ = try await embedder.embed(["My password is Tr0ub4dor&3"], as: .query) })
            let shown = error.message.lowercased()
            #expect(shown.contains("\(status)"))
            #expect(!shown.contains("tr0ub") && !shown.contains("my pass") && !shown.contains("key-0123"))
            await stub.stop()
        }
    }
}
