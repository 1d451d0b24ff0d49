import Platform
import Synchronization

/// A database file with its threads: one writer, a few readers.
final class SQLiteDatabase: Sendable {
    let file: SQLiteFile
    private let writer: SQLiteWriter
    private let readers: SQLiteReaders
    private let threads: ThreadCount

    init(_ configuration: StoreConfiguration) throws {
        let file = SQLiteFile(configuration: configuration)
        self.file = file
        try file.prepare()
        let writing = Handoff(try file.openWriter())
        let reading = try (0..<max(1, configuration.readers)).map { _ in Handoff(try file.openReader()) }
        let threads = ThreadCount(reading.count + 1)
        self.threads = threads
        writer = SQLiteWriter(writing, configuration) { threads.leave() }
        readers = SQLiteReaders(reading, configuration) { threads.leave() }
    }

    deinit {
        writer.close()
        readers.close()
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await readers.read { try body($0) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await writer.write { try body($0) }
    }

    /// Finishes what was asked for, refuses what comes later, and waits for the threads to end.
    func close() async {
        readers.close()
        writer.close()
        await threads.wait()
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
