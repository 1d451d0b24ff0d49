package import Domain
package import Platform

/// Vectors of texts by the hash of the text, for every model that was used. Nothing needs them: what is not here is
/// embedded again.
package struct EmbeddingCacheTable {
    let connection: any Connection

    /// Vectors, with the eleven bits a number of half precision has.
    package struct Found: Sendable, Equatable {
        package var vectors: [ContentHash: [Float]] = [:]
        /// Those of them that had not been of use for a day.
        package var idle: [ContentHash] = []
    }

    private static let mostInStatement = 500

    /// The vectors of a model that are there.
    /// - Parameter model: its key in `embedding_models`.
    package func find(_ hashes: [ContentHash], model: Int, at time: Timestamp) throws -> Found {
        var found = Found()
        let dayBefore = time.adding(seconds: -86_400)
        for start in stride(from: 0, to: hashes.count, by: Self.mostInStatement) {
            let part = hashes[start..<min(start + Self.mostInStatement, hashes.count)]
            let rows = try connection.rows(
                """
                SELECT content_hash, vector, used_at FROM embedding_cache WHERE model_key = \(model) \
                AND content_hash IN \(list: part.map(\.bytes))
                """
            ) { (ContentHash(bytes: $0.blob(0)), EncodedVector(stored: $0.blob(1)).floats, $0.timestamp(2)) }
            for (hash, vector, usedAt) in rows {
                found.vectors[hash] = vector
                if usedAt < dayBefore { found.idle.append(hash) }
            }
        }
        return found
    }
}

// MARK: Writing

extension EmbeddingCacheTable {
    /// Keeps vectors of a model, also in place of others of the same texts.
    package func store(_ vectors: [ContentHash: [Float]], model: Int, at time: Timestamp) throws {
        for (hash, vector) in vectors {
            try connection.execute(
                """
                INSERT INTO embedding_cache (model_key, content_hash, vector, used_at) \
                VALUES (\(model), \(hash.bytes), \(EncodedVector(vector).bytes), \(time)) \
                ON CONFLICT (model_key, content_hash) DO UPDATE SET vector = excluded.vector, used_at = excluded.used_at
                """)
        }
    }

    /// Notes that vectors were of use, so that they outlive others.
    package func touch(_ hashes: [ContentHash], model: Int, at time: Timestamp) throws {
        for hash in hashes {
            try connection.execute(
                """
                UPDATE embedding_cache SET used_at = \(time) WHERE model_key = \(model) AND content_hash = \(hash.bytes)
                """)
        }
    }

    /// Forgets the vectors of texts, of all models: from a vector much of its text can be guessed.
    package func remove(_ hashes: [ContentHash]) throws {
        let models = try connection.rows("SELECT key FROM embedding_models") { $0.int(0) }
        for hash in hashes {
            try connection.execute(
                "DELETE FROM embedding_cache WHERE model_key IN \(list: models) AND content_hash = \(hash.bytes)")
        }
    }

    /// Forgets the vectors of all passages of an archive that is about to be deleted.
    package func remove(textsOfArchive archive: Int) throws {
        let known = Set(try connection.rows("SELECT content_hash FROM embedding_cache") { $0.blob(0) })
        if known.isEmpty { return }
        let hashes = try connection.rows("SELECT text FROM passages WHERE archive_key = \(archive)") {
            ContentHash(of: $0.text(0), as: .passage)
        }
        try remove(hashes.filter { known.contains($0.bytes) })
    }

    /// Removes what was used longest ago.
    /// - Parameters:
    ///   - newest: how many stay, of all models together.
    ///   - unused: what was not used since then does not stay either.
    ///   - most: how many are removed at one time, so that other writers do not wait long.
    /// - Returns: how many were removed; as many as `most` when there may be more.
    @discardableResult
    package func prune(toNewest newest: Int, unusedSince unused: Timestamp? = nil, most: Int = 1000) throws -> Int {
        let old = try unused.map {
            try connection.count("SELECT count(*) FROM embedding_cache WHERE used_at < \($0)")
        }
        let surplus = max(try connection.count("SELECT count(*) FROM embedding_cache") - newest, old ?? 0)
        guard surplus > 0 else { return 0 }
        return try connection.execute(
            """
            DELETE FROM embedding_cache WHERE (model_key, content_hash) IN \
            (SELECT model_key, content_hash FROM embedding_cache ORDER BY used_at LIMIT \(min(surplus, most)))
            """)
    }
}

extension ReadTransaction {
    package var embeddingCache: EmbeddingCacheTable { EmbeddingCacheTable(connection: connection) }
}

extension WriteTransaction {
    package var embeddingCache: EmbeddingCacheTable { EmbeddingCacheTable(connection: connection) }
}
