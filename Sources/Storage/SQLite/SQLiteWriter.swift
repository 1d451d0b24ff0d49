import CSQLite
import Platform

/// The one thread that writes. Work that waits while a commit reaches the disk shares the next commit: durability costs
/// one flush for all of it. Nobody is answered before that flush.
final class SQLiteWriter: Sendable {
    private let queue = BlockingQueue<Job>()

    /// - Parameter ended: called on the thread after the connection was closed.
    init(
        _ connection: Handoff<SQLiteConnection>, _ configuration: StoreConfiguration,
        ended: @escaping @Sendable () -> Void
    ) {
        let queue = queue
        BlockingThread.start(name: "roost-writer") {
            let loop = SQLiteWriterLoop(connection.take(), configuration)
            while true {
                let jobs = queue.popAll(limit: configuration.batchLimit)
                if jobs.isEmpty { break }
                loop.work(through: jobs)
            }
            loop.close()
            ended()
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> T) async throws -> T {
        let queue = queue
        return try await hop({ queue.push($0) }, body)
    }

    /// Lets the thread finish what it was given.
    func close() { queue.close() }
}

/// Hands a thread the connection it will own.
final class Handoff<Value>: @unchecked Sendable {
    // SAFETY: set before the thread starts, taken once by that thread, never touched by anyone else.
    private var value: Value?

    init(_ value: Value) { self.value = value }

    func take() -> Value {
        defer { value = nil }
        guard let value else { preconditionFailure("taken twice") }
        return value
    }
}

/// What the writer's thread does; it never leaves it.
final class SQLiteWriterLoop {
    private let connection: SQLiteConnection
    private let configuration: StoreConfiguration
    private let checkpoint: SQLiteCheckpoint

    init(_ connection: SQLiteConnection, _ configuration: StoreConfiguration) {
        self.connection = connection
        self.configuration = configuration
        checkpoint = SQLiteCheckpoint(connection, busySeconds: configuration.busySeconds)
    }

    func close() {
        checkpoint.stop()
        connection.close()
    }

    func work(through jobs: [Job]) {
        var rest = jobs[...]
        while !rest.isEmpty {
            rest = commitSome(of: rest)
            checkpoint.run()
        }
    }

    private typealias Answer = (job: Job, deliver: @Sendable () -> Void)

    /// Runs jobs from the front until their time is used up, commits them together, answers, and returns the others.
    private func commitSome(of jobs: ArraySlice<Job>) -> ArraySlice<Job> {
        var rest = jobs
        do {
            try SQLiteWaiting.retrying(seconds: configuration.busySeconds) { try connection.execute("BEGIN IMMEDIATE") }
        } catch {
            for job in jobs { job.refuse(error) }
            return []
        }
        var answers: [Answer] = []
        let end = ContinuousClock.now.advanced(by: .seconds(configuration.batchSeconds))
        let isAlone = jobs.count == 1
        repeat {
            let job = rest.removeFirst()
            guard job.start() else { continue }
            do {
                answers.append((job, try isAlone ? job.run(connection) : inSavepoint(job)))
            } catch {
                job.refuse(error)
                if !connection.isInTransaction {
                    // The database gave the whole transaction up (a full disk, say): the others get one each.
                    for answer in answers { commitAlone(answer.job) }
                    return rest
                }
                if isAlone {
                    connection.rollback()
                    return rest
                }
            }
        } while !rest.isEmpty && ContinuousClock.now < end
        commit(answers)
        return rest
    }

    private func inSavepoint(_ job: Job) throws -> @Sendable () -> Void {
        try connection.execute("SAVEPOINT job")
        do {
            let deliver = try job.run(connection)
            try connection.execute("RELEASE job")
            return deliver
        } catch {
            guard connection.isInTransaction else { throw error }
            do {
                try connection.execute("ROLLBACK TO job")
                try connection.execute("RELEASE job")
            } catch {
                // What cannot be undone alone is undone with everything.
                connection.rollback()
            }
            throw error
        }
    }

    private func commit(_ answers: [Answer]) {
        do {
            try connection.execute("COMMIT")
            try connection.checkPlace()
            for answer in answers { answer.job.answer(answer.deliver) }
        } catch {
            connection.rollback()
            for answer in answers { answer.job.refuse(error) }
        }
    }

    private func commitAlone(_ job: Job) {
        do {
            let deliver = try connection.inWriteTransaction { try job.run(connection) }
            try connection.checkPlace()
            job.answer(deliver)
        } catch {
            job.refuse(error)
        }
    }
}
