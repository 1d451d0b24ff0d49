/// One step of the schema. The list only ever grows at its end; a released step is never edited.
struct Migration: Sendable {
    let version: Int
    let name: String
    let statements: @Sendable (Dialect) -> [SQL]

    static let all: [Migration] = [
        Migration(version: 1, name: "first schema") { dialect in
            M001.agents(dialect) + M001.blocks(dialect) + M001.archives(dialect) + M001.messages(dialect)
                + M001.tools(dialect) + M001.identities(dialect) + M001.ledger(dialect)
        },
        Migration(version: 2, name: "vectors") { M002.vectors($0) },
        Migration(version: 3, name: "runs") { M003.runs($0) },
        Migration(version: 4, name: "tool servers") { M004.toolServers($0) },
        Migration(version: 5, name: "tool calls") { M005.toolCalls($0) },
        Migration(version: 6, name: "message vectors") { M006.messageVectors($0) },
    ]
}

/// The first schema, a file for each area. Every row names its organization; times are microseconds since 1970; JSON is
/// text written by us; booleans are 0 and 1.
enum M001 {
    /// Who made a row and when, and who changed it last.
    static let authorship: SQL = """
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        created_by_id TEXT,
        last_updated_by_id TEXT
        """

    /// Where a memory came from and how often it was used.
    static let provenance: SQL = """
        source_kind TEXT,
        source_session TEXT,
        source_tool TEXT,
        source_file TEXT,
        trust TEXT,
        access_count INTEGER NOT NULL DEFAULT 0,
        last_accessed_at BIGINT
        """
}

/// Brings a database to the newest version of a list of migrations.
struct Migrator {
    let migrations: [Migration]

    var newest: Int { migrations.last?.version ?? 0 }

    /// The version a database is at, 0 for an empty one. Throws `newerSchema` when it is past what this list knows.
    func version(of connection: any Connection) throws -> Int {
        let version = try connection.count("SELECT max(version) FROM schema_migrations")
        guard version <= newest else {
            throw StoreError(
                .newerSchema,
                "The database was written by a newer version of Roost (its schema is \(version), this program knows "
                    + "\(newest)). Run that version, or restore a backup made by this one.")
        }
        return version
    }

    /// Applies what is missing. The caller holds the write lock and commits.
    func apply(to connection: any Connection, now: SQLValue) throws {
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations "
                + "(version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)")
        let version = try version(of: connection)
        for migration in migrations where migration.version > version {
            for statement in migration.statements(connection.dialect) { try connection.execute(statement) }
            try connection.execute(
                """
                INSERT INTO schema_migrations (version, name, applied_at)
                VALUES (\(migration.version), \(migration.name), \(now))
                """)
        }
    }
}
