import CSQLite
import Domain
import Glibc
import Platform

/// Copies whole databases, page by page, with SQLite's backup interface.
struct SQLiteBackup {
    let file: SQLiteFile

    // MARK: Backup

    func write(to path: String, replacing: Bool) throws -> BackupReport {
        guard Self.canonical(path) != Self.canonical(file.path) else {
            throw StoreError(.cannotOpen, "A database cannot be backed up to itself.")
        }
        if !replacing, access(path, F_OK) == 0 { throw Self.exists }
        try SQLiteFile.makeFolder(of: path)
        let temporary = path + ".part-" + String(Identifier.uuid().prefix(8))
        defer { Self.remove(temporary) }
        try Self.makeEmpty(temporary)
        let report = try copySnapshot(to: temporary)
        try Self.flush(temporary)
        try Self.place(temporary, at: path, replacing: replacing)
        return report
    }

    private func copySnapshot(to path: String) throws -> BackupReport {
        let source = try file.open()
        // The snapshot is held for the whole copy, so that writers neither wait for it nor make it start again.
        try SQLiteWaiting.retrying(seconds: file.configuration.busySeconds) {
            source.rollback()
            try source.execute("BEGIN")
            _ = try source.count("SELECT count(*) FROM sqlite_schema")
        }
        defer { source.rollback() }
        let target = try SQLiteConnection(path: path, mode: .readWrite, busySeconds: 5)
        try Self.copy(source, to: target, pagesAtOnce: 1000)
        return try finish(target)
    }

    /// Makes a copy stand alone, without a log beside it, and checks it.
    private func finish(_ copy: SQLiteConnection) throws -> BackupReport {
        _ = try copy.first("PRAGMA journal_mode = DELETE") { $0.text(0) }
        let verdict = try copy.first("PRAGMA quick_check(1)") { $0.text(0) }
        guard verdict == "ok" else {
            throw StoreError(.corrupt, "The database to copy is damaged; nothing was kept. Run `roost db check`.")
        }
        return BackupReport(
            bytes: try file.size(copy),
            schemaVersion: try copy.count("SELECT max(version) FROM schema_migrations"))
    }

    // MARK: Restore

    func restore(from path: String) throws -> BackupReport {
        guard access(path, R_OK) == 0 else {
            throw StoreError(.cannotOpen, "The backup cannot be read: \(String(cString: strerror(errno))).")
        }
        guard Self.canonical(path) != Self.canonical(file.path) else {
            throw StoreError(.cannotOpen, "A database cannot be restored from itself.")
        }
        let staging = file.path + ".restore-" + String(Identifier.uuid().prefix(8))
        defer { Self.remove(staging) }
        try Self.makeEmpty(staging)
        let live = try file.open()
        let copy = try stage(path, at: staging, beside: live)
        let report = try finish(copy)
        try Self.copy(copy, to: live, pagesAtOnce: -1, seconds: file.configuration.busySeconds)
        live.truncateLog()
        return report
    }

    /// Everything that can go wrong with a backup goes wrong here, on a copy.
    private func stage(_ path: String, at staging: String, beside live: SQLiteConnection) throws -> SQLiteConnection {
        let source = try SQLiteConnection(path: path, mode: .readOnly, busySeconds: 5)
        try file.recognise(source)
        guard try source.count("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'") == 1 else {
            throw StoreError(.notADatabase, "The file is not a backup of a Roost database.")
        }
        let copy = try SQLiteConnection(path: staging, mode: .readWrite, busySeconds: 5)
        try Self.copy(source, to: copy, pagesAtOnce: 1000)
        try copy.execute("PRAGMA temp_store = FILE")
        _ = try copy.first("PRAGMA journal_mode = DELETE") { $0.text(0) }
        let damage = try copy.first("PRAGMA integrity_check(1)") { $0.text(0) }
        guard damage == "ok" else {
            throw StoreError(.corrupt, "The backup is damaged; the database was left as it is. Try another backup.")
        }
        try file.migrate(copy)
        guard try file.hasExpectedSchema(copy) else {
            throw StoreError(.notADatabase, "The file is not a backup of a Roost database: its tables differ.")
        }
        try beginFeedAnew(copy, after: live)
        try adoptPageSize(copy, of: live)
        return copy
    }

    /// Numbers go on past everything either database gave out, with room for what is written meanwhile.
    private func beginFeedAnew(_ copy: SQLiteConnection, after live: SQLiteConnection) throws {
        let newest = Dialect.sqlite.newestIdentity(of: "changes")
        let next = max(try live.count(newest), try copy.count(newest)) + 1000
        try copy.inWriteTransaction {
            try copy.execute("DELETE FROM changes")
            try copy.execute(
                """
                INSERT INTO changes (seq, organization_id, kind, action, object_id, created_at)
                VALUES (\(next), '', \(ChangeKind.store.rawValue), \(ChangeAction.restored.rawValue), '',
                    \(Timestamp.now))
                """)
        }
    }

    /// A live file keeps its page size, so the copy takes it on.
    private func adoptPageSize(_ copy: SQLiteConnection, of live: SQLiteConnection) throws {
        let size = try live.count("PRAGMA page_size")
        guard try copy.count("PRAGMA page_size") != size else { return }
        try copy.execute("PRAGMA page_size = \(sql: SQL(unsafe: String(size)))")
        try copy.execute("VACUUM")
    }

    // MARK: Pages

    /// - Parameters:
    ///   - pagesAtOnce: after so many others may use the disk; -1 copies all in one transaction of the target.
    ///   - seconds: how long to wait for the target's lock.
    private static func copy(
        _ source: SQLiteConnection, to target: SQLiteConnection, pagesAtOnce: Int32, seconds: Double = 5
    ) throws {
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw SQLiteError.of(sqlite3_errcode(target.handle), on: target.handle, while: .running)
        }
        let started = ContinuousClock.now
        var code = SQLITE_OK
        repeat {
            code = sqlite3_backup_step(backup, pagesAtOnce)
            switch code {
            case SQLITE_OK: usleep(1000)
            case SQLITE_BUSY, SQLITE_LOCKED:
                guard ContinuousClock.now - started < .seconds(seconds) else { break }
                usleep(3000)
                code = SQLITE_OK
            default: break
            }
        } while code == SQLITE_OK
        let ending = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, ending == SQLITE_OK else {
            throw SQLiteError.of(code == SQLITE_DONE ? ending : code, on: nil, while: .running)
        }
        target.forgetStatements()
    }

    // MARK: Files

    private static let exists = StoreError(
        .conflict, "The file exists already. Choose another name, or replace it deliberately.")

    private static func makeEmpty(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("made") }
        close(descriptor)
    }

    /// Gives the finished copy its name; the folder is flushed too, or the name could be lost.
    private static func place(_ temporary: String, at path: String, replacing: Bool) throws {
        if replacing {
            guard rename(temporary, path) == 0 else { throw failure("replaced") }
        } else if link(temporary, path) != 0 {
            throw errno == EEXIST ? exists : failure("named")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try flush(folder)
    }

    private static func flush(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("flushed") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("flushed") }
    }

    private static func failure(_ what: String) -> StoreError {
        let code: StoreError.Code = errno == ENOSPC ? .full : .cannotOpen
        return StoreError(code, "The copy could not be \(what): \(String(cString: strerror(errno))).")
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
