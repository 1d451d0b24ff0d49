import CSQLite
import Glibc
import Platform

/// The database file: making it, recognising it, opening connections on it, bringing it to the newest schema.
struct SQLiteFile: Sendable {
    let configuration: StoreConfiguration

    var path: String { configuration.path }
    private var migrator: Migrator { Migrator(migrations: configuration.migrations) }

    /// Written into the file's header, so that a stranger's database is told from ours: "Rost".
    static let applicationID = 0x526F_7374

    // MARK: Making it

    /// Makes the folder (0700) and an empty file (0600) where they are missing; SQLite gives its side files the same
    /// permissions.
    func prepare() throws {
        try Self.makeFolder(of: path)
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno == EISDIR || errno == ENOTDIR || errno == ENOENT {
            throw Self.cannotOpen("it is not a file")
        } else if errno != EROFS, errno != EACCES {
            throw Self.cannotOpen(String(cString: strerror(errno)))
        } else {
            throw StoreError(
                .readOnlyFile, "The database file cannot be opened for writing. Check its owner and permissions.")
        }
    }

    private static func cannotOpen(_ why: String) -> StoreError {
        StoreError(.cannotOpen, "The database file cannot be opened: \(why).")
    }

    static func makeFolder(of path: String) throws {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else {
            throw StoreError(
                .cannotOpen, "The folder of the database cannot be made: \(String(cString: strerror(errno))).")
        }
        try makeFolder(of: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw StoreError(
                .cannotOpen, "The folder of the database cannot be made: \(String(cString: strerror(errno))).")
        }
    }

    // MARK: Connections

    /// The writer's connection, the file being in write-ahead mode and at the newest schema afterwards.
    func openWriter() throws -> SQLiteConnection {
        let connection = try open()
        try recognise(connection)
        try SQLiteWaiting.retrying(seconds: configuration.busySeconds) {
            let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
            guard mode == "wal" else {
                throw StoreError(.cannotOpen, "The file system does not support the write-ahead log.")
            }
        }
        try migrate(connection)
        return connection
    }

    /// A connection that cannot write.
    func openReader() throws -> SQLiteConnection {
        let connection = try open()
        try connection.execute("PRAGMA query_only = ON")
        return connection
    }

    /// A reader's connection, when the file is ours, in write-ahead mode and at the newest schema; nil when the writer has to
    /// make it so first.
    func openReaderIfReady() throws -> SQLiteConnection? {
        let connection = try openReader()
        if try isReady(connection) { return connection }
        connection.close()
        return nil
    }

    private func isReady(_ connection: SQLiteConnection) throws -> Bool {
        try SQLiteWaiting.retrying(seconds: configuration.busySeconds) {
            // All from one snapshot: another process may be making or migrating the file now.
            connection.rollback()
            try connection.execute("BEGIN")
            defer { connection.rollback() }
            guard try connection.count("PRAGMA application_id") == Self.applicationID,
                try connection.first("PRAGMA journal_mode", { $0.text(0) }) == "wal",
                try connection.count("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'") > 0
            else { return false }
            return try migrator.version(of: connection) == migrator.newest
        }
    }

    /// A connection for upkeep, with everything set but nothing checked.
    func open() throws -> SQLiteConnection {
        let connection = try SQLiteConnection(
            path: path, mode: .readWrite, busySeconds: configuration.busySeconds)
        let isDurable = configuration.durability == .powerFailure
        for pragma: SQL in [
            isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
            "PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY",
            "PRAGMA cache_size = -4000", "PRAGMA mmap_size = 0", "PRAGMA journal_size_limit = 67108864",
            // The writer checkpoints by itself, after it has answered.
            "PRAGMA wal_autocheckpoint = 0",
        ] {
            try SQLiteWaiting.retrying(seconds: configuration.busySeconds) { try connection.execute(pragma) }
        }
        if let pages = configuration.pageLimit {
            try connection.execute("PRAGMA max_page_count = \(sql: SQL(unsafe: String(pages)))")
        }
        return connection
    }

    // MARK: Schema

    /// Refuses a file that is some other program's database.
    func recognise(_ connection: SQLiteConnection) throws {
        let (application, tables) = try SQLiteWaiting.retrying(seconds: configuration.busySeconds) {
            // Both from one snapshot: another process may be making the schema now.
            connection.rollback()
            try connection.execute("BEGIN")
            defer { connection.rollback() }
            return (
                try connection.count("PRAGMA application_id"),
                try connection.count("SELECT count(*) FROM sqlite_schema")
            )
        }
        guard application == Self.applicationID || (application == 0 && tables == 0) else {
            throw StoreError(.notADatabase, "The file is a database of another program, not of Roost.")
        }
    }

    /// Whether every table, index and trigger is what the migrations make, and nothing is there besides.
    func hasExpectedSchema(_ connection: SQLiteConnection) throws -> Bool {
        let fresh = try SQLiteConnection(path: ":memory:", mode: .create, busySeconds: 0)
        try migrator.apply(to: fresh, now: .int(0))
        return try Self.schema(connection) == Self.schema(fresh)
    }

    private static func schema(_ connection: SQLiteConnection) throws -> [String] {
        // Statistics of the query planner may come and go.
        try connection.rows(
            """
            SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat*'
            ORDER BY type, name
            """
        ) { "\($0.text(0)) \($0.text(1)) \($0.text(2))" }
    }

    func migrate(_ connection: SQLiteConnection) throws {
        let isMade = try connection.count("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'") > 0
        if isMade, try migrator.version(of: connection) == migrator.newest { return }
        try connection.inWriteTransaction {
            try connection.execute("PRAGMA application_id = \(sql: SQL(unsafe: String(Self.applicationID)))")
            try migrator.apply(to: connection, now: Timestamp.now.sqlValue)
        }
        connection.forgetStatements()
    }
}
