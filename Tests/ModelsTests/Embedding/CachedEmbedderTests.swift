import Domain
import Models
import Platform
import Testing

/// Gives each text the vector of its length, and keeps what it was asked.
private final class CountingEmbedder: Embedder {
    let model = EmbeddingModel(id: "counting", handle: "test/counting", dimensions: 2)
    let asked = Lock<[[String]]>([])

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        asked.withLock { $0.append(texts) }
        return texts.map { normalized([Float($0.utf8.count), 1]) }
    }
}

private final class Memory: Sendable {
    let vectors = Lock<[ContentHash: [Float]]>([:])

    var cache: EmbeddingCache {
        EmbeddingCache(
            find: { hashes in self.vectors.withLock { vectors in vectors.filter { hashes.contains($0.key) } } },
            store: { new in self.vectors.withLock { $0.merge(new) { $1 } } })
    }
}

@Suite struct CachedEmbedderTests {
    @Test func `a text is embedded once`() async throws {
        let counting = CountingEmbedder()
        let embedder = CachedEmbedder(counting, cache: Memory().cache)
        let first = try await embedder.embed(["a", "bb", "a", "ccc"], as: .passage)
        let second = try await embedder.embed(["ccc", "dddd", "a"], as: .passage)
        #expect(counting.asked.withLock { $0 } == [["a", "bb", "ccc"], ["dddd"]])
        #expect(first == [1, 2, 1, 3].map { normalized([$0, 1]) })
        #expect(zip(second, [3, 4, 1]).allSatisfy { isClose($0, normalized([$1, 1])) })
        #expect(embedder.model == counting.model)
    }

    @Test func `nothing is asked when all is known or nothing wanted`() async throws {
        let counting = CountingEmbedder()
        let memory = Memory()
        let embedder = CachedEmbedder(counting, cache: memory.cache)
        _ = try await embedder.embed([], as: .query)
        memory.vectors.withLock { $0[ContentHash(of: "a", as: .query)] = [3, 4] }
        let known = try await embedder.embed(["a"], as: .query)
        #expect(isClose(known[0], [0.6, 0.8]))
        #expect(counting.asked.withLock { $0.isEmpty })
    }

    @Test func `a query and a passage of the same words are not the same`() async throws {
        let counting = CountingEmbedder()
        let embedder = CachedEmbedder(counting, cache: Memory().cache)
        _ = try await embedder.embed(["a"], as: .query)
        _ = try await embedder.embed(["a"], as: .passage)
        #expect(counting.asked.withLock { $0.count } == 2)
    }

    @Test(arguments: [[Float](), [1], [1, 2, 3], [0, 0], [.nan, 1]])
    func `a vector that cannot be right is embedded again`(_ vector: [Float]) async throws {
        let counting = CountingEmbedder()
        let memory = Memory()
        memory.vectors.withLock { $0[ContentHash(of: "a", as: .query)] = vector }
        let embedder = CachedEmbedder(counting, cache: memory.cache)
        let vectors = try await embedder.embed(["a"], as: .query)
        #expect(vectors == [normalized([1, 1])])
        #expect(memory.vectors.withLock { $0.values.map { $0 } } == [normalized([1, 1])])
    }
}
