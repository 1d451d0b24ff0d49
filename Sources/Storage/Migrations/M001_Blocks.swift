extension M001 {
    static func blocks(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE blocks (
                id TEXT NOT NULL PRIMARY KEY,
                organization_id TEXT NOT NULL,
                project_id TEXT,
                label TEXT NOT NULL,
                value TEXT NOT NULL,
                char_limit INTEGER NOT NULL,
                description TEXT,
                read_only INTEGER NOT NULL DEFAULT 0,
                is_template INTEGER NOT NULL DEFAULT 0,
                template_name TEXT,
                template_id TEXT,
                base_template_id TEXT,
                deployment_id TEXT,
                entity_id TEXT,
                preserve_on_migration INTEGER,
                hidden INTEGER,
                metadata TEXT,
                version INTEGER NOT NULL DEFAULT 1,
                \(sql: provenance),
                \(sql: authorship))
            """,
            "CREATE INDEX blocks_by_creation ON blocks (organization_id, created_at, id)",
            "CREATE INDEX blocks_by_label ON blocks (organization_id, label, created_at, id)",
            "CREATE INDEX blocks_of_templates ON blocks (organization_id, created_at, id) WHERE is_template = 1",
            """
            CREATE INDEX blocks_by_template_name ON blocks (organization_id, template_name, created_at, id)
            WHERE template_name IS NOT NULL
            """,
            """
            CREATE INDEX blocks_by_project ON blocks (organization_id, project_id, created_at, id)
            WHERE project_id IS NOT NULL
            """,
            """
            CREATE TABLE block_tags (
                block_id TEXT NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
                tag TEXT NOT NULL,
                organization_id TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (block_id, tag))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization("block_tags", ["block_id", "tag"], from: "blocks", "id", by: "block_id"),
            "CREATE INDEX block_tags_by_tag ON block_tags (organization_id, tag, block_id)",
            """
            CREATE TABLE agent_blocks (
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                block_id TEXT NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL DEFAULT '',
                label TEXT NOT NULL,
                position INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (agent_id, block_id))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization(
                "agent_blocks", ["agent_id", "block_id"], from: "agents", "id", by: "agent_id"),
            "CREATE INDEX agent_blocks_by_block ON agent_blocks (block_id, agent_id)",
            // No foreign key: the history of a deleted block is what one looks for after deleting it.
            """
            CREATE TABLE block_history (
                seq \(sql: dialect.identityKey),
                block_id TEXT NOT NULL,
                organization_id TEXT NOT NULL,
                version INTEGER NOT NULL,
                label TEXT NOT NULL,
                value TEXT NOT NULL,
                description TEXT,
                char_limit INTEGER NOT NULL,
                metadata TEXT,
                read_only INTEGER NOT NULL DEFAULT 0,
                action TEXT NOT NULL,
                actor_id TEXT,
                source_kind TEXT,
                source_session TEXT,
                source_tool TEXT,
                changed_at BIGINT NOT NULL)
            """,
            "CREATE INDEX block_history_by_block ON block_history (block_id, seq)",
            "CREATE INDEX block_history_by_time ON block_history (changed_at)",
        ]
    }
}
