package import Domain

/// Where vectors of texts that were embedded before are kept, by model. Both functions may lose vectors: what is not
/// found is embedded again.
package struct EmbeddingCache: Sendable {
    /// The vectors that are there.
    package let find: @Sendable (_ hashes: [ContentHash]) async -> [ContentHash: [Float]]
    package let store: @Sendable (_ vectors: [ContentHash: [Float]]) async -> Void

    package init(
        find: @escaping @Sendable ([ContentHash]) async -> [ContentHash: [Float]],
        store: @escaping @Sendable ([ContentHash: [Float]]) async -> Void
    ) {
        self.find = find
        self.store = store
    }
}

/// Asks another embedder only for texts whose vectors are not in the cache; for a text that comes twice, once.
package struct CachedEmbedder: Embedder {
    private let embedder: any Embedder
    private let cache: EmbeddingCache

    /// - Parameter cache: of this embedder's model alone.
    package init(_ embedder: any Embedder, cache: EmbeddingCache) {
        self.embedder = embedder
        self.cache = cache
    }

    package var model: EmbeddingModel { embedder.model }

    package var preferredBatch: Int { embedder.preferredBatch }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        if texts.isEmpty { return [] }
        let hashes = texts.map { ContentHash(of: $0, as: purpose) }
        var vectors: [ContentHash: [Float]] = [:]
        for (hash, vector) in await cache.find(hashes) where vector.count == model.dimensions {
            // A cache may keep fewer digits.
            vectors[hash] = VectorPooling.normalized(vector)
        }
        var missing: [ContentHash: String] = [:]
        var order: [ContentHash] = []
        for (hash, text) in zip(hashes, texts) where vectors[hash] == nil && missing[hash] == nil {
            missing[hash] = text
            order.append(hash)
        }
        if !order.isEmpty {
            let found = try await embedder.embed(order.compactMap { missing[$0] }, as: purpose)
            let new = Dictionary(zip(order, found)) { first, _ in first }
            await cache.store(new)
            vectors.merge(new) { $1 }
        }
        return hashes.compactMap { vectors[$0] }
    }
}
