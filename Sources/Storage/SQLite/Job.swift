import Synchronization

/// One unit of work between an asynchronous caller and a database thread. It is answered exactly once.
final class Job: Sendable {
    private enum State {
        case waiting
        case running(SQLiteConnectionInterrupt?)
        case done
    }

    /// Runs the work and returns what hands its result to the caller.
    let run: @Sendable (SQLiteConnection) throws -> @Sendable () -> Void
    private let fail: @Sendable (any Error) -> Void
    private let state = Mutex(State.waiting)

    init(
        run: @escaping @Sendable (SQLiteConnection) throws -> @Sendable () -> Void,
        fail: @escaping @Sendable (any Error) -> Void
    ) {
        self.run = run
        self.fail = fail
    }

    /// Claims the job for the calling thread; false when its caller has gone away.
    /// - Parameter interrupt: what to stop when the caller goes away in the middle; nil lets the work finish.
    func start(interrupt: SQLiteConnectionInterrupt? = nil) -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running(interrupt)
            return true
        }
    }

    /// Answers with an error, once.
    func refuse(_ error: any Error) {
        if finish() { fail(error) }
    }

    /// Answers with the result of `run`, once.
    func answer(_ deliver: @Sendable () -> Void) {
        if finish() { deliver() }
    }

    private func finish() -> Bool {
        state.withLock { state in
            if case .done = state { return false }
            state = .done
            return true
        }
    }

    /// The caller went away: work not begun is skipped and its caller answered at once.
    func cancel() {
        let isSkipped = state.withLock { state in
            switch state {
            case .waiting:
                state = .done
                return true
            case .running(let interrupt):
                // Under the lock: the thread cannot have gone on to another job.
                interrupt?.interrupt()
                return false
            case .done: return false
            }
        }
        if isSkipped { fail(CancellationError()) }
    }
}

/// Stops the statement a connection is running; the one thing another thread may do to it.
struct SQLiteConnectionInterrupt: @unchecked Sendable {
    // SAFETY: sqlite3_interrupt may be called from any thread while the connection is open, which it is as long as a job
    // runs on it; `Job.state`'s lock ties the two together.
    private let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) { self.connection = connection }

    func interrupt() { connection.interrupt() }
}

/// Sends work to a thread by `push` and waits for its answer. `push` returns false when the thread is closed.
func hop<T: Sendable>(
    _ push: @Sendable (Job) -> Bool, _ body: @escaping @Sendable (SQLiteConnection) throws -> T
) async throws -> T {
    let current = Mutex<Job?>(nil)
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            let job = Job(
                run: { connection in
                    let value = try body(connection)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            current.withLock { $0 = job }
            if !push(job) {
                job.refuse(StoreError(.closed, "The database is closed."))
            } else if Task.isCancelled {
                job.cancel()
            }
        }
    } onCancel: {
        current.withLock { $0 }?.cancel()
    }
}
