import Platform
import Synchronization

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
        let first = Handoff(try file.openWriter())
        let others = try (0..<max(1, configuration.readers)).map { _ in Handoff(try file.openReader()) }
        let reading = ThreadCount(others.count)
        let writing = ThreadCount(1)
        writer = SQLiteWriter(first, configuration) { writing.leave() }
        readers = SQLiteReaders(others, configuration) { reading.leave() }
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

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await writer.write { try body($0) }
    }

    /// Finishes what was asked for, refuses what comes later, and waits for the threads to end.
    func close() async {
        readers.close()
        await reading.wait()
        // The writer last and alone: it then moves the log into the file, which stands by itself afterwards.
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
    private let left: Atomic<Int>
    private let leaving: AsyncStream<Void>.Continuation
    private let isOver: Task<Void, Never>

    init(_ count: Int) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        left = Atomic(count)
        leaving = continuation
        isOver = Task { for await _ in stream {} }
    }

    func leave() {
        if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { leaving.finish() }
    }

    func wait() async { await isOver.value }
}
