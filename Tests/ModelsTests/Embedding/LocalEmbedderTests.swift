import Domain
import Testing

@testable import Models

@Suite struct LocalEmbedderTests {
    /// The lowest cosine between our vectors and the reference's.
    private func agreement(_ embedder: LocalEmbedder, _ file: String) async throws -> Double {
        var lowest = 1.0
        for expected in try TinyModel.expected(file) {
            let vectors = try await embedder.embed([expected.text], as: expected.isQuery ? .query : .passage)
            lowest = min(lowest, cosine(vectors[0], expected.vector))
        }
        return lowest
    }

    @Test(arguments: TinyModel.names, [WeightPrecision.fp32, .bf16])
    func `vectors of every layout are the reference's`(_ name: String, _ precision: WeightPrecision) async throws {
        let tiny = try TinyModel(name)
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path, precision: precision))
        let lowest = try await agreement(embedder, "\(name)/expected.json")
        #expect(lowest >= (precision == .fp32 ? 0.99999 : 0.9999), "\(lowest)")
    }

    @Test(
        .enabled(if: EmbeddingFixtures.isInstalled, "the model is not installed: make bootstrap"),
        arguments: [WeightPrecision.fp32, .bf16])
    func `vectors of the installed model are the reference's`(_ precision: WeightPrecision) async throws {
        let cache = try ScratchFolder()
        let embedder = try LocalEmbedder(
            LocalModel(folder: EmbeddingFixtures.model, cache: cache.path, precision: precision))
        let lowest = try await agreement(embedder, "all-MiniLM-L6-v2.json")
        #expect(lowest >= (precision == .fp32 ? 0.99999 : 0.9999), "\(lowest)")
        #expect(embedder.maximumTokens == 256)
        #expect(embedder.model.handle == "local/all-MiniLM-L6-v2")
    }

    @Test func `no texts give no vectors, and an empty text gives one of length 1`() async throws {
        let tiny = try TinyModel("gte-tiny")
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path))
        #expect(try await embedder.embed([], as: .passage).isEmpty)
        let vectors = try await embedder.embed(["", "a"], as: .passage)
        #expect(vectors.count == 2)
        for vector in vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
    }

    // MARK: Long texts

    @Test func `a text beyond the longest sequence is embedded whole, as the mean of its windows`() async throws {
        let tiny = try TinyModel("gte-tiny")
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path, precision: .fp32))
        let start = "memory server agent token. "
        let text = String(repeating: start, count: 40)
        let other = text + String(repeating: "the able writer. ", count: 40)
        let vectors = try await embedder.embed([text, other, start], as: .passage)
        // The end counts.
        #expect(cosine(vectors[0], vectors[1]) < 0.999)
        // And so does the beginning: the mean is nearer to it than what follows is.
        let end = try await embedder.embed([String(repeating: "the able writer. ", count: 40)], as: .passage)
        #expect(cosine(vectors[0], vectors[1]) > cosine(vectors[0], end[0]))
        for vector in vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
    }

    @Test func `the windows of a text are weighted by their length`() async throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path, precision: .fp32))
        let packed = try PackedModel(folder: tiny.path, precision: .fp32, cache: nil)
        let text = String(repeating: "memory server agent token. the x ", count: 60)
        let tokens = packed.tokenizer.tokens(of: text)
        let before = packed.tokenizer.tokens(of: "passage: ").numbers
        let encoder = BertEncoder(packed.weights, pooling: .mean)
        var sum = [Float](repeating: 0, count: 48)
        let windows = TokenWindows(capacity: 126 - before.count).windows(tokens)
        #expect(windows.count > 2)
        for window in windows {
            let sequence =
                [packed.tokenizer.rules.start] + before + tokens.numbers[window] + [packed.tokenizer.rules.end]
            let vector = try encoder.encode([sequence])[0]
            for index in vector.indices { sum[index] += Float(window.count) * vector[index] }
        }
        let vectors = try await embedder.embed([text], as: .passage)
        #expect(cosine(vectors[0], sum) > 0.999999)
    }

    @Test func `a prefix longer than the longest sequence does not stop a text`() async throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let prefix = String(repeating: "memory ", count: 200)
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path, queryPrefix: prefix, passagePrefix: "long"))
        let vectors = try await embedder.embed(["agent"], as: .query)
        #expect(vectors.count == 1)
        let passages = try await embedder.embed([String(repeating: "er", count: 3000), ""], as: .passage)
        #expect(passages.count == 2)
    }

    // MARK: Many callers

    @Test func `many callers at the same time each get their own vectors`() async throws {
        let tiny = try TinyModel("all-Tiny-L3")
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path, precision: .fp32))
        let words = (0..<40).map { "memory \($0) agent" }
        var alone: [[Float]] = []
        for word in words { alone += try await embedder.embed([word], as: .passage) }
        let expected = alone
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<32 {
                group.addTask {
                    let mine = (0..<(caller % 7 + 1)).map { (caller * 5 + $0 * 3) % words.count }
                    let vectors = try await embedder.embed(mine.map { words[$0] }, as: .passage)
                    #expect(vectors.count == mine.count)
                    for (vector, index) in zip(vectors, mine) { #expect(cosine(vector, expected[index]) > 0.999999) }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a cancelled caller gets CancellationError at once, others their vectors`() async throws {
        let tiny = try TinyModel("gte-tiny")
        let embedder = try LocalEmbedder(LocalModel(folder: tiny.path, precision: .fp32))
        let long = Array(repeating: String(repeating: "memory server agent ", count: 500), count: 2000)
        let bulk = Task { try await embedder.embed(long, as: .passage) }
        let short = try await embedder.embed(["agent"], as: .passage)
        #expect(short.count == 1)
        bulk.cancel()
        await #expect(throws: CancellationError.self) { try await bulk.value }
        // The thread is free again, long before two thousand long texts could be through.
        let after = try await embedder.embed(["agent"], as: .passage)
        #expect(after == short)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await embedder.embed(["agent"], as: .query)
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test func `an embedder that is dropped answers those who wait`() async throws {
        let tiny = try TinyModel("gte-tiny")
        var embedder: LocalEmbedder? = try LocalEmbedder(LocalModel(folder: tiny.path))
        let task = Task { [embedder] in try await embedder?.embed(["agent"], as: .passage) }
        embedder = nil
        let vectors = try await task.value
        #expect(vectors?.count == 1)
    }

    @Test func `queries asked last are remembered, by their bytes`() {
        let cache = QueryCache(limit: 3)
        for (index, text) in ["a", "b", "c"].enumerated() { cache.keep([Float(index)], of: text) }
        #expect(cache.vector(of: "a") == [0])
        cache.keep([3], of: "d")
        #expect(cache.vector(of: "b") == nil, "it had waited the longest")
        #expect(cache.vector(of: "a") == [0])
        #expect(cache.count == 3)
        cache.keep([4], of: ";")
        #expect(cache.vector(of: "\u{37E}") == nil)
        cache.keep([5], of: String(repeating: "x", count: 10_000))
        #expect(cache.count == 3)
    }
}
