package import Domain
import Platform

/// A passage with its vector, for databases that are made to be measured.
package struct BenchmarkRow: Sendable {
    package let archive: ArchiveLink
    package let text: String
    package let vector: [Float]

    package init(archive: ArchiveLink, text: String, vector: [Float]) {
        self.archive = archive
        self.text = text
        self.vector = vector
    }
}

extension WriteTransaction {
    /// The number of a model, which is registered where it is not known.
    package func benchmarkModel(_ model: EmbeddingModel) throws -> Int {
        let key = try vectors.register(model, at: now).key
        try connection.execute("UPDATE archives SET model_key = \(key)")
        return key
    }

    /// Inserts passages with their vectors; nothing is left to be embedded.
    package func insertBenchmark(_ rows: [BenchmarkRow], model: Int) throws {
        for row in rows {
            let passage = Passage(
                id: Identifier.new(.passage), archiveID: row.archive.id, text: row.text, createdAt: now)
            try passages.insert(passage, into: row.archive, organization: actor.organizationID)
            try connection.execute(
                """
                INSERT INTO passage_vectors (passage_key, model_key, archive_key, vector)
                SELECT key, \(model), archive_key, \(HalfVector.bytes(row.vector)) FROM passages WHERE id = \(passage.id)
                """)
        }
        try connection.execute("DELETE FROM embedding_queue")
    }
}

extension Store {
    /// The sizes of the vector indexes' files, in bytes.
    package var vectorFileBytes: Int { VectorFolder(database: database.file.path).bytes }
}
