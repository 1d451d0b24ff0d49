import Domain
import Platform

@testable import Storage

/// A made-up memory: archives, passages with tags, dates and metadata, most of them with a vector.
struct VectorWorld {
    static let dimensions = 24
    var dice: Dice
    let model: Int
    private var archives: [ArchiveLink] = []
    private var passages: [String] = []
    private var made = 0

    private static let organization = Actor.default.organizationID

    init(_ store: Store, seed: UInt64) async throws {
        dice = Dice(seed)
        model = try await store.write(by: .default) { try $0.addModel(dimensions: Self.dimensions) }
    }

    /// Inserts, changes and deletes, in one transaction.
    mutating func change(_ store: Store, steps: Int) async throws {
        let before = self
        self = try await store.write(by: .default) { tx in
            var world = before
            for _ in 0..<steps { try world.step(tx) }
            return world
        }
    }

    private mutating func step(_ tx: WriteTransaction) throws {
        switch Int.random(in: 0..<40, using: &dice) {
        case 0 where archives.count < 9: try addArchive(tx)
        case 1 where archives.count > 3 && Bool.random(using: &dice):
            let gone = archives.remove(at: Int.random(in: 0..<archives.count, using: &dice))
            try tx.connection.execute("DELETE FROM archives WHERE key = \(gone.key)")
        case 2...6: try one { try tx.passages.delete($0) }
        case 7...11:
            let vector = dice.vector(Self.dimensions)
            let model = model
            try one { try tx.putVector(vector, of: $0, model: model) }
        case 12:
            try one { try tx.connection.execute("UPDATE passages SET text = text || 'x' WHERE id = \($0)") }
        default: try addPassage(tx)
        }
    }

    private mutating func one(_ body: (String) throws -> Void) throws {
        if let id = passages.randomElement(using: &dice) { try body(id) }
    }

    private mutating func addArchive(_ tx: WriteTransaction) throws {
        let archive = Archive(id: Identifier.new(.archive), name: "a", createdAt: tx.now)
        let key = try tx.archives.insert(archive, organization: Self.organization)
        archives.append(ArchiveLink(key: key, id: archive.id, isOwned: false))
    }

    private mutating func addPassage(_ tx: WriteTransaction) throws {
        if archives.isEmpty { try addArchive(tx) }
        let archive = archives[Int.random(in: 0..<archives.count, using: &dice)]
        made += 1
        var passage = Passage(
            id: Identifier.new(.passage), archiveID: archive.id, text: "passage \(made)",
            createdAt: Timestamp(microseconds: Int64(made)))
        passage.tags = ["a", "b", "c"].filter { _ in Int.random(in: 0..<3, using: &dice) == 0 }
        passage.metadata = JSONText(.object(JSONObject([("k", .int(Int64(made % 4)))])))
        try tx.passages.insert(passage, into: archive, organization: Self.organization)
        passages.append(passage.id)
        if made % 10 > 0 { try tx.putVector(dice.vector(Self.dimensions), of: passage.id, model: model) }
    }

    // MARK: Searches

    /// A search with a scope and a filter, each of some kind.
    struct Question: Sendable {
        var vector: [Float] = []
        var archives: [ArchiveLink]?
        var filter = PassageFilter(archiveIDs: nil)
        /// What the filter says, written otherwise.
        var condition: SQL = "1"
        var limit = 10
    }

    mutating func question() -> Question {
        var question = Question()
        question.vector = dice.vector(Self.dimensions)
        question.limit = [1, 10, 30].randomElement(using: &dice) ?? 1
        if Int.random(in: 0..<3, using: &dice) > 0 {
            question.archives = archives.filter { _ in Int.random(in: 0..<3, using: &dice) == 0 }
        }
        switch Int.random(in: 0..<6, using: &dice) {
        case 0:
            question.filter.tags = ["a", "b"]
            question.condition = "p.tags LIKE '%\"a\"%' OR p.tags LIKE '%\"b\"%'"
        case 1:
            question.filter.tags = ["a", "b"]
            question.filter.matchAllTags = true
            question.condition = "p.tags LIKE '%\"a\"%' AND p.tags LIKE '%\"b\"%'"
        case 2:
            let day = Int64.random(in: 0...Int64(made), using: &dice)
            question.filter.start = Timestamp(microseconds: day)
            question.filter.end = Timestamp(microseconds: day + Int64(made) / 3)
            question.condition = "p.created_at BETWEEN \(day) AND \(day + Int64(made) / 3)"
        case 3:
            question.filter.metadata = [MetadataCondition("k", [.int(1), .int(2)])]
            question.condition = "json_extract(p.metadata, '$.k') IN (1, 2)"
        default: break
        }
        return question
    }

    /// What the index finds, and what comparing everything finds.
    func answers(_ question: Question, _ store: Store) async throws -> (found: [Int], expected: [Int]) {
        let (model, archives) = (model, archives)
        return try await store.read { tx in
            let scope = try tx.scope(of: question.archives, organization: Self.organization)
            let search = try tx.vectorSearch(model: model)
            let found = try search?.nearest(question.vector, scope, question.filter, limit: question.limit) ?? []
            let expected = try tx.bruteForce(
                question.vector, model: model, archives: (question.archives ?? archives).map(\.key),
                where: "(\(sql: question.condition))", limit: question.limit)
            let near = try search?.similarities(question.vector, of: expected.map(\.key), scope) ?? [:]
            for match in expected where abs((near[match.key] ?? 9) - match.similarity) > 0.02 {
                throw Mismatch(match: match, near: near[match.key])
            }
            return (found.map(\.key), expected.map(\.key))
        }
    }

    struct Mismatch: Error {
        let match: VectorMatch
        let near: Float?
    }
}
