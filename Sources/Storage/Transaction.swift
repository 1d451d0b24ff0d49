package import Domain
package import Platform

/// A consistent view of the database for the time of one closure; it cannot write. Its connection stays in this room, so
/// that SQL does too.
package struct ReadTransaction {
    let connection: any Connection
    var statistics = TextStatistics()
    /// Vectors that are kept in memory; nil for the view of a transaction that writes, which nobody else may see yet.
    var vectorIndexes: VectorIndexes?

    /// How many agents and passages there are, of all organizations, and how many passages wait for a vector.
    package func counts() throws -> (agents: Int, passages: Int, waiting: Int) {
        (
            try connection.count("SELECT count(*) FROM agents"), try connection.count("SELECT count(*) FROM passages"),
            try embeddingQueue.count()
        )
    }
}

/// A unit of work: all of it is kept or none. The closure may be run again when the database gave a whole batch up, so
/// it changes nothing but the database.
package struct WriteTransaction {
    let connection: any Connection
    /// The time of this unit of work: later than that of any earlier one of this process.
    package let now: Timestamp
    package let actor: Actor
    package let limits: StoreLimits
    let changes: ChangeTally
    var statistics = TextStatistics()

    package var reading: ReadTransaction { ReadTransaction(connection: connection, statistics: statistics) }
}
