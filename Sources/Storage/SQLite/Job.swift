import Platform
import Synchronization

/// One unit of work between an asynchronous caller and a database thread. It is answered exactly once.
final class Job: Sendable {
    private enum State { case waiting, running, done }

    /// What its commit has to outlive.
    let durability: StoreConfiguration.Durability
    /// Runs the work and returns what hands its result to the caller.
    let run: @Sendable (SQLiteConnection) throws -> @Sendable () -> Void
    private let fail: @Sendable (any Error) -> Void
    private let state = Lock(State.waiting)
    private let abandoned = Atomic(false)

    init(
        durability: StoreConfiguration.Durability = .powerFailure,
        run: @escaping @Sendable (SQLiteConnection) throws -> @Sendable () -> Void,
        fail: @escaping @Sendable (any Error) -> Void
    ) {
        self.durability = durability
        self.run = run
        self.fail = fail
    }

    /// True when the caller went away after the work had begun.
    var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

    /// Claims the job for the calling thread; false when its caller has gone away.
    func start() -> Bool {
        state.withLock { state in
            guard state == .waiting else { return false }
            state = .running
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
            defer { state = .done }
            return state != .done
        }
    }

    /// The caller went away: work not begun is skipped and its caller answered at once.
    func cancel() {
        let isSkipped = state.withLock { state in
            guard state == .waiting else { return false }
            state = .done
            return true
        }
        if isSkipped { fail(CancellationError()) } else { abandoned.store(true, ordering: .relaxed) }
    }
}

/// Sends work to a thread by `push` and waits for its answer. `push` returns false when the thread is closed.
func hop<T: Sendable>(
    _ push: @Sendable (Job) -> Bool, durability: StoreConfiguration.Durability = .powerFailure,
    _ body: @escaping @Sendable (SQLiteConnection) throws -> T
) async throws -> T {
    let current = Lock<Job?>(nil)
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            let job = Job(
                durability: durability,
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
