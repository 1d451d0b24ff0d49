extension M001 {
    static func agents(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE agents (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                project_id TEXT,
                name TEXT NOT NULL,
                description TEXT,
                agent_type TEXT NOT NULL,
                system TEXT,
                model TEXT,
                embedding TEXT,
                llm_config TEXT,
                embedding_config TEXT,
                model_settings TEXT,
                compaction_settings TEXT,
                response_format TEXT,
                tool_rules TEXT,
                metadata TEXT,
                message_ids TEXT NOT NULL DEFAULT '[]',
                template_id TEXT,
                base_template_id TEXT,
                deployment_id TEXT,
                entity_id TEXT,
                timezone TEXT,
                message_buffer_autoclear INTEGER NOT NULL DEFAULT 0,
                enable_sleeptime INTEGER,
                max_files_open INTEGER,
                per_file_view_window_char_limit INTEGER,
                hidden INTEGER,
                last_run_completion BIGINT,
                last_run_duration_ms INTEGER,
                last_stop_reason TEXT,
                extra TEXT,
                version INTEGER NOT NULL DEFAULT 1,
                \(sql: authorship))
            """,
            "CREATE INDEX agents_by_creation ON agents (organization_id, created_at, id)",
            "CREATE INDEX agents_by_update ON agents (organization_id, updated_at, id)",
            "CREATE INDEX agents_by_last_run ON agents (organization_id, coalesce(last_run_completion, 0), id)",
            // With the order of a list behind what it filters by: otherwise all agents are read in that order instead.
            "CREATE INDEX agents_by_name ON agents (organization_id, name, created_at, id)",
            """
            CREATE INDEX agents_by_project ON agents (organization_id, project_id, created_at, id)
            WHERE project_id IS NOT NULL
            """,
            """
            CREATE INDEX agents_by_template ON agents (organization_id, template_id, created_at, id)
            WHERE template_id IS NOT NULL
            """,
            """
            CREATE INDEX agents_by_base_template ON agents (organization_id, base_template_id, created_at, id)
            WHERE base_template_id IS NOT NULL
            """,
            """
            CREATE TABLE agent_tags (
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                tag TEXT NOT NULL,
                organization_id TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (agent_id, tag))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization("agent_tags", ["agent_id", "tag"], from: "agents", "id", by: "agent_id"),
            "CREATE INDEX agent_tags_by_tag ON agent_tags (organization_id, tag, agent_id)",
            """
            CREATE TABLE agent_secrets (
                id TEXT NOT NULL PRIMARY KEY,
                organization_id TEXT NOT NULL DEFAULT '',
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                description TEXT,
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                UNIQUE (agent_id, key))
            """,
            dialect.inheritOrganization("agent_secrets", ["id"], from: "agents", "id", by: "agent_id"),
        ]
    }
}
