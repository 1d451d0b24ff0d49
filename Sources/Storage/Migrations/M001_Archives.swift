extension M001 {
    static func archives(_ dialect: Dialect) -> [SQL] {
        let tables: [SQL] = [
            """
            CREATE TABLE archives (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                name TEXT NOT NULL,
                description TEXT,
                metadata TEXT,
                embedding_config TEXT,
                vector_db_provider TEXT,
                version INTEGER NOT NULL DEFAULT 1,
                \(sql: authorship))
            """,
            "CREATE INDEX archives_by_creation ON archives (organization_id, created_at, id)",
            "CREATE INDEX archives_by_name ON archives (organization_id, name)",
            """
            CREATE TABLE agent_archives (
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                archive_id TEXT NOT NULL REFERENCES archives (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL DEFAULT '',
                is_owner INTEGER NOT NULL DEFAULT 0,
                created_at BIGINT NOT NULL,
                PRIMARY KEY (agent_id, archive_id))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization(
                "agent_archives", ["agent_id", "archive_id"], from: "agents", "id", by: "agent_id"),
            "CREATE INDEX agent_archives_by_archive ON agent_archives (archive_id, agent_id)",
            """
            CREATE TABLE passages (
                key INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                archive_id TEXT NOT NULL,
                archive_key BIGINT NOT NULL REFERENCES archives (key) ON DELETE CASCADE,
                \(sql: dialect.scopeColumn("a", "archive_key")),
                text TEXT NOT NULL,
                metadata TEXT,
                tags TEXT,
                content_hash TEXT,
                embedding_config TEXT,
                file_id TEXT,
                file_name TEXT,
                source_id TEXT,
                \(sql: provenance),
                version INTEGER NOT NULL DEFAULT 1,
                \(sql: authorship))
            """,
            "CREATE INDEX passages_by_creation ON passages (archive_key, created_at, id)",
            "CREATE INDEX passages_by_content ON passages (archive_key, content_hash)",
            """
            CREATE TABLE passage_tags (
                archive_key BIGINT NOT NULL,
                tag TEXT NOT NULL,
                passage_key BIGINT NOT NULL REFERENCES passages (key) ON DELETE CASCADE,
                organization_id TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (archive_key, tag, passage_key))\(sql: dialect.clustered)
            """,
            dialect.inheritOrganization(
                "passage_tags", ["archive_key", "tag", "passage_key"], from: "passages", "key", by: "passage_key"),
            "CREATE INDEX passage_tags_by_passage ON passage_tags (passage_key)",
        ]
        return tables + dialect.textIndex("passage_text", of: "passages")
    }
}
