import Platform

/// A database file with its threads: one writer, a few readers.
final class SQLiteDatabase: Sendable {
    let file: SQLiteFile
    private let writer: SQLiteWriter
    private let readers: SQLiteReaders
    private let reading: ThreadCount
    private let writing: ThreadCount

    init(_ configuration: StoreConfiguration) throws {
        let file = SQLiteFile(configuration: configuration)
        self.file = file
        try file.prepare()
        // Most hooks and commands only read: where the file is as it has to be, nobody needs the writer's connection yet.
        let ready = try file.openReaderIfReady()
        let opened = ready == nil ? Handoff(try file.openWriter()) : nil
        let first = try ready ?? file.openReader()
        let others = try (1..<max(1, configuration.readers)).map { _ in Handoff(try file.openReader()) }
        let reading = ThreadCount(others.count + 1)
        let writing = ThreadCount(1)
        writer = SQLiteWriter(opened, file) { writing.leave() }
        readers = SQLiteReaders([Handoff(first)] + others, configuration) { reading.leave() }
        self.reading = reading
        self.writing = writing
    }

    var executor: any TaskExecutor { readers.executor }

    deinit {
        writer.close()
        readers.close()
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await readers.read { try body($0) }
    }

    /// Throws when the file cannot be read, or is no longer the one at its path.
    func check() async throws {
        try await readers.read { connection in
            try connection.checkPlace()
            _ = try connection.count("SELECT 1 FROM sqlite_schema LIMIT 1")
        }
    }

    func write<T: Sendable>(
        _ durability: StoreConfiguration.Durability = .powerFailure,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await writer.write(durability) { try body($0) }
    }

    /// Finishes what was asked for, refuses what comes later, and waits for the threads to end.
    func close() async {
        readers.close()
        await reading.wait()
        // The writer last and alone: it then moves the log into the file, which stands by itself afterwards. Without a writer
        // the last reader does, when no other process has the file open.
        writer.close()
        await writing.wait()
    }

    /// Runs upkeep on a thread and a connection of its own.
    func upkeep<T: Sendable>(_ body: @escaping @Sendable (SQLiteFile) throws -> T) async throws -> T {
        let file = file
        return try await withCheckedThrowingContinuation { continuation in
            BlockingThread.start(name: "roost-upkeep") {
                continuation.resume(with: Result { try body(file) })
            }
        }
    }
}

/// Lets callers wait until all threads are gone.
final class ThreadCount: Sendable {
    private struct State {
        var left: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Lock<State>

    init(_ count: Int) { state = Lock(State(left: count)) }

    func leave() {
        let waiters = state.withLock { state in
            state.left -= 1
            if state.left > 0 { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.left > 0 { state.waiters.append(waiter) }
                return state.left <= 0
            }
            if isOver { waiter.resume() }
        }
    }
}
