extension M001 {
    static func identities(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE identities (
                id TEXT NOT NULL PRIMARY KEY,
                organization_id TEXT NOT NULL,
                project_id TEXT,
                identifier_key TEXT NOT NULL,
                name TEXT NOT NULL,
                identity_type TEXT NOT NULL,
                properties TEXT,
                version INTEGER NOT NULL DEFAULT 1,
                \(sql: authorship))
            """,
            "CREATE INDEX identities_by_creation ON identities (organization_id, created_at, id)",
            "CREATE INDEX identities_by_identifier ON identities (organization_id, identifier_key, created_at, id)",
            // A key is taken once per project; identities without a project share one space.
            "CREATE UNIQUE INDEX identities_key ON identities (organization_id, coalesce(project_id, ''), identifier_key)",
            """
            CREATE TABLE identity_agents (
                identity_id TEXT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (identity_id, agent_id))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization(
                "identity_agents", ["identity_id", "agent_id"], from: "identities", "id", by: "identity_id"),
            "CREATE INDEX identity_agents_by_agent ON identity_agents (agent_id, identity_id)",
            """
            CREATE TABLE identity_blocks (
                identity_id TEXT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
                block_id TEXT NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (identity_id, block_id))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization(
                "identity_blocks", ["identity_id", "block_id"], from: "identities", "id", by: "identity_id"),
            "CREATE INDEX identity_blocks_by_block ON identity_blocks (block_id, identity_id)",
        ]
    }
}
