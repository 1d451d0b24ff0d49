import CSQLite
import Platform

/// The one thread that writes. Work that waits while a commit reaches the disk shares the next commit: durability costs
/// one flush for all of it. Nobody is answered before that flush.
///
/// The thread starts with the first work, and opens its connection then when it was given none.
final class SQLiteWriter: Sendable {
    private enum Life { case notStarted, started, over }

    private let queue = BlockingQueue<Job>()
    private let life = Lock(Life.notStarted)
    private let opened: Handoff<SQLiteConnection>?
    private let file: SQLiteFile
    private let ended: @Sendable () -> Void

    /// - Parameters:
    ///   - opened: the connection, when making or migrating the file needed it already.
    ///   - ended: called once there is neither thread nor connection any more.
    init(_ opened: Handoff<SQLiteConnection>?, _ file: SQLiteFile, ended: @escaping @Sendable () -> Void) {
        self.opened = opened
        self.file = file
        self.ended = ended
        // It has a connection to close.
        if opened != nil { life.withLock { start(&$0) } }
    }

    func write<T: Sendable>(
        _ durability: StoreConfiguration.Durability, _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        try await hop({ push($0) }, durability: durability, body)
    }

    private func push(_ job: Job) -> Bool {
        life.withLock { life in
            guard queue.push(job) else { return false }
            start(&life)
            return true
        }
    }

    private func start(_ life: inout Life) {
        guard life == .notStarted else { return }
        life = .started
        let (queue, opened, file, ended) = (queue, opened, file, ended)
        BlockingThread.start(name: "roost-writer") {
            Self.work(through: queue, opened?.take(), file)
            ended()
        }
    }

    /// The thread's whole life.
    private static func work(through queue: BlockingQueue<Job>, _ opened: SQLiteConnection?, _ file: SQLiteFile) {
        var loop = opened.map { SQLiteWriterLoop($0, file.configuration) }
        while true {
            let jobs = queue.popAll(limit: file.configuration.batchLimit)
            if jobs.isEmpty { break }
            do {
                // One that cannot be opened is tried again with the next work.
                let working = try loop ?? SQLiteWriterLoop(try file.openWriter(), file.configuration)
                loop = working
                working.work(through: jobs)
            } catch {
                for job in jobs { job.refuse(error) }
            }
        }
        loop?.close()
    }

    /// Lets the thread finish what it was given.
    func close() {
        let wasNeverThere = life.withLock { life in
            queue.close()
            defer { if life == .notStarted { life = .over } }
            return life == .notStarted
        }
        if wasNeverThere { ended() }
    }
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
    /// Whether a commit waits for the disk now.
    private var isFlushing: Bool

    init(_ connection: SQLiteConnection, _ configuration: StoreConfiguration) {
        self.connection = connection
        self.configuration = configuration
        isFlushing = configuration.durability == .powerFailure
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
            try setFlushing(for: jobs)
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

    /// One piece of work that has to outlive the power is enough for a flush.
    private func setFlushing(for jobs: ArraySlice<Job>) throws {
        guard configuration.durability == .powerFailure else { return }
        let isNeeded = jobs.contains { $0.durability == .powerFailure }
        guard isNeeded != isFlushing else { return }
        try connection.execute(isNeeded ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        isFlushing = isNeeded
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
