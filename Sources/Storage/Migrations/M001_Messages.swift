extension M001 {
    static func messages(_ dialect: Dialect) -> [SQL] {
        let tables: [SQL] = [
            """
            CREATE TABLE messages (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                agent_key BIGINT NOT NULL,
                \(sql: dialect.scopeColumn("m", "agent_key")),
                conversation_id TEXT,
                role TEXT NOT NULL,
                content TEXT,
                tool_calls TEXT,
                tool_call_id TEXT,
                tool_returns TEXT,
                approvals TEXT,
                name TEXT,
                otid TEXT,
                sender_id TEXT,
                group_id TEXT,
                step_id TEXT,
                run_id TEXT,
                model TEXT,
                is_err INTEGER,
                text TEXT NOT NULL DEFAULT '',
                extra TEXT,
                \(sql: authorship))
            """,
            "CREATE INDEX messages_by_agent ON messages (agent_id, key)",
            "CREATE INDEX messages_by_creation ON messages (agent_id, created_at, key)",
            "CREATE INDEX messages_by_conversation ON messages (conversation_id, key) WHERE conversation_id IS NOT NULL",
            "CREATE INDEX messages_by_run ON messages (run_id, key) WHERE run_id IS NOT NULL",
        ]
        return tables + dialect.textIndex("message_text", of: "messages")
    }
}
