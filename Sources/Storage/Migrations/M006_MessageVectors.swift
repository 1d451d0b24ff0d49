/// Vectors of what users and agents say, kept as those of passages are: the agent takes the place of the archive.
enum M006 {
    static func messageVectors(_ dialect: Dialect) -> [SQL] {
        let tables: [SQL] = [
            // The model whose vectors of the agent's messages are searched; its first vector decides.
            "ALTER TABLE agents ADD COLUMN message_model_key BIGINT REFERENCES embedding_models (key)",
            "CREATE INDEX agents_by_message_model ON agents (message_model_key) WHERE message_model_key IS NOT NULL",
            """
            CREATE TABLE message_vectors (
                key INTEGER PRIMARY KEY,
                message_key BIGINT NOT NULL REFERENCES messages (key) ON DELETE CASCADE,
                model_key BIGINT NOT NULL REFERENCES embedding_models (key),
                agent_key BIGINT NOT NULL,
                vector \(sql: dialect.bytes) NOT NULL,
                UNIQUE (message_key, model_key))
            """,
            "CREATE INDEX message_vectors_by_agent ON message_vectors (agent_key, model_key)",
            """
            CREATE TABLE message_vector_changes (
                seq \(sql: dialect.identityKey),
                model_key BIGINT NOT NULL,
                agent_key BIGINT NOT NULL,
                message_key BIGINT NOT NULL,
                mark BIGINT NOT NULL DEFAULT (\(sql: dialect.randomNumber)))
            """,
            """
            CREATE TABLE message_embedding_queue (
                message_key BIGINT NOT NULL PRIMARY KEY REFERENCES messages (key) ON DELETE CASCADE,
                agent_key BIGINT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                not_before BIGINT NOT NULL DEFAULT 0)
            """,
            "CREATE INDEX message_embedding_queue_by_agent ON message_embedding_queue (agent_key, message_key)",
            """
            INSERT INTO message_embedding_queue (message_key, agent_key)
            SELECT m.key, m.agent_key FROM messages m WHERE \(sql: isEmbedded("m"))
            """,
        ]
        return tables + dialect.messageVectorTriggers(isEmbedded)
    }

    /// What tools returned and what nobody said has no vector.
    private static func isEmbedded(_ row: SQL) -> SQL {
        "\(sql: row).role IN ('user', 'assistant') AND \(sql: row).text <> ''"
    }
}
