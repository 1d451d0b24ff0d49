import Domain
import Platform
import Testing

@testable import Storage

extension WriteTransaction {
    func addModel(_ id: String = "model-1", dimensions: Int) throws -> Int {
        try connection.count(
            """
            INSERT INTO embedding_models (id, handle, dimensions, created_at)
            VALUES (\(id), \("test/" + id), \(dimensions), \(now)) RETURNING key
            """)
    }

    func putVector(_ vector: [Float], of passage: String, model: Int) throws {
        try connection.execute(
            """
            INSERT INTO passage_vectors (passage_key, model_key, archive_key, vector)
            SELECT key, \(model), archive_key, \(HalfVector.bytes(vector)) FROM passages WHERE id = \(passage)
            ON CONFLICT (passage_key, model_key) DO UPDATE SET vector = excluded.vector
            """)
    }
}

extension ReadTransaction {
    /// All vectors of some archives, compared one by one.
    func bruteForce(
        _ vector: [Float], model: Int, archives: [Int], where condition: SQL = "1", limit: Int
    ) throws -> [VectorMatch] {
        let query = VectorQuery(vector)
        let all = try connection.rows(
            """
            SELECT p.key, v.vector FROM passages p JOIN passage_vectors v ON v.passage_key = p.key
            WHERE v.model_key = \(model) AND p.archive_key IN \(list: archives) AND \(sql: condition)
            """
        ) { VectorMatch(key: $0.int(0), similarity: query.similarity($0.blob(1)) ?? -2) }
        return Array(
            all.sorted { $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.key > $1.key }.prefix(
                limit))
    }
}

@Suite struct VectorSearchTests {
    @Test func `a vector is found by the next search, its change and its deletion too`() async throws {
        try await withStore { store, _ in
            let model = try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                for id in ["p1", "p2", "p3"] { try tx.addPassage(id, "text") }
                return try tx.addModel(dimensions: 3)
            }
            func nearest() async throws -> [String] {
                try await store.read { tx in
                    let scope = try tx.scope(of: nil, organization: Actor.default.organizationID)
                    let found = try tx.vectorSearch(model: model)?.nearest(
                        [1, 0, 0], scope, PassageFilter(archiveIDs: nil), limit: 10)
                    let passages = try tx.passages.find(keys: (found ?? []).map(\.key), in: scope)
                    return (found ?? []).map { passages[$0.key]?.id ?? "?" }
                }
            }
            #expect(try await nearest() == [])
            try await store.write(by: .default) { tx in
                try tx.putVector([1, 0.1, 0], of: "p1", model: model)
                try tx.putVector([1, 0.5, 0], of: "p2", model: model)
            }
            #expect(try await nearest() == ["p1", "p2"])
            try await store.write(by: .default) { tx in
                try tx.putVector([1, 0.2, 0], of: "p3", model: model)
                try tx.putVector([-1, 0, 0], of: "p1", model: model)
            }
            #expect(try await nearest() == ["p3", "p2", "p1"])
            try await store.write(by: .default) { try $0.passages.delete("p2") }
            #expect(try await nearest() == ["p3", "p1"])
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("UPDATE passages SET text = 'other' WHERE id = 'p1'")
            }
            #expect(try await nearest() == ["p3"])
            try await store.write(by: .default) { tx in _ = try tx.connection.execute("DELETE FROM archives") }
            #expect(try await nearest() == [])
        }
    }

    @Test(arguments: [3, 70])
    func `a search of everything stays inside its organization`(archives: Int) async throws {
        try await withStore { store, _ in
            let model = try await store.write(by: .default) { tx in
                let model = try tx.addModel(dimensions: 2)
                for (organization, count) in [("n", 5), ("o", archives), ("p", 5)] {
                    for number in 0..<count {
                        let archive = Archive(id: Identifier.new(.archive), name: "a", createdAt: tx.now)
                        let key = try tx.archives.insert(archive, organization: organization)
                        let passage = Passage(
                            id: "\(organization)\(number)", archiveID: archive.id, text: "x", createdAt: tx.now)
                        try tx.passages.insert(
                            passage, into: ArchiveLink(key: key, id: archive.id, isOwned: false),
                            organization: organization)
                        try tx.putVector([1, Float(number)], of: passage.id, model: model)
                    }
                }
                return model
            }
            let ids = try await store.read { tx in
                let scope = try tx.scope(of: nil, organization: "o")
                let found = try tx.vectorSearch(model: model)?.nearest(
                    [1, 0], scope, PassageFilter(archiveIDs: nil), limit: 1000)
                let passages = try tx.passages.find(keys: (found ?? []).map(\.key), in: scope)
                return (found ?? []).map { passages[$0.key]?.id ?? "of others" }
            }
            #expect(ids == (0..<archives).map { "o\($0)" })
        }
    }

    @Test func `a vector of another number of dimensions and a model that is not known find nothing`() async throws {
        try await withStore { store, _ in
            let model = try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "text")
                let model = try tx.addModel(dimensions: 3)
                try tx.putVector([1, 2, 3], of: "p1", model: model)
                return model
            }
            try await store.read { tx in
                let scope = try tx.scope(of: nil, organization: Actor.default.organizationID)
                let open = PassageFilter(archiveIDs: nil)
                let search = try #require(try tx.vectorSearch(model: model))
                #expect(try search.nearest([1, 2], scope, open, limit: 5) == [])
                #expect(try search.nearest([1, 2, 3], scope, open, limit: 0) == [])
                #expect(try search.nearest([1, 2, 3], scope, open, limit: 5).count == 1)
                #expect(try tx.vectorSearch(model: model + 1) == nil)
            }
        }
    }

    @Test func `a transaction that writes finds what it has written, and nobody else does before its end`() async throws
    {
        try await withStore { store, _ in
            struct Undone: Error {}
            let model = try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "text")
                return try tx.addModel(dimensions: 2)
            }
            @Sendable func count(_ tx: ReadTransaction) throws -> Int {
                let scope = try tx.scope(of: nil, organization: Actor.default.organizationID)
                return try tx.vectorSearch(model: model)?.nearest(
                    [1, 0], scope, PassageFilter(archiveIDs: nil), limit: 5
                ).count ?? -1
            }
            await #expect(throws: Undone.self) {
                try await store.write(by: .default) { tx in
                    try tx.putVector([1, 0], of: "p1", model: model)
                    if try count(tx.reading) == 1 { throw Undone() }
                }
            }
            let after = try await store.read { try count($0) }
            #expect(after == 0)
        }
    }
}
