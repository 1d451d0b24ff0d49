import Domain
import Platform
import Testing

@testable import Storage

/// Vectors, and the passages that wait for theirs.
@Suite struct VectorTableTests {
    static let small = EmbeddingModel(id: "small-1", handle: "roost/small", dimensions: 4)
    static let large = EmbeddingModel(id: "large-1", handle: "openai/large", dimensions: 8)
    static let vector = EncodedVector([0.5, -0.5, 0.5, 0.5])

    @Test func `a vector comes back in half precision`() throws {
        let vector = (0..<385).map { Float($0) / 385 - 0.5 }
        let encoded = EncodedVector(vector)
        #expect(encoded.bytes.count == 770 && encoded.dimensions == 385)
        #expect(zip(encoded.floats, vector).allSatisfy { abs($0 - $1) < 0.0005 })
        #expect(EncodedVector([]).floats == [])
    }

    @Test func `a model is registered once`() async throws {
        try await withStore { store, _ in
            let first = try await store.write(by: .default) { try $0.vectors.register(Self.small, at: $0.now) }
            let again = try await store.write(by: .default) { try $0.vectors.register(Self.small, at: $0.now) }
            #expect(first == again && first.model == Self.small)
            let other = try await store.write(by: .default) { try $0.vectors.register(Self.large, at: $0.now) }
            #expect(other.key != first.key)
            #expect(try await store.read { try $0.vectors.models() } == [first, other])
            #expect(try await store.read { try $0.vectors.model(id: "small-1") } == first)
            #expect(try await store.read { try $0.vectors.model(id: "gone") } == nil)
        }
    }

    @Test func `a passage waits until its vector is there`() async throws {
        try await withStore { store, _ in
            let keys = try await store.passages(["one", "two"])
            #expect(try await store.waiting() == ["one", "two"])
            try await store.write(by: .default) { tx in
                let model = try tx.vectors.register(Self.small, at: tx.now)
                try tx.vectors.choose(model.key, for: keys[0].archive)
                try tx.vectors.put(Self.vector, model: model.key, of: keys[0].key, text: "one")
                #expect(try tx.embeddingQueue.settle(keys.map(\.key)) == 1)
            }
            #expect(try await store.waiting() == ["two"])
            let found = try await store.read { try $0.vectors.vectors(of: keys.map(\.key), model: 1) }
            #expect(found == [keys[0].key: Self.vector])
            #expect(try await store.read { try $0.vectors.count(model: 1, archive: keys[0].archive) } == 1)
        }
    }

    @Test func `a vector of a text that changed or went is ignored`() async throws {
        try await withStore { store, _ in
            let keys = try await store.passages(["old", "gone", "same"])
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("UPDATE passages SET text = 'new', version = 2 WHERE text = 'old'")
                _ = try tx.connection.execute("DELETE FROM passages WHERE text = 'gone'")
                _ = try tx.connection.execute("UPDATE passages SET tags = '[\"t\"]', version = 2 WHERE text = 'same'")
                let model = try tx.vectors.register(Self.small, at: tx.now)
                try tx.vectors.choose(model.key, for: keys[0].archive)
                for (key, text) in zip(keys, ["old", "gone", "same"]) {
                    try tx.vectors.put(Self.vector, model: model.key, of: key.key, text: text)
                }
                try tx.embeddingQueue.settle(keys.map(\.key))
            }
            #expect(try await store.waiting() == ["new"])
            #expect(try await store.count("SELECT count(*) FROM passage_vectors") == 1)
        }
    }

    @Test func `a number that is used again does not carry its vector over`() async throws {
        try await withStore { store, _ in
            let first = try await store.passages(["first"])
            let second = try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("DELETE FROM passages")
                try tx.addPassage("p2", "second")
                let key = try tx.connection.count("SELECT key FROM passages")
                let model = try tx.vectors.register(Self.small, at: tx.now)
                try tx.vectors.put(Self.vector, model: model.key, of: first[0].key, text: "first")
                return key
            }
            #expect(second == first[0].key)
            #expect(try await store.count("SELECT count(*) FROM passage_vectors") == 0)
        }
    }

    @Test func `a new text loses its vector and waits again, a new tag changes nothing`() async throws {
        try await withStore { store, _ in
            let keys = try await store.embeddedPassages(["one", "two"])
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("UPDATE passages SET text = 'uno' WHERE text = 'one'")
                _ = try tx.connection.execute("UPDATE passages SET text = 'two', tags = '[\"t\"]' WHERE text = 'two'")
            }
            #expect(try await store.waiting() == ["uno"])
            let found = try await store.read { try $0.vectors.vectors(of: keys.map(\.key), model: 1) }
            #expect(Set(found.keys) == [keys[1].key])
        }
    }

    @Test func `a passage of an archive that changes its model needs both vectors`() async throws {
        try await withStore { store, _ in
            let keys = try await store.embeddedPassages(["one"])
            let next = try await store.write(by: .default) { tx in
                let next = try tx.vectors.register(Self.large, at: tx.now)
                try tx.vectors.change(archive: keys[0].archive, to: next.key)
                _ = try tx.connection.execute("UPDATE passages SET text = 'uno'")
                try tx.vectors.put(Self.vector, model: next.key, of: keys[0].key, text: "uno")
                #expect(try tx.embeddingQueue.settle([keys[0].key]) == 0)
                try tx.vectors.put(Self.vector, model: 1, of: keys[0].key, text: "uno")
                #expect(try tx.embeddingQueue.settle([keys[0].key]) == 1)
                return next
            }
            let archive = try await store.read { try $0.vectors.archive(keys[0].archive) }
            #expect(archive?.wanted.map(\.key) == [1, next.key])
            #expect(try await store.read { try $0.vectors.changingArchives().map(\.ownerKey) } == [keys[0].archive])
        }
    }

    @Test func `after a change the old vectors go in small pieces, then it is over`() async throws {
        try await withStore { store, _ in
            let keys = try await store.embeddedPassages(["one", "two", "three"])
            let archive = keys[0].archive
            let next = try await store.write(by: .default) { tx in
                let next = try tx.vectors.register(Self.large, at: tx.now).key
                try tx.vectors.change(archive: archive, to: next)
                for (key, text) in zip(keys, ["one", "two", "three"]) {
                    try tx.vectors.put(Self.vector, model: next, of: key.key, text: text)
                }
                #expect(try tx.vectors.deleteUnused(inArchive: archive, limit: 9) == false)
                #expect(try tx.vectors.finishChange(ofArchive: archive, to: 99) == false)
                #expect(try tx.vectors.finishChange(ofArchive: archive, to: next))
                return next
            }
            let changed = try await store.read { try $0.vectors.archive(archive) }
            #expect(changed?.current?.key == next && changed?.next == nil && changed?.isCleaning == true)
            var steps = 0
            while try await store.write(by: .default, { try $0.vectors.deleteUnused(inArchive: archive, limit: 2) }) {
                steps += 1
            }
            #expect(steps == 2)
            #expect(try await store.count("SELECT count(*) FROM passage_vectors") == 3)
            #expect(try await store.read { try $0.vectors.count(model: next, archive: archive) } == 3)
            #expect(try await store.read { try $0.vectors.archive(archive)?.isCleaning } == false)
            #expect(try await store.read { try $0.vectors.changingArchives().isEmpty })
        }
    }

    @Test func `waiting passages come from all archives in turn, as many as fit`() async throws {
        try await withStore { store, _ in
            let many = try await store.passages((0..<10).map { "a\($0)" }, archive: "archive-1")
            let few = try await store.passages(["b0", "b1"], archive: "archive-2")
            @Sendable func take(
                _ passages: Int, bytes: Int = 1000, each: Int = 100, after: Int = 0, skipping: Set<Int> = []
            ) async throws -> [String] {
                let batch = EmbeddingBatch(passages: passages, bytes: bytes, passagesOfArchive: each)
                return try await store.read {
                    try $0.embeddingQueue.take(batch, after: after, skipping: skipping, at: .now).map(\.text)
                }
            }
            #expect(try await take(4) == ["a0", "a1", "a2", "a3"])
            #expect(try await take(4, each: 2) == ["a0", "a1", "b0", "b1"])
            #expect(try await take(4, each: 3, after: many[0].archive) == ["b0", "b1", "a0", "a1"])
            #expect(try await take(4, skipping: [many[0].archive]) == ["b0", "b1"])
            #expect(try await take(9, bytes: 5) == ["a0", "a1"])
            #expect(try await take(9, bytes: 1) == ["a0"])
            #expect(try await take(99, after: few[0].archive).count == 12)
        }
    }

    @Test func `a postponed passage is left alone for a while`() async throws {
        try await withStore { store, _ in
            let keys = try await store.embeddedPassages(["one", "two"])
            try await store.write(by: .default) { tx in
                for _ in 0..<2 {
                    try tx.embeddingQueue.postpone([keys[0].key, 4711], until: tx.now.adding(seconds: 60))
                }
            }
            let batch = EmbeddingBatch(passages: 9, bytes: 99, passagesOfArchive: 9)
            @Sendable func attempts(in seconds: Double) async throws -> [Int] {
                try await store.read {
                    try $0.embeddingQueue.take(
                        batch, after: 0, skipping: [], at: Timestamp.now.adding(seconds: seconds)
                    )
                    .map(\.attempts)
                }
            }
            #expect(try await attempts(in: 0) == [])
            #expect(try await attempts(in: 61) == [2])
            #expect(try await store.read { try $0.embeddingQueue.count() } == 1)
            #expect(try await store.read { try $0.embeddingQueue.count(owner: keys[0].archive) } == 1)
            try await store.write(by: .default) { try $0.embeddingQueue.retryNow(archive: keys[0].archive) }
            #expect(try await attempts(in: 0) == [0])
        }
    }

    @Test func `a walk finds what has no vector of a model, in steps`() async throws {
        try await withStore { store, _ in
            let keys = try await store.passages((0..<1200).map { "text \($0)" })
            try await store.write(by: .default) { tx in
                let model = try tx.vectors.register(Self.small, at: tx.now).key
                for (number, key) in keys.enumerated() where number % 100 != 99 {
                    try tx.vectors.put(Self.vector, model: model, of: key.key, text: "text \(number)")
                }
            }
            let batch = EmbeddingBatch(passages: 3, bytes: 1000, passagesOfArchive: 9)
            let found = try await store.read { tx in
                var walk = PassageWalk(archive: keys[0].archive, model: 1)
                var found: [String] = []
                var largest = 0
                while true {
                    let step = try walk.next(batch, in: tx)
                    found += step.passages.map(\.text)
                    largest = max(largest, step.passages.count)
                    if step.isAtEnd { return (found, largest) }
                }
            }
            #expect(found.0 == (0..<12).map { "text \($0 * 100 + 99)" } && found.1 == 3)
        }
    }

    @Test func `deleting an archive takes its vectors and what waits along`() async throws {
        try await withStore { store, _ in
            let keys = try await store.embeddedPassages(["one"])
            _ = try await store.passages(["two"], archive: "archive-2")
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("DELETE FROM archives")
            }
            #expect(try await store.count("SELECT count(*) FROM passage_vectors") == 0)
            #expect(try await store.waiting() == [])
            #expect(try await store.read { try $0.vectors.archive(keys[0].archive) } == nil)
        }
    }
}

extension Store {
    /// Adds passages to an archive, which is made when it is not there.
    func passages(_ texts: [String], archive: String = "archive-1") async throws -> [PassageKey] {
        try await write(by: .default) { tx in
            if try tx.connection.count("SELECT count(*) FROM archives WHERE id = \(archive)") == 0 {
                try tx.addArchive(archive)
            }
            let archiveKey = try tx.connection.count("SELECT key FROM archives WHERE id = \(archive)")
            return try texts.enumerated().map { place, text in
                let key = try tx.connection.count(
                    """
                    INSERT INTO passages (id, organization_id, archive_id, archive_key, text, created_at, updated_at) \
                    VALUES (\(Identifier.new(.passage)), 'o', \(archive), \(archiveKey), \(text), \
                    \(tx.now.microseconds + Int64(place)), 1) RETURNING key
                    """)
                return PassageKey(key: key, archive: archiveKey)
            }
        }
    }

    /// Adds passages that have a vector of model 1, which is their archive's.
    func embeddedPassages(_ texts: [String]) async throws -> [PassageKey] {
        let keys = try await passages(texts)
        try await write(by: .default) { tx in
            let model = try tx.vectors.register(VectorTableTests.small, at: tx.now)
            try tx.vectors.choose(model.key, for: keys[0].archive)
            for (key, text) in zip(keys, texts) {
                try tx.vectors.put(VectorTableTests.vector, model: model.key, of: key.key, text: text)
            }
            try tx.embeddingQueue.settle(keys.map(\.key))
        }
        return keys
    }

    /// Texts of the passages that wait, oldest first.
    func waiting() async throws -> [String] {
        try await read { tx in
            try tx.connection.rows(
                "SELECT p.text FROM embedding_queue q JOIN passages p ON p.key = q.passage_key ORDER BY p.key"
            ) { $0.text(0) }
        }
    }
}
