/// A place in the log of changed vectors. The mark is random, so a place of another history of the database (a restored
/// backup, commits lost with the power) is not taken for the same.
struct VectorPosition: Sendable, Equatable {
    let seq: Int
    let mark: Int

    /// Where the log has nothing.
    static let start = VectorPosition(seq: 0, mark: 0)
}

/// Reads the vectors of one model and the log of their changes.
struct VectorLog {
    let connection: any Connection
    var kind = VectorKind.passages
    let model: Int

    func newest() throws -> VectorPosition {
        try connection.first("SELECT seq, mark FROM \(sql: kind.changes) ORDER BY seq DESC LIMIT 1") {
            VectorPosition(seq: $0.int(0), mark: $0.int(1))
        } ?? .start
    }

    func holds(_ position: VectorPosition) throws -> Bool {
        try connection.first("SELECT mark FROM \(sql: kind.changes) WHERE seq = \(position.seq)") { $0.int(0) }
            == position.mark
    }

    /// The last entries after a place, at most `limit`, oldest first.
    func positions(after seq: Int, limit: Int) throws -> [VectorPosition] {
        try connection.rows(
            "SELECT seq, mark FROM \(sql: kind.changes) WHERE seq > \(seq) ORDER BY seq DESC LIMIT \(limit)"
        ) { VectorPosition(seq: $0.int(0), mark: $0.int(1)) }.reversed()
    }

    /// The texts whose vectors changed after a place, as they are now: without a row when there is no vector.
    func changes(after seq: Int, _ body: (_ passage: Int, _ key: VectorKey?, _ halves: [UInt8]) throws -> Void) throws {
        _ = try connection.rows(
            """
            SELECT c.\(sql: kind.textKey), v.key, v.\(sql: kind.ownerKey), v.vector FROM \
            (SELECT DISTINCT \(sql: kind.textKey) FROM \(sql: kind.changes) \
            WHERE seq > \(seq) AND model_key = \(model)) c LEFT JOIN \(sql: kind.vectors) v \
            ON v.\(sql: kind.textKey) = c.\(sql: kind.textKey) AND v.model_key = \(model)
            """
        ) { row in
            let passage = row.int(0)
            let key = row.optionalInt(1).map { VectorKey(archive: row.int(2), passage: passage, row: $0) }
            try body(passage, key, key == nil ? [] : row.blob(3))
        }
    }

    /// How many vectors there are, at most `most`.
    func count(upTo most: Int) throws -> Int {
        try connection.count(
            """
            SELECT count(*) FROM (SELECT 1 FROM \(sql: kind.vectors) WHERE model_key = \(model) LIMIT \(most)) \
            AS found
            """)
    }

    /// Every vector.
    func all(_ body: (_ key: VectorKey, _ halves: [UInt8]) throws -> Void) throws {
        _ = try connection.rows(
            """
            SELECT key, \(sql: kind.textKey), \(sql: kind.ownerKey), vector FROM \(sql: kind.vectors) \
            WHERE model_key = \(model)
            """
        ) { try body(VectorKey(archive: $0.int(2), passage: $0.int(1), row: $0.int(0)), $0.blob(3)) }
    }
}
