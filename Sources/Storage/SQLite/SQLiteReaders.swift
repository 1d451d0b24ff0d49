import CSQLite
import Platform

/// A few threads that read, each through a connection of its own that cannot write.
final class SQLiteReaders: Sendable {
    private let queue = BlockingQueue<Job>()

    /// - Parameter ended: called by each thread after its connection was closed.
    init(
        _ connections: [Handoff<SQLiteConnection>], _ configuration: StoreConfiguration,
        ended: @escaping @Sendable () -> Void
    ) {
        let queue = queue
        for (number, handed) in connections.enumerated() {
            BlockingThread.start(name: "roost-reader-\(number)") {
                Self.loop(handed.take(), queue, configuration.busySeconds)
                ended()
            }
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> T) async throws -> T {
        let queue = queue
        return try await hop({ queue.push($0) }, body)
    }

    func close() { queue.close() }

    private static func loop(_ connection: SQLiteConnection, _ queue: BlockingQueue<Job>, _ busySeconds: Double) {
        defer { connection.close() }
        while let job = queue.popAll(limit: 1).first {
            guard job.start() else { continue }
            do {
                // A read changes nothing, so all of it may be tried again.
                let deliver = try SQLiteWaiting.retrying(seconds: busySeconds) { try inSnapshot(connection, job) }
                job.answer(deliver)
            } catch let error as StoreError where error.databaseCode.map({ $0 & 0xFF }) == Int(SQLITE_INTERRUPT) {
                job.refuse(CancellationError())
            } catch {
                job.refuse(error)
            }
        }
    }

    private static func inSnapshot(_ connection: SQLiteConnection, _ job: Job) throws -> @Sendable () -> Void {
        do {
            let deliver = try connection.runStopping(for: job) {
                try connection.execute("BEGIN")
                return try job.run(connection)
            }
            try connection.execute("COMMIT")
            return deliver
        } catch {
            connection.rollback()
            throw error
        }
    }
}
