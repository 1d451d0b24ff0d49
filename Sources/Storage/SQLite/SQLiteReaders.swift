import CSQLite
import Glibc
import Platform

/// A few threads that read, each through a connection of its own that cannot write. Tasks may prefer them as their
/// executor: what such a task reads, it reads on the thread it runs on, without a change of threads.
final class SQLiteReaders: Sendable {
    let executor = ReaderExecutor()

    /// - Parameter ended: called by each thread after its connection was closed.
    init(
        _ connections: [Handoff<SQLiteConnection>], _ configuration: StoreConfiguration,
        ended: @escaping @Sendable () -> Void
    ) {
        let executor = executor
        for (number, handed) in connections.enumerated() {
            BlockingThread.start(name: "roost-reader-\(number)") {
                let reader = SQLiteReader(handed.take(), executor, configuration.busySeconds)
                reader.work()
                ended()
            }
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> T) async throws -> T {
        if let reader = SQLiteReader.ofThisThread, reader.executor === executor { return try reader.readNow(body) }
        let queue = executor.queue
        return try await hop({ queue.push(.read($0)) }, body)
    }

    func close() { executor.queue.close() }
}

/// Runs tasks on the readers' threads, and on the cooperative pool when these have ended.
final class ReaderExecutor: TaskExecutor {
    enum Work: Sendable {
        case read(Job)
        case task(UnownedJob)
    }

    let queue = BlockingQueue<Work>()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !queue.push(.task(job)) { globalConcurrentExecutor.enqueue(job) }
    }
}

/// One thread that reads, and its connection. It never leaves the thread.
private final class SQLiteReader {
    let executor: ReaderExecutor
    private let connection: SQLiteConnection
    private let busySeconds: Double

    init(_ connection: SQLiteConnection, _ executor: ReaderExecutor, _ busySeconds: Double) {
        self.connection = connection
        self.executor = executor
        self.busySeconds = busySeconds
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let code = pthread_key_create(&key, nil)
        precondition(code == 0, "no room for a thread's own value")
        return key
    }()

    private static let closing = Lock(())

    /// The reader whose thread this is.
    static var ofThisThread: SQLiteReader? {
        pthread_getspecific(key).map { Unmanaged<SQLiteReader>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The thread's whole life.
    func work() {
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        defer {
            pthread_setspecific(Self.key, nil)
            // One after the other: of two that close at once none would be the last, which empties the log.
            Self.closing.withLock { _ in connection.close() }
        }
        while let work = executor.queue.pop() {
            switch work {
            case .read(let job): read(job)
            case .task(let task): task.runSynchronously(on: executor.asUnownedTaskExecutor())
            }
        }
    }

    private func read(_ job: Job) {
        guard job.start() else { return }
        do {
            let deliver = try snapshot {
                try connection.runStopping(for: job) { try job.run(connection) }
            }
            job.answer(deliver)
        } catch let error as StoreError where error.isInterrupt {
            job.refuse(CancellationError())
        } catch {
            job.refuse(error)
        }
    }

    /// Reads for the task that runs on this thread.
    func readNow<T>(_ body: (SQLiteConnection) throws -> T) throws -> T {
        try Task.checkCancellation()
        do {
            return try snapshot { try connection.runStoppingForTask { try body(connection) } }
        } catch let error as StoreError where error.isInterrupt {
            throw CancellationError()
        }
    }

    /// A read changes nothing, so all of it may be tried again.
    private func snapshot<T>(_ body: () throws -> T) throws -> T {
        try SQLiteWaiting.retrying(seconds: busySeconds) {
            do {
                try connection.execute("BEGIN")
                let result = try body()
                try connection.execute("COMMIT")
                return result
            } catch {
                connection.rollback()
                throw error
            }
        }
    }
}

extension StoreError {
    fileprivate var isInterrupt: Bool { databaseCode.map { $0 & 0xFF } == Int(SQLITE_INTERRUPT) }
}
