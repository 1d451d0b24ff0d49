package import Domain
package import Platform

/// The database of a server or a command. Any number of processes may have one open on the same file.
///
///     let store = try Store.open(StoreConfiguration(path: path), log: log)
///     try await store.write(by: actor) { tx in try tx.connection.execute("UPDATE …") }
package final class Store: Sendable {
    let database: SQLiteDatabase
    let log: Log
    let watch: ChangeWatch
    let vectorIndexes: VectorIndexes
    /// Encrypts and decrypts the secrets that the tables keep.
    package let secrets: SecretBox
    private let limits: StoreLimits
    private let clock = Lock<Int64>(0)
    private let statistics = TextStatistics()

    private init(_ database: SQLiteDatabase, _ configuration: StoreConfiguration, _ log: Log) {
        self.database = database
        self.log = log
        limits = configuration.limits
        secrets = SecretBox(configuration.encryption)
        watch = ChangeWatch(database.file, log: log)
        vectorIndexes = VectorIndexes(VectorFiles(database.file, log: log))
    }

    deinit { watch.stop() }

    /// Opens the file, making and migrating it where needed. Blocks for the milliseconds that takes, longer when another
    /// process is migrating. Throws `StoreError`.
    package static func open(_ configuration: StoreConfiguration, log: Log) throws -> Store {
        Store(try SQLiteDatabase(configuration), configuration, log)
    }

    /// The readers' threads, for tasks that read: such a task reads on the thread that it runs on. They may block, and a
    /// long read holds up the tasks behind it. After `close` tasks run on the cooperative pool.
    package var executor: any TaskExecutor { database.executor }

    /// Runs a closure on a consistent snapshot, on a reader's thread. When the caller's task is cancelled, a read that
    /// waits is skipped and one that runs is interrupted. A closure may be run again, so it has no effects of its own.
    package func read<T: Sendable>(_ body: @escaping @Sendable (ReadTransaction) throws -> T) async throws -> T {
        try await database.read { [statistics, vectorIndexes] in
            try body(ReadTransaction(connection: $0, statistics: statistics, vectorIndexes: vectorIndexes))
        }
    }

    /// Throws `StoreError` when the database does not answer, or its file was taken away.
    package func checkReady() async throws { try await database.check() }

    /// Runs a unit of work on the writer's thread. It returns when the work is durable; when the closure throws, nothing
    /// of it is kept and nothing of other callers is lost. A cancelled caller's work is skipped if it has not begun.
    ///
    /// With an `idempotency` key, throws `AlreadyApplied` for a repetition.
    ///
    /// - Parameter durability: `.processEnd` for what may be lost with the power: it waits for no disk.
    package func write<T: Sendable>(
        by actor: Actor, idempotency: IdempotencyKey? = nil, durability: StoreConfiguration.Durability = .powerFailure,
        _ body: @escaping @Sendable (WriteTransaction) throws -> T
    ) async throws -> T {
        let (value, change) = try await database.write(durability) { [self] connection in
            let tally = ChangeTally()
            let transaction = WriteTransaction(
                connection: connection, now: nextTime(), actor: actor, limits: limits, changes: tally,
                statistics: statistics)
            if let idempotency { try transaction.claim(idempotency) }
            return (try body(transaction), tally.newest)
        }
        if let change { watch.committed(change) }
        return value
    }

    /// The time, but never one given out before, so that what is written later also sorts later.
    private func nextTime() -> Timestamp {
        clock.withLock { last in
            last = max(Timestamp.now.microseconds, last + 1)
            return Timestamp(microseconds: last)
        }
    }

    /// Finishes what was asked for and closes the file. Later calls throw `closed`.
    package func close() async {
        await watch.close()
        await vectorIndexes.close()
        await database.close()
    }
}
