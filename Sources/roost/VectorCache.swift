import Domain
import Models
import Platform
import Storage

/// Vectors of one model that services have been paid for, in the database. Its failures cost a repeated request, nothing
/// else.
final class VectorCache: Sendable {
    private let model: EmbeddingModel
    private let store: Store
    private let log: Log
    /// Since the last look; the first vectors of a process cause one.
    private let stored = Lock(VectorCache.pruneEvery)

    /// Of all models together. The largest vectors take 6 KB each.
    private static let most = 20_000
    private static let longestUnused = 90 * 86_400.0
    /// How many vectors are stored between two looks at how many there are.
    private static let pruneEvery = 1000

    init(_ model: EmbeddingModel, _ store: Store, _ log: Log) {
        self.model = model
        self.store = store
        self.log = log
    }

    var functions: EmbeddingCache {
        EmbeddingCache(find: { await self.find($0) }, store: { await self.keep($0) })
    }

    private func find(_ hashes: [ContentHash]) async -> [ContentHash: [Float]] {
        do {
            let id = model.id
            let found = try await store.read { tx in
                try tx.vectors.model(id: id).map { try tx.embeddingCache.find(hashes, model: $0.key, at: .now) }
            }
            guard let found else { return [:] }
            if !found.idle.isEmpty {
                try await store.write(by: .default) { tx in
                    guard let model = try tx.vectors.model(id: id) else { return }
                    try tx.embeddingCache.touch(found.idle, model: model.key, at: tx.now)
                }
            }
            return found.vectors
        } catch {
            note(error)
            return [:]
        }
    }

    private func keep(_ vectors: [ContentHash: [Float]]) async {
        do {
            let isTime = stored.withLock { stored in
                stored += vectors.count
                guard stored >= Self.pruneEvery else { return false }
                stored = 0
                return true
            }
            let model = model
            try await store.write(by: .default) { tx in
                let key = try tx.vectors.register(model, at: tx.now).key
                try tx.embeddingCache.store(vectors, model: key, at: tx.now)
                guard isTime else { return }
                try tx.embeddingCache.prune(
                    toNewest: Self.most, unusedSince: tx.now.adding(seconds: -Self.longestUnused),
                    most: 2 * Self.pruneEvery)
            }
        } catch {
            note(error)
        }
    }

    private func note(_ error: any Error) {
        log.warning("vector_cache_failed", ("error", .string("\(type(of: error))")))
    }
}
