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
    private let state: Mutex<(left: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((count, [])) }

    func leave() {
        let waiting = state.withLock { state in
            state.left -= 1
            guard state.left == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.left > 0 { state.waiting.append(continuation) }
                return state.left == 0
            }
            if isOver { continuation.resume() }
        }
    }
}
