package import Domain
package import Platform

/// A model that the database knows.
package struct RegisteredModel: Sendable, Hashable {
    package let key: Int
    package let model: EmbeddingModel
}

/// What the passages of an archive, or the messages of an agent, are embedded with.
package struct OwnerModels: Sendable, Equatable {
    /// The number of the archive or agent.
    package let ownerKey: Int
    package let ownerID: String
    /// The model whose vectors are searched; nil before the first vector.
    package let current: RegisteredModel?
    /// The model that takes its place when all passages have its vectors.
    package let next: RegisteredModel?
    /// The next model has taken its place, and vectors of older ones are still to be deleted.
    package let isCleaning: Bool
    /// The owner's `embedding_config`.
    package let configuration: JSONText?

    /// The models of which each text should have a vector.
    package var wanted: [RegisteredModel] { [current, next].compactMap { $0 } }
}

/// Vectors of passages, the models they are of, and the passages that wait for theirs.
package struct VectorTable {
    let connection: any Connection

    // MARK: Models

    package func models() throws -> [RegisteredModel] {
        try connection.rows("SELECT key, id, handle, dimensions FROM embedding_models ORDER BY key", Self.model)
    }

    package func model(id: String) throws -> RegisteredModel? {
        try connection.first(
            "SELECT key, id, handle, dimensions FROM embedding_models WHERE id = \(id)", Self.model)
    }

    static func model(_ row: any Row) -> RegisteredModel { model(row, from: 0) }

    private static func model(_ row: any Row, from column: Int) -> RegisteredModel {
        RegisteredModel(
            key: row.int(column),
            model: EmbeddingModel(
                id: row.text(column + 1), handle: row.text(column + 2), dimensions: row.int(column + 3)))
    }

    // MARK: Archives

    private static func ownerModels(_ kind: VectorKind) -> SQL {
        """
        SELECT a.key, a.id, a.embedding_config, m.key, m.id, m.handle, m.dimensions, n.key, n.id, n.handle, \
        n.dimensions FROM \(sql: kind.owners) a LEFT JOIN embedding_models m ON m.key = a.\(sql: kind.ownerModel) \
        LEFT JOIN embedding_models n ON n.key = \(sql: kind.ownerNextModel)
        """
    }

    private static func ownerModels(_ row: any Row) -> OwnerModels {
        let current = row.isNull(3) ? nil : model(row, from: 3)
        let next = row.isNull(7) ? nil : model(row, from: 7)
        // The schema says that a change is at its end by naming the same model twice.
        return OwnerModels(
            ownerKey: row.int(0), ownerID: row.text(1), current: current, next: next == current ? nil : next,
            isCleaning: next != nil && next == current, configuration: row.optionalJSON(2))
    }

    /// The models of archives or agents by number, in no order.
    package func owners(_ keys: [Int], _ kind: VectorKind) throws -> [OwnerModels] {
        try connection.rows(
            "\(sql: Self.ownerModels(kind)) WHERE a.key IN \(list: keys)", Self.ownerModels)
    }

    package func archive(_ key: Int) throws -> OwnerModels? { try owners([key], .passages).first }

    /// Archives that are being embedded with another model, by number.
    package func changingArchives(limit: Int = 1000) throws -> [OwnerModels] {
        try connection.rows(
            """
            \(sql: Self.ownerModels(.passages)) WHERE a.key IN (SELECT key FROM archives WHERE next_model_key IS NOT NULL) \
            ORDER BY a.key LIMIT \(limit)
            """, Self.ownerModels)
    }

    /// The models whose vectors are searched in a scope.
    package func searchedModels(in scope: PassageScope) throws -> [RegisteredModel] {
        try connection.rows(
            """
            SELECT key, id, handle, dimensions FROM embedding_models WHERE key IN \
            (SELECT model_key FROM archives WHERE key IN \(sql: scope.archives))
            """, Self.model)
    }

    /// The archives of a scope that are searched with a model; of a scope that names none, the scope itself.
    package func part(of scope: PassageScope, searchedWith model: Int) throws -> PassageScope {
        if scope.keys.isEmpty { return scope }
        return PassageScope(
            try connection.rows(
                "SELECT key, id FROM archives WHERE key IN \(list: scope.keys) AND model_key = \(model)"
            ) { ArchiveLink(key: $0.int(0), id: $0.text(1), isOwned: false) })
    }

    /// How many archives are searched with each model, by the model's number.
    package func archiveCounts() throws -> [Int: Int] {
        let pairs = try connection.rows(
            "SELECT model_key, count(*) FROM archives WHERE model_key IS NOT NULL GROUP BY model_key"
        ) { ($0.int(0), $0.int(1)) }
        return Dictionary(pairs) { first, _ in first }
    }

    // MARK: Vectors

    /// How many passages of an archive have a vector of a model.
    package func count(model: Int, archive: Int) throws -> Int {
        try connection.count(
            "SELECT count(*) FROM passage_vectors WHERE archive_key = \(archive) AND model_key = \(model)")
    }

    /// Which of some texts have a vector of a model.
    package func embedded(_ texts: [Int], model: Int, _ kind: VectorKind = .passages) throws -> Set<Int> {
        Set(
            try connection.rows(
                """
                SELECT \(sql: kind.textKey) FROM \(sql: kind.vectors) WHERE model_key = \(model) \
                AND \(sql: kind.textKey) IN \(list: texts)
                """
            ) { $0.int(0) })
    }

    /// The vectors of a model that some passages have, by the passages' numbers.
    package func vectors(of passages: [Int], model: Int) throws -> [Int: EncodedVector] {
        let pairs = try connection.rows(
            """
            SELECT passage_key, vector FROM passage_vectors WHERE model_key = \(model) \
            AND passage_key IN \(list: passages)
            """
        ) { ($0.int(0), EncodedVector(stored: $0.blob(1))) }
        return Dictionary(pairs) { first, _ in first }
    }
}

// MARK: Writing

extension VectorTable {
    /// The model's number; the same id is always the same model.
    package func register(_ model: EmbeddingModel, at time: Timestamp) throws -> RegisteredModel {
        if let known = try self.model(id: model.id) { return known }
        let key = try connection.count(
            """
            INSERT INTO embedding_models (id, handle, dimensions, created_at) \
            VALUES (\(model.id), \(model.handle), \(model.dimensions), \(time)) RETURNING key
            """)
        return RegisteredModel(key: key, model: model)
    }

    /// Makes a model the one that is searched, in an archive or of an agent that has none.
    package func choose(_ model: Int, for owner: Int, _ kind: VectorKind = .passages) throws {
        try connection.execute(
            """
            UPDATE \(sql: kind.owners) SET \(sql: kind.ownerModel) = \(model) WHERE key = \(owner) \
            AND \(sql: kind.ownerModel) IS NULL
            """)
    }

    /// Begins to replace the model of an archive. The model that it has: vectors of all others are to be deleted.
    package func change(archive key: Int, to next: Int?) throws {
        try connection.execute("UPDATE archives SET next_model_key = \(next) WHERE key = \(key)")
    }

    /// Begins to replace some models in all archives that use them or change to them; gives the number of archives.
    package func change(archivesOf models: [Int], to next: Int) throws -> Int {
        try connection.execute(
            """
            UPDATE archives SET next_model_key = \(next) WHERE next_model_key IN \(list: models) \
            OR (model_key IN \(list: models) AND next_model_key IS NULL)
            """)
    }

    /// Forgets the model of an archive, so that its first vector decides again.
    package func forgetModels(ofArchive key: Int) throws {
        try connection.execute("UPDATE archives SET model_key = NULL, next_model_key = NULL WHERE key = \(key)")
    }

    /// Searches the next model's vectors from now on; the old ones are still to be deleted. False when the archive is no
    /// longer changing to it.
    package func finishChange(ofArchive key: Int, to model: Int) throws -> Bool {
        try connection.execute(
            "UPDATE archives SET model_key = next_model_key WHERE key = \(key) AND next_model_key = \(model)") > 0
    }

    /// Stores the vector of a text. It is ignored when the passage or message is gone or has another text by now, or a
    /// vector of this model already.
    package func put(
        _ vector: EncodedVector, model: Int, of key: Int, text: String, _ kind: VectorKind = .passages
    ) throws {
        let owner = kind.ownerKey
        try connection.execute(
            """
            INSERT INTO \(sql: kind.vectors) (\(sql: kind.textKey), model_key, \(sql: owner), vector) \
            SELECT key, \(model), \(sql: owner), \(vector.bytes) FROM \(sql: kind.texts) \
            WHERE key = \(key) AND text = \(text) ON CONFLICT (\(sql: kind.textKey), model_key) DO NOTHING
            """)
    }

    /// Stores the vector of a passage that this transaction has written.
    package func put(_ vector: EncodedVector, model: Int, written passage: PassageKey) throws {
        try connection.execute(
            """
            INSERT INTO passage_vectors (passage_key, model_key, archive_key, vector) \
            VALUES (\(passage.key), \(model), \(passage.archive), \(vector.bytes)) \
            ON CONFLICT (passage_key, model_key) DO NOTHING
            """)
    }

    /// Deletes vectors of models that the archive does not use any more, at most so many. False when none were left: then
    /// the change of its model is over.
    package func deleteUnused(inArchive key: Int, limit: Int) throws -> Bool {
        guard let archive = try archive(key), archive.isCleaning else { return false }
        let models = try storedModels(inArchive: key)
        guard let unused = models.first(where: { model in !archive.wanted.contains { $0.key == model } }) else {
            try change(archive: key, to: nil)
            return false
        }
        return try connection.execute(
            """
            DELETE FROM passage_vectors WHERE key IN (SELECT key FROM passage_vectors \
            WHERE archive_key = \(key) AND model_key = \(unused) LIMIT \(limit))
            """) > 0
    }

    /// The models of which an archive has vectors: a step through the index for each.
    private func storedModels(inArchive key: Int) throws -> [Int] {
        try connection.rows(
            """
            WITH RECURSIVE found (model) AS (
                SELECT min(model_key) FROM passage_vectors WHERE archive_key = \(key)
                UNION ALL
                SELECT (SELECT min(model_key) FROM passage_vectors WHERE archive_key = \(key) AND model_key > model)
                FROM found WHERE model IS NOT NULL)
            SELECT model FROM found WHERE model IS NOT NULL
            """
        ) { $0.int(0) }
    }
}

/// Where a passage that was just written is stored.
package struct PassageKey: Sendable, Equatable {
    package let key: Int
    package let archive: Int
}

extension ReadTransaction {
    package var vectors: VectorTable { VectorTable(connection: connection) }
}

extension WriteTransaction {
    package var vectors: VectorTable { VectorTable(connection: connection) }
}
