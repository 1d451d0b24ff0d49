import Platform

/// A walk through the passages of an archive that finds those without a vector of a model. What is written during the walk
/// may be missed: it gets its vectors by other ways.
package struct PassageWalk: Sendable, Equatable {
    package let archiveKey: Int
    package let modelKey: Int
    private var createdAt = Int64.min
    private var id = ""

    package init(archive: Int, model: Int) {
        archiveKey = archive
        modelKey = model
    }

    /// Passages that are looked at in one step.
    private static let step = 500

    /// What a step found.
    package struct Step: Sendable {
        package let passages: [WaitingText]
        package let isAtEnd: Bool
    }

    /// Goes on until it has looked at some hundred passages or found enough without a vector.
    package mutating func next(_ batch: EmbeddingBatch, in transaction: ReadTransaction) throws -> Step {
        let rows = try transaction.connection.rows(
            """
            SELECT p.key, p.created_at, p.id, EXISTS (SELECT 1 FROM passage_vectors v \
            WHERE v.passage_key = p.key AND v.model_key = \(modelKey)) FROM passages p \
            WHERE p.archive_key = \(archiveKey) AND (p.created_at, p.id) > (\(createdAt), \(id)) \
            ORDER BY p.created_at, p.id LIMIT \(Self.step)
            """
        ) { (key: $0.int(0), createdAt: Int64($0.int(1)), id: $0.text(2), isDone: $0.bool(3)) }
        var found: [WaitingText] = []
        var bytes = 0
        for row in rows {
            if found.count >= batch.passages || bytes >= batch.bytes { return Step(passages: found, isAtEnd: false) }
            (createdAt, id) = (row.createdAt, row.id)
            if row.isDone { continue }
            let text = try transaction.connection.first("SELECT text FROM passages WHERE key = \(row.key)") {
                $0.text(0)
            }
            guard let text else { continue }
            bytes += text.utf8.count
            found.append(WaitingText(key: row.key, ownerKey: archiveKey, text: text, attempts: 0))
        }
        return Step(passages: found, isAtEnd: rows.count < Self.step)
    }
}
