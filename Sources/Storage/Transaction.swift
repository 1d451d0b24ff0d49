package import Domain
package import Platform

/// A consistent view of the database for the time of one closure; it cannot write.
package struct ReadTransaction {
    package let connection: any Connection

    package init(connection: any Connection) { self.connection = connection }

    /// Throws when the database does not answer.
    package func checkReady() throws { _ = try connection.count("SELECT 1") }

    /// Of all organizations.
    package func totals() throws -> (agents: Int, passages: Int) {
        (try connection.count("SELECT count(*) FROM agents"), try connection.count("SELECT count(*) FROM passages"))
    }
}

/// A unit of work: all of it is kept or none. The closure may be run again when the database gave a whole batch up, so
/// it changes nothing but the database.
package struct WriteTransaction {
    package let connection: any Connection
    /// The time of this unit of work: later than that of any earlier one of this process.
    package let now: Timestamp
    package let actor: Actor
    package let limits: StoreLimits
    let changes: ChangeTally

    package var reading: ReadTransaction { ReadTransaction(connection: connection) }
}
