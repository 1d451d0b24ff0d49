/// Vectors of passages, a log of their changes for the index that is kept outside of the database, and the passages that
/// still wait for theirs.
enum M002 {
    static func vectors(_ dialect: Dialect) -> [SQL] {
        let tables: [SQL] = [
            """
            CREATE TABLE embedding_models (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                handle TEXT NOT NULL,
                dimensions INTEGER NOT NULL,
                created_at BIGINT NOT NULL)
            """,
            // The model whose vectors are searched, and the one that passages are being embedded with to replace it; the
            // same one in both while vectors of older models are being deleted.
            "ALTER TABLE archives ADD COLUMN model_key BIGINT REFERENCES embedding_models (key)",
            "ALTER TABLE archives ADD COLUMN next_model_key BIGINT REFERENCES embedding_models (key)",
            "CREATE INDEX archives_changing_model ON archives (key) WHERE next_model_key IS NOT NULL",
            """
            CREATE TABLE passage_vectors (
                key INTEGER PRIMARY KEY,
                passage_key BIGINT NOT NULL REFERENCES passages (key) ON DELETE CASCADE,
                model_key BIGINT NOT NULL REFERENCES embedding_models (key),
                archive_key BIGINT NOT NULL,
                vector \(sql: dialect.bytes) NOT NULL,
                UNIQUE (passage_key, model_key))
            """,
            "CREATE INDEX passage_vectors_by_archive ON passage_vectors (archive_key, model_key)",
            // The mark tells a change from another one that got the same number in another history of this database.
            """
            CREATE TABLE vector_changes (
                seq \(sql: dialect.identityKey),
                model_key BIGINT NOT NULL,
                archive_key BIGINT NOT NULL,
                passage_key BIGINT NOT NULL,
                mark BIGINT NOT NULL DEFAULT (\(sql: dialect.randomNumber)))
            """,
            """
            CREATE TABLE embedding_queue (
                passage_key BIGINT NOT NULL PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
                archive_key BIGINT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                not_before BIGINT NOT NULL DEFAULT 0)
            """,
            "CREATE INDEX embedding_queue_by_archive ON embedding_queue (archive_key, passage_key)",
            "CREATE INDEX embedding_queue_by_time ON embedding_queue (not_before, passage_key)",
            """
            CREATE TABLE embedding_cache (
                model_key BIGINT NOT NULL REFERENCES embedding_models (key) ON DELETE CASCADE,
                content_hash \(sql: dialect.bytes) NOT NULL,
                vector \(sql: dialect.bytes) NOT NULL,
                used_at BIGINT NOT NULL,
                PRIMARY KEY (model_key, content_hash))
            """,
            "CREATE INDEX embedding_cache_by_use ON embedding_cache (used_at)",
            "INSERT INTO embedding_queue (passage_key, archive_key) SELECT key, archive_key FROM passages",
        ]
        return tables + dialect.vectorTriggers
    }
}
