extension M001 {
    /// The change feed, the idempotency keys, and settings of the database itself.
    static func ledger(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE changes (
                seq \(sql: dialect.identityKey),
                organization_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                action TEXT NOT NULL,
                object_id TEXT NOT NULL,
                agent_id TEXT,
                archive_id TEXT,
                project_id TEXT,
                label TEXT,
                actor_id TEXT,
                created_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE idempotency_keys (
                organization_id TEXT NOT NULL,
                key TEXT NOT NULL,
                fingerprint TEXT NOT NULL,
                status INTEGER,
                content_type TEXT,
                response \(sql: dialect.bytes),
                created_at BIGINT NOT NULL,
                PRIMARY KEY (organization_id, key))
            """,
            "CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at)",
            """
            CREATE TABLE settings (
                name TEXT NOT NULL,
                organization_id TEXT NOT NULL DEFAULT '',
                value TEXT,
                PRIMARY KEY (name, organization_id))\(sql: dialect.clustered)
            """,
        ]
    }
}
