import Domain
import Platform
import Testing

@testable import Storage

@Suite struct EmbeddingCacheTableTests {
    private static func hash(_ text: String) -> ContentHash { ContentHash(of: text, as: .passage) }

    private static func model(_ id: String, in tx: WriteTransaction) throws -> Int {
        try tx.connection.execute(
            """
            INSERT INTO embedding_models (id, handle, dimensions, created_at) VALUES (\(id), 'p/m', 4, 0)
            """)
        return try tx.connection.count("SELECT key FROM embedding_models WHERE id = \(id)")
    }

    @Test func `vectors are found again, each model's own`() async throws {
        try await withStore { store, _ in
            let (first, second) = try await store.write(by: .default) { tx -> (Int, Int) in
                let first = try Self.model("a", in: tx)
                let second = try Self.model("b", in: tx)
                try tx.embeddingCache.store([Self.hash("x"): [0.5, -0.25, 0, 1]], model: first, at: tx.now)
                try tx.embeddingCache.store([Self.hash("x"): [1, 0, 0, 0]], model: second, at: tx.now)
                return (first, second)
            }
            let found = try await store.read { tx in
                [
                    try tx.embeddingCache.find([Self.hash("x"), Self.hash("y")], model: first, at: .now).vectors,
                    try tx.embeddingCache.find([Self.hash("x")], model: second, at: .now).vectors,
                    try tx.embeddingCache.find([], model: second, at: .now).vectors,
                ]
            }
            #expect(found == [[Self.hash("x"): [0.5, -0.25, 0, 1]], [Self.hash("x"): [1, 0, 0, 0]], [:]])
        }
    }

    @Test func `thousands are kept and found at once, the last of the same text wins`() async throws {
        try await withStore { store, _ in
            let vectors = Dictionary(
                uniqueKeysWithValues: (0..<2100).map { (Self.hash("\($0)"), [Float($0) / 4096, 0, 0, 1]) })
            let model = try await store.write(by: .default) { tx in
                let model = try Self.model("a", in: tx)
                try tx.embeddingCache.store(
                    vectors.mapValues { vector in vector.map { $0 + 1 } }, model: model, at: tx.now)
                try tx.embeddingCache.store(vectors, model: model, at: tx.now)
                return model
            }
            let found = try await store.read {
                try $0.embeddingCache.find(Array(vectors.keys), model: model, at: .now).vectors
            }
            #expect(found.count == 2100)
            #expect(found.allSatisfy { abs($0.value[0] - (vectors[$0.key]?[0] ?? 9)) < 0.0003 })
        }
    }

    @Test func `what was used longest ago is removed first`() async throws {
        try await withStore { store, _ in
            let model = try await store.write(by: .default) { try Self.model("a", in: $0) }
            for text in ["first", "second", "third"] {
                try await store.write(by: .default) { tx in
                    try tx.embeddingCache.store([Self.hash(text): [1, 0, 0, 0]], model: model, at: tx.now)
                }
            }
            try await store.write(by: .default) { tx in
                // As if they had been there for days; touching saves the first.
                try tx.connection.execute("UPDATE embedding_cache SET used_at = used_at - 172800000000")
                let idle = try tx.embeddingCache.find([Self.hash("first")], model: model, at: tx.now).idle
                try tx.embeddingCache.touch(idle, model: model, at: tx.now)
            }
            let removed = try await store.write(by: .default) { tx in
                [
                    try tx.embeddingCache.prune(toNewest: 3), try tx.embeddingCache.prune(toNewest: 1, most: 1),
                    try tx.embeddingCache.prune(toNewest: 1), try tx.embeddingCache.prune(toNewest: 1),
                ]
            }
            #expect(removed == [0, 1, 1, 0])
            let left = try await store.read {
                try $0.embeddingCache.find(["first", "second", "third"].map(Self.hash), model: model, at: .now).vectors
            }
            #expect(left.keys.map { $0 } == [Self.hash("first")])
        }
    }

    @Test func `what was not used for long does not stay either`() async throws {
        try await withStore { store, _ in
            let removed = try await store.write(by: .default) { tx in
                let model = try Self.model("m", in: tx)
                let before = tx.now.adding(seconds: -9)
                try tx.embeddingCache.store([Self.hash("old"): [1, 0, 0, 0]], model: model, at: before)
                try tx.embeddingCache.store([Self.hash("new"): [1, 0, 0, 0]], model: model, at: tx.now)
                return (
                    try tx.embeddingCache.prune(toNewest: 10, unusedSince: tx.now.adding(seconds: -10)),
                    try tx.embeddingCache.prune(toNewest: 10, unusedSince: tx.now.adding(seconds: -8)),
                    try tx.embeddingCache.find([Self.hash("new")], model: model, at: tx.now).vectors.count
                )
            }
            #expect(removed == (0, 1, 1))
        }
    }

    @Test func `a text can be forgotten, for every model`() async throws {
        try await withStore { store, _ in
            let count = try await store.write(by: .default) { tx in
                for id in ["a", "b"] {
                    let model = try Self.model(id, in: tx)
                    try tx.embeddingCache.store(
                        [Self.hash("x"): [1, 0, 0, 0], Self.hash("y"): [1, 0, 0, 0]], model: model, at: tx.now)
                }
                try tx.embeddingCache.remove([Self.hash("x")])
                return try tx.connection.count("SELECT count(*) FROM embedding_cache")
            }
            #expect(count == 2)
        }
    }

    @Test func `looking up and removing follow indexes`() async throws {
        try await withStore { store, _ in
            let plans = try await store.read { tx in
                [
                    "SELECT vector FROM embedding_cache WHERE model_key = 1 AND content_hash IN (x'00', x'01')" as SQL,
                    "SELECT model_key, content_hash FROM embedding_cache ORDER BY used_at LIMIT 10",
                ].map { sql in
                    do {
                        return try tx.connection.rows("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }.joined(separator: " ")
                    } catch {
                        return "\(error)"
                    }
                }
            }
            #expect(plans[0].contains("SEARCH embedding_cache USING INDEX"))
            #expect(plans[1].contains("embedding_cache_by_use") && !plans[1].contains("TEMP B-TREE"))
        }
    }
}
