import CSQLite

/// Looks for damage in a file that may be in use.
struct SQLiteCheck {
    let file: SQLiteFile

    private static let textIndexes: [SQL] = ["passage_text", "message_text"]

    func run() throws -> CheckReport {
        let connection = try file.open()
        let problems =
            try pages(connection) + schema(connection) + references(connection) + textIndexes(connection)
        return CheckReport(
            problems: problems, notes: try VectorCheck(file: file).run(),
            schemaVersion: try connection.count("SELECT max(version) FROM schema_migrations"),
            rows: try rows(connection), bytes: try file.size(connection))
    }

    private func pages(_ connection: SQLiteConnection) throws -> [String] {
        try connection.rows("PRAGMA integrity_check(20)") { $0.text(0) }
            .filter { $0 != "ok" }
            .map { "The file is damaged: \($0)." }
    }

    private func schema(_ connection: SQLiteConnection) throws -> [String] {
        try file.hasExpectedSchema(connection) ? [] : ["Tables, indexes or triggers differ from those of this version."]
    }

    private func references(_ connection: SQLiteConnection) throws -> [String] {
        let broken = try connection.rows("PRAGMA foreign_key_check") { "\($0.text(0)) → \($0.text(2))" }
        return Dictionary(grouping: broken) { $0 }
            .map { "Rows refer to missing rows: \($0.key), \($0.value.count) times." }
            .sorted()
    }

    private func textIndexes(_ connection: SQLiteConnection) throws -> [String] {
        var problems: [String] = []
        for index in Self.textIndexes {
            do {
                try connection.inWriteTransaction {
                    try connection.execute(
                        "INSERT INTO \(sql: index)(\(sql: index), rank) VALUES ('integrity-check', 1)")
                }
            } catch let error as StoreError where error.code == .corrupt {
                problems.append("The text index \(index.text) does not fit its table: rebuild it.")
            }
        }
        return problems
    }

    func rebuildTextIndexes() throws {
        let connection = try file.open()
        for index in Self.textIndexes {
            try connection.inWriteTransaction {
                try connection.execute("INSERT INTO \(sql: index)(\(sql: index)) VALUES ('rebuild')")
            }
        }
    }

    private func rows(_ connection: SQLiteConnection) throws -> [(table: String, count: Int)] {
        let tables = try connection.rows(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                AND name NOT LIKE 'passage\\_text%' ESCAPE '\\' AND name NOT LIKE 'message\\_text%' ESCAPE '\\'
            ORDER BY name
            """
        ) { $0.text(0) }
        return try tables.map { ($0, try connection.count("SELECT count(*) FROM \(sql: SQL(unsafe: $0))")) }
    }
}

/// Gives unused space back.
struct SQLiteVacuum {
    let file: SQLiteFile

    func run() throws -> VacuumReport {
        let connection = try file.open()
        // The copy it makes is as large as the database: not into memory.
        try connection.execute("PRAGMA temp_store = FILE")
        let before = try file.size(connection)
        try SQLiteWaiting.retrying(seconds: file.configuration.busySeconds) { try connection.execute("VACUUM") }
        connection.truncateLog()
        return VacuumReport(bytesBefore: before, bytesAfter: try file.size(connection))
    }
}

extension SQLiteFile {
    /// The length of the database without its log.
    func size(_ connection: SQLiteConnection) throws -> Int {
        try connection.count("PRAGMA page_count") * connection.count("PRAGMA page_size")
    }
}

extension SQLiteConnection {
    /// Moves the log into the file and empties it; where readers are in the way, a later checkpoint does.
    func truncateLog() {
        wait(seconds: 2)
        sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    }
}
