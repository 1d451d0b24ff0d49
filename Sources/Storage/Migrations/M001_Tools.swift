extension M001 {
    static func tools(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE tools (
                id TEXT NOT NULL PRIMARY KEY,
                organization_id TEXT NOT NULL,
                project_id TEXT,
                name TEXT NOT NULL,
                tool_type TEXT NOT NULL,
                description TEXT,
                source_type TEXT,
                source_code TEXT,
                json_schema TEXT,
                args_json_schema TEXT,
                tags TEXT,
                return_char_limit INTEGER,
                pip_requirements TEXT,
                npm_requirements TEXT,
                default_requires_approval INTEGER,
                enable_parallel_execution INTEGER,
                metadata TEXT,
                version INTEGER NOT NULL DEFAULT 1,
                \(sql: authorship),
                UNIQUE (organization_id, name))
            """,
            "CREATE INDEX tools_by_creation ON tools (organization_id, created_at, id)",
            """
            CREATE TABLE agent_tools (
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                tool_id TEXT NOT NULL REFERENCES tools (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL DEFAULT '',
                position INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (agent_id, tool_id))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization("agent_tools", ["agent_id", "tool_id"], from: "agents", "id", by: "agent_id"),
            "CREATE INDEX agent_tools_by_tool ON agent_tools (tool_id, agent_id)",
        ]
    }
}
