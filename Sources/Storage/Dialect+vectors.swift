/// The triggers of vectors.
extension Dialect {
    /// Keeps the log of changed vectors, and notes passages whose text has no vector yet.
    var vectorTriggers: [SQL] {
        logging(.passages) + [
            """
            CREATE TRIGGER passages_to_embed AFTER INSERT ON passages BEGIN
                INSERT INTO embedding_queue (passage_key, archive_key) VALUES (new.key, new.archive_key);
            END
            """,
            """
            CREATE TRIGGER passages_to_embed_again AFTER UPDATE OF text ON passages WHEN old.text IS NOT new.text BEGIN
                DELETE FROM passage_vectors WHERE passage_key = new.key;
                INSERT OR REPLACE INTO embedding_queue (passage_key, archive_key) VALUES (new.key, new.archive_key);
            END
            """,
        ]
    }

    /// The same for messages; an agent that gets another embedding configuration has all of its messages embedded anew.
    /// - Parameter isEmbedded: true for a row of `messages` that gets a vector.
    func messageVectorTriggers(_ isEmbedded: (SQL) -> SQL) -> [SQL] {
        logging(.messages) + [
            """
            CREATE TRIGGER messages_to_embed AFTER INSERT ON messages WHEN \(sql: isEmbedded("new")) BEGIN
                INSERT INTO message_embedding_queue (message_key, agent_key) VALUES (new.key, new.agent_key);
            END
            """,
            """
            CREATE TRIGGER messages_to_embed_again AFTER UPDATE OF text ON messages WHEN old.text IS NOT new.text BEGIN
                DELETE FROM message_vectors WHERE message_key = new.key;
                DELETE FROM message_embedding_queue WHERE message_key = new.key;
                INSERT INTO message_embedding_queue (message_key, agent_key)
                SELECT new.key, new.agent_key WHERE \(sql: isEmbedded("new"));
            END
            """,
            """
            CREATE TRIGGER messages_to_embed_otherwise AFTER UPDATE OF embedding_config ON agents
            WHEN old.embedding_config IS NOT new.embedding_config BEGIN
                UPDATE agents SET message_model_key = NULL WHERE key = new.key;
                DELETE FROM message_vectors WHERE agent_key = new.key;
                INSERT OR IGNORE INTO message_embedding_queue (message_key, agent_key)
                SELECT m.key, m.agent_key FROM messages m WHERE m.agent_id = new.id AND \(sql: isEmbedded("m"));
            END
            """,
        ]
    }

    private func logging(_ kind: VectorKind) -> [SQL] {
        let changes: [(SQL, SQL)] = [("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")]
        return changes.map { event, row in
            """
            CREATE TRIGGER \(sql: kind.vectors)_\(sql: event) AFTER \(sql: event) ON \(sql: kind.vectors) BEGIN
                INSERT INTO \(sql: kind.changes) (model_key, \(sql: kind.ownerKey), \(sql: kind.textKey))
                VALUES (\(sql: row).model_key, \(sql: row).\(sql: kind.ownerKey), \(sql: row).\(sql: kind.textKey));
            END
            """
        }
    }
}
