/// Calls of tools, kept to be looked at.
enum M005 {
    static func toolCalls(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE tool_calls (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                agent_id TEXT REFERENCES agents (id) ON DELETE CASCADE,
                conversation_id TEXT,
                run_id TEXT,
                step_id TEXT,
                call_id TEXT,
                tool_id TEXT,
                tool_name TEXT NOT NULL,
                tool_type TEXT,
                arguments TEXT,
                status TEXT NOT NULL,
                result TEXT NOT NULL,
                shown_characters BIGINT,
                stdout TEXT,
                stderr TEXT,
                milliseconds DOUBLE PRECISION NOT NULL,
                created_at BIGINT NOT NULL,
                created_by_id TEXT)
            """,
            "CREATE INDEX tool_calls_by_creation ON tool_calls (organization_id, created_at, id)",
            "CREATE INDEX tool_calls_by_agent ON tool_calls (agent_id, key) WHERE agent_id IS NOT NULL",
            "CREATE INDEX tool_calls_without_agent ON tool_calls (organization_id, key) WHERE agent_id IS NULL",
            "CREATE INDEX tool_calls_by_step ON tool_calls (step_id) WHERE step_id IS NOT NULL",
            "CREATE INDEX tool_calls_by_run ON tool_calls (run_id) WHERE run_id IS NOT NULL",
        ]
    }
}
