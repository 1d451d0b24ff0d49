import Domain
import HTTP
import Models
import Platform
import Testing

@Suite struct RemoteEmbedderTests {
    private static let texts = (0..<70).map { "text number \($0)" }

    // MARK: Batches

    @Test func `many texts are split by their number and come back in their order`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let embedder = try await embedder(at: stub) { $0.textsPerRequest = 16 }
        let vectors = try await embedder.embed(Self.texts, as: .passage)
        #expect(vectors.count == 70)
        // Two requests may be under way at one time.
        #expect(embedder.preferredBatch == 32)
        #expect(zip(vectors, Self.texts).allSatisfy { isClose($0, normalized(ServiceStub.told($1))) })
        #expect(stub.inputs.map(\.count).sorted() == [6, 16, 16, 16, 16])
        await stub.stop()
    }

    @Test func `requests are split by their size too`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let embedder = try await embedder(at: stub) { $0.longestText = 40_000 }
        // 25,000 tokens each, as they are estimated; 64,000 go into one request.
        let texts = (0..<5).map { String(repeating: "abcdefghi ", count: 5_555) + "\($0)" }
        let vectors = try await embedder.embed(texts, as: .passage)
        #expect(zip(vectors, texts).allSatisfy { isClose($0, normalized(ServiceStub.told($1))) })
        #expect(stub.inputs.map(\.count).sorted() == [1, 2, 2])
        await stub.stop()
    }

    @Test func `nothing is sent for no texts`() async throws {
        let stub = try ServiceStub { _, _ in .text(500, "not expected") }
        let embedder = try await embedder(at: stub)
        let vectors = try await embedder.embed([], as: .query)
        #expect(vectors.isEmpty && stub.requests.isEmpty)
        await stub.stop()
    }

    @Test func `an empty text has a vector as well`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let embedder = try await embedder(at: stub)
        let vectors = try await embedder.embed(["", " \n\t", "a"], as: .passage)
        #expect(vectors.count == 3 && vectors[0] == vectors[1] && vectors[0] != vectors[2])
        #expect(stub.inputs == [[".", ".", "a"]])
        await stub.stop()
    }

    @Test func `no more requests are under way than allowed`() async throws {
        let running = Lock((now: 0, most: 0))
        let stub = try ServiceStub { request, _ in
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            try await Task.sleep(for: .milliseconds(20))
            running.withLock { $0.now -= 1 }
            return ServiceStub.telling(request)
        }
        let embedder = try await embedder(at: stub) { $0.textsPerRequest = 2 }
        // Of several calls together.
        async let first = embedder.embed(Self.texts, as: .passage)
        async let second = embedder.embed(Self.texts, as: .passage)
        let found = try await [first, second]
        #expect(found[0].count == 70 && found[0] == found[1])
        #expect(stub.requests.count == 70)
        let most = running.withLock { $0.most }
        #expect(most == 2)
        await stub.stop()
    }

    // MARK: What comes back

    @Test func `vectors are put in order by their index and made length 1`() async throws {
        let stub = try ServiceStub { _, _ in
            ServiceStub.list([[0, 0, 0, 3], [2, 0, 0, 0], [0, 5, 0, 0]], indexes: [2, 0, 1])
        }
        let embedder = try await embedder(at: stub)
        let vectors = try await embedder.embed(["a", "b", "c"], as: .passage)
        #expect(vectors == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
        await stub.stop()
    }

    static let unusable: [(String, String)] = [
        (#"{"data": []}"#, "has 0 vectors for 2 texts"),
        (#"{"data": [{"embedding": [1, 0, 0, 0]}]}"#, "has 1 vectors for 2 texts"),
        (
            #"{"data": [{"index": 1, "embedding": [1, 0, 0, 0]}, {"index": 1, "embedding": [1, 0, 0, 0]}]}"#,
            "numbers its vectors wrongly"
        ),
        (
            #"{"data": [{"index": 1, "embedding": [1, 0, 0, 0]}, {"index": 2, "embedding": [1, 0, 0, 0]}]}"#,
            "numbers its vectors wrongly"
        ),
        (#"{"data": [{"embedding": [1, 0, 0]}, {"embedding": [1, 0, 0]}]}"#, "has a vector of 3 numbers instead of 4"),
        (#"{"data": [{"embedding": [1, 0, 0, 0]}, {"embedding": []}]}"#, "has a vector of 0 numbers instead of 4"),
        (#"{"data": [{"embedding": [1, 0, 0, 0]}, {"embedding": [0, 0, 0, 0]}]}"#, "of nothing but zeros"),
        (#"{"data": [{"embedding": [1, 0, 0, 0]}, {"embedding": [1e39, 0, 0, 0]}]}"#, "not finite"),
        (#"{"data": [{"embedding": "AADAfwAAAAAAAAAAAAAAAA=="}, {"embedding": [1, 0, 0, 0]}]}"#, "not finite"),
        (#"{"data": [{"embedding": "AADAfwAA"}, {"embedding": [1, 0, 0, 0]}]}"#, "not base64 of numbers"),
        (#"{"data": [{"embedding": "!!!!"}, {"embedding": [1, 0, 0, 0]}]}"#, "not base64 of numbers"),
        (#"{"data": [{"embedding": [1, null, 0, 0]}, {"embedding": [1, 0, 0, 0]}]}"#, "something else than a number"),
        (#"{"data": [{"vector": [1]}, {"vector": [1]}]}"#, #"without "embedding""#),
        (#"{"object": "list"}"#, #"has no list "data""#),
    ]

    @Test(arguments: unusable)
    func `an answer that cannot be used is refused with the reason`(_ answer: String, _ reason: String) async throws {
        let stub = try ServiceStub { _, _ in .json(200, Array(answer.utf8)) }
        let embedder = try await embedder(at: stub)
        let error = try #require(try await failure { _ = try await embedder.embed(["a", "b"], as: .passage) })
        #expect(error.code == .unavailable)
        #expect(error.message.contains(reason))
        #expect(stub.requests.count == 1)
        await stub.stop()
    }

    @Test func `an answer that is not JSON is asked for again, and NaN is not JSON`() async throws {
        let stub = try ServiceStub { request, number in
            switch number {
            case 0: .json(200, Array(#"{"data": [{"embedding": [0.1, 0.2"#.utf8))
            case 1: .json(200, Array(#"{"data": [{"embedding": [NaN, 0, 0, 1]}]}"#.utf8))
            case 2: .text(200, "<html>a gate</html>")
            default: ServiceStub.telling(request)
            }
        }
        let clock = StubClock()
        let embedder = try await embedder(at: stub, clock: clock)
        let vectors = try await embedder.embed(["a"], as: .passage)
        #expect(isClose(vectors[0], normalized(ServiceStub.told("a"))))
        #expect(clock.all == [0.5, 1, 2])
        await stub.stop()
    }

    // MARK: Dimensions

    @Test func `unknown dimensions are learnt from one word`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let found = try await embedder(at: stub) { $0.dimensions = nil }
        #expect(found.model == EmbeddingModel(id: "vllm/small#4", handle: "vllm/small", dimensions: 4))
        #expect(stub.inputs == [["dimension"]])
        await stub.stop()
    }

    @Test func `known dimensions cost no request`() async throws {
        let providers = [ConfiguredProvider(name: "openai", key: Secret("k"))]
        let handle = ModelHandle(provider: "openai", model: "text-embedding-3-large")
        let found = try await RemoteEmbedder.connect(to: handle, providers: providers)
        #expect(found?.model.dimensions == 3072)
    }

    @Test func `what the operator says about a server of their own wins over the table`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let providers = [ConfiguredProvider(name: "tei", baseURL: stub.address)]
        var options = patient
        options.dimensions = 4
        let found = try await RemoteEmbedder.connect(
            to: ModelHandle(provider: "tei", model: "gte-small-zh"), providers: providers, options: options)
        _ = try await found?.embed(["a"], as: .passage)
        let body = try JSONValue(parsing: try #require(stub.requests.first).body)
        #expect(body["dimensions"] == nil && body["model"] == "gte-small-zh")
        await stub.stop()
    }

    static let wrong: [(String, String?, String?, Int?, String)] = [
        ("openai/text-embedding-ada-002", nil, "k", 512, "gives vectors of 1536 numbers, not 512"),
        ("openai/text-embedding-3-small", nil, "k", 4096, "gives vectors of 1536 numbers, not 4096"),
        ("openai/text-embedding-3-small", nil, nil, nil, "OpenAI needs a key. Set openai-key."),
        ("vllm/x", nil, "k", nil, "vLLM needs an address. Set vllm-url."),
        ("anthropic/x", nil, "k", nil, "anthropic has no embedding models"),
        ("ollama/x", "localhost:11434", nil, nil, "ollama-url is not an address"),
        ("ollama/x", "ftp://localhost", nil, nil, "ollama-url is not an address"),
        ("ollama/x", "http://", nil, nil, "ollama-url is not an address"),
        ("google_ai/gemini-embedding-001", "http://h?key=1", "k", nil, "google-ai-url is not an address"),
    ]

    @Test(arguments: wrong)
    func `what cannot work is refused before anything is sent`(
        _ handle: String, _ url: String?, _ key: String?, _ dimensions: Int?, _ text: String
    ) async throws {
        let handle = try ModelHandle(handle)
        let provider = ConfiguredProvider(name: handle.provider, baseURL: url, key: key.map { Secret($0) })
        var options = patient
        options.dimensions = dimensions
        let found = try await failure { [options] in
            _ = try await RemoteEmbedder.connect(to: handle, providers: [provider], options: options)
        }
        let error = try #require(found)
        #expect(error.code == .refused && error.message.contains(text))
    }

    @Test func `a provider that is not set up has no embedder`() async throws {
        let providers = [ConfiguredProvider(name: "openai", key: Secret("k"))]
        for handle in ["ollama/nomic-embed-text", "letta/letta-free", "google_ai/gemini-embedding-001", "me/own"] {
            let found = try await RemoteEmbedder.connect(to: try ModelHandle(handle), providers: providers)
            #expect(found == nil)
        }
    }

    // MARK: Cancellation

    @Test func `cancelling closes the connections`() async throws {
        let stub = try ServiceStub { request, _ in
            try await Task.sleep(for: .seconds(600))
            return ServiceStub.telling(request)
        }
        let embedder = try await embedder(at: stub) { $0.textsPerRequest = 10 }
        let task = Task { try await embedder.embed(Self.texts, as: .passage) }
        while stub.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while stub.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(stub.requests.count == 2)
        await stub.stop()
    }

    @Test func `cancelling ends a pause`() async throws {
        let stub = try ServiceStub { _, _ in ServiceStub.error(503, "busy") }
        let providers = [ConfiguredProvider(name: "vllm", baseURL: stub.address)]
        var options = patient
        options.dimensions = 4
        let pauses = Lock(0)
        var clock = RemoteClock.system
        clock.sleep = { _ in
            pauses.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(600))
        }
        let found = try await RemoteEmbedder.connect(
            to: ModelHandle(provider: "vllm", model: "small"), providers: providers, options: options, clock: clock)
        let embedder = try #require(found)
        let task = Task { try await embedder.embed(["a"], as: .passage) }
        while pauses.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await stub.stop()
    }
}
