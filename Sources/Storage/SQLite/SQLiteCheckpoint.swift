import CSQLite

/// Moves the write-ahead log into the file, on the writer's thread and after its callers were answered, so that nobody
/// waits for it.
final class SQLiteCheckpoint {
    private let connection: SQLiteConnection
    /// Pages in the log after the last commit of this process.
    fileprivate var pages = 0
    private var nextTruncation = ContinuousClock.now

    private let manyPages = 1000
    /// 64 MB: readers kept the log from starting over for a long time.
    private let tooManyPages = 16_384

    private let busySeconds: Double

    init(_ connection: SQLiteConnection, busySeconds: Double) {
        self.connection = connection
        self.busySeconds = busySeconds
        sqlite3_wal_hook(connection.handle, noteLogLength, Unmanaged.passUnretained(self).toOpaque())
    }

    func stop() { sqlite3_wal_hook(connection.handle, nil, nil) }

    func run() {
        guard pages >= manyPages else { return }
        if pages >= tooManyPages, ContinuousClock.now >= nextTruncation {
            // Waits for readers, so only a moment, and not again for a while.
            connection.wait(seconds: 0.1)
            sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
            connection.wait(seconds: busySeconds)
            nextTruncation = .now.advanced(by: .seconds(5))
        } else {
            sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
        pages = 0
    }
}

private let noteLogLength:
    @Sendable @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = {
        raw, _, _, pages in
        guard let raw else { return SQLITE_OK }
        Unmanaged<SQLiteCheckpoint>.fromOpaque(raw).takeUnretainedValue().pages = Int(pages)
        return SQLITE_OK
    }
