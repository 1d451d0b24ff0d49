import CSQLite
import Glibc

/// One open handle on the file with its compiled statements. It belongs to one thread at a time.
final class SQLiteConnection: Connection {
    let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]
    private var uses = 0
    private var isClosed = false
    private let mostStatements = 256
    private let longestKept = 8192
    private let waiting: SQLiteWaiting

    var dialect: Dialect { .sqlite }

    enum Mode {
        case readWrite
        case readOnly
        /// For a file that is about to be made.
        case create
    }

    /// Opens the file; it must exist unless `mode` is `create`.
    init(path: String, mode: Mode, busySeconds: Double) throws {
        _ = SQLiteLibrary.isReady
        let flags =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let error = SQLiteError.of(code, on: opened, while: .opening(path))
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        waiting = SQLiteWaiting(seconds: busySeconds)
        sqlite3_busy_handler(handle, waitForLock, Unmanaged.passUnretained(waiting).toOpaque())
    }

    deinit { close() }

    /// Closes now; nothing may be asked of it afterwards. The last connection of all empties the log.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    // MARK: Connection

    func rows<T>(_ sql: SQL, _ map: (any Row) throws -> T) throws -> [T] {
        try using(sql) { statement in
            var result: [T] = []
            let row = SQLiteRow(handle: statement.handle)
            while try statement.step() { result.append(try map(row)) }
            return result
        }
    }

    @discardableResult
    func execute(_ sql: SQL) throws -> Int {
        try using(sql) { statement in
            let before = sqlite3_total_changes64(handle)
            while try statement.step() {}
            return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
        }
    }

    private func using<T>(_ sql: SQL, _ body: (SQLiteStatement) throws -> T) throws -> T {
        let statement = try statement(sql.text)
        statement.isInUse = true
        defer {
            statement.reset()
            statement.isInUse = false
        }
        try statement.bind(sql.binds)
        return try body(statement)
    }

    /// The kept statement for a text. One that is running (a closure runs the same text again) gets a second copy.
    private func statement(_ text: String) throws -> SQLiteStatement {
        uses += 1
        if let kept = statements[text] {
            guard !kept.isInUse else { return try SQLiteStatement(text, on: handle, kept: false) }
            kept.lastUse = uses
            return kept
        }
        // A long list in a text will hardly come again with the same length.
        guard text.utf8.count <= longestKept else { return try SQLiteStatement(text, on: handle, kept: false) }
        let statement = try SQLiteStatement(text, on: handle, kept: true)
        if statements.count >= mostStatements { forgetOldest() }
        statement.lastUse = uses
        statements[text] = statement
        return statement
    }

    /// Drops an eighth of the statements, so that a stream of new texts does not search for the oldest every time.
    private func forgetOldest() {
        let idle = statements.filter { !$0.value.isInUse }.sorted { $0.value.lastUse < $1.value.lastUse }
        for (text, _) in idle.prefix(mostStatements / 8) { statements[text] = nil }
    }

    func forgetStatements() { statements = statements.filter { $0.value.isInUse } }

    // MARK: Transactions

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Ends a transaction without keeping it; SQLite may have ended it already.
    func rollback() {
        guard isInTransaction else { return }
        _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    /// Runs a body under the write lock.
    @discardableResult
    func inWriteTransaction<T>(_ body: () throws -> T) throws -> T {
        try SQLiteWaiting.retrying(seconds: waiting.seconds) { try execute("BEGIN IMMEDIATE") }
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// Throws when the file is no longer the one at its path: what is written to it then is lost with this process.
    func checkPlace() throws {
        var hasMoved: Int32 = 0
        guard sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved) == SQLITE_OK, hasMoved != 0 else {
            return
        }
        throw StoreError(
            .cannotOpen,
            "The database file was moved, replaced or deleted while it was in use. Start Roost again; to go back to a "
                + "backup, use `roost db restore`.")
    }

    /// Waits at most this long for locks from now on.
    func wait(seconds: Double) { waiting.seconds = seconds }

    /// Runs a job's work, stopping its statements when the job's caller has gone away.
    func runStopping<T>(for job: Job, _ body: () throws -> T) rethrows -> T {
        // Asked every some thousand steps of SQLite's machine, well under a millisecond. `sqlite3_interrupt` would be
        // lost between two statements.
        sqlite3_progress_handler(handle, 10_000, isAbandoned, Unmanaged.passUnretained(job).toOpaque())
        defer { sqlite3_progress_handler(handle, 0, nil, nil) }
        return try body()
    }

    /// The same for the task that is running on this thread.
    func runStoppingForTask<T>(_ body: () throws -> T) rethrows -> T {
        sqlite3_progress_handler(handle, 10_000, isTaskCancelled, nil)
        defer { sqlite3_progress_handler(handle, 0, nil, nil) }
        return try body()
    }
}

private let isTaskCancelled: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { _ in
    Task.isCancelled ? 1 : 0
}

private let isAbandoned: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { raw in
    guard let raw else { return 0 }
    return Unmanaged<Job>.fromOpaque(raw).takeUnretainedValue().isAbandoned ? 1 : 0
}

/// Settings of the library as a whole, made before its first use.
enum SQLiteLibrary {
    /// Without its memory statistics SQLite's allocations need no lock of their own.
    static let isReady: Bool = roost_sqlite_without_statistics() == SQLITE_OK && sqlite3_initialize() == SQLITE_OK
}
