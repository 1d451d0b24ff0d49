import Platform

/// Vectors of messages: what is told apart from those of passages.
extension VectorTable {
    /// The models whose vectors a search through messages reads.
    /// - Parameter agentID: nil: the agents of all.
    package func searchedModels(ofAgent agentID: String?) throws -> [RegisteredModel] {
        let agent: SQL = agentID.map { "a.id = \($0)" } ?? "a.message_model_key = e.key"
        return try connection.rows(
            """
            SELECT e.key, e.id, e.handle, e.dimensions FROM embedding_models e WHERE EXISTS (SELECT 1 FROM agents a \
            WHERE \(sql: agent) AND a.message_model_key = e.key) ORDER BY e.key
            """, Self.model)
    }

    /// Numbers of agents whose messages have vectors of some models.
    package func agents(searchedWith models: [Int]) throws -> [Int] {
        try connection.rows("SELECT key FROM agents WHERE message_model_key IN \(list: models)") { $0.int(0) }
    }

    /// Deletes the vectors of an agent's messages, so that they are made anew, with the model that is wanted then.
    package func startOver(messagesOfAgent key: Int) throws {
        try connection.execute("UPDATE agents SET message_model_key = NULL WHERE key = \(key)")
        try connection.execute("DELETE FROM message_vectors WHERE agent_key = \(key)")
        try connection.execute(
            """
            INSERT INTO message_embedding_queue (message_key, agent_key) SELECT m.key, m.agent_key FROM messages m \
            WHERE m.agent_id = (SELECT id FROM agents WHERE key = \(key)) AND \(sql: MessageTable.hasVector) \
            ON CONFLICT (message_key) DO NOTHING
            """)
    }
}

extension MessageTable {
    /// True for messages `m` that get a vector: what users and agents say.
    static let hasVector: SQL = "m.role IN ('user', 'assistant') AND m.text <> ''"
}
