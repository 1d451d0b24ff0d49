import Domain
package import Platform

/// What a background run told its client, piece by piece, so that one that comes back is told the rest.
package struct RunEventTable {
    let connection: any Connection

    /// - Parameter events: numbered from 1 in the run, each number once; `data` is what follows `data: ` on the wire.
    package func append(
        _ events: [(seq: Int, data: String)], to runID: String, at time: Timestamp, organization: String
    ) throws {
        for event in events {
            try connection.execute(
                """
                INSERT INTO run_events (run_id, seq, organization_id, data, created_at) \
                VALUES (\(runID), \(event.seq), \(organization), \(event.data), \(time))
                """)
        }
    }

    /// Events with a number greater than `after`, in order.
    package func read(
        _ runID: String, after: Int, limit: Int, organization: String
    ) throws -> [(seq: Int, data: String)] {
        try connection.rows(
            """
            SELECT seq, data FROM run_events WHERE run_id = \(runID) AND seq > \(after) \
            AND organization_id = \(organization) ORDER BY seq LIMIT \(limit)
            """
        ) { ($0.int(0), $0.text(1)) }
    }

    /// 0 for a run without events.
    package func lastNumber(_ runID: String) throws -> Int {
        try connection.count("SELECT max(seq) FROM run_events WHERE run_id = \(runID)")
    }

    /// Deletes the oldest events of all organizations that are older than `time`, at most `limit` of them.
    /// - Returns: how many were deleted.
    @discardableResult
    package func delete(olderThan time: Timestamp, limit: Int = 10_000) throws -> Int {
        try connection.execute(
            """
            DELETE FROM run_events WHERE (run_id, seq) IN (SELECT run_id, seq FROM run_events \
            WHERE created_at < \(time) ORDER BY created_at LIMIT \(limit))
            """)
    }
}

extension ReadTransaction {
    package var runEvents: RunEventTable { RunEventTable(connection: connection) }
}

extension WriteTransaction {
    package var runEvents: RunEventTable { RunEventTable(connection: connection) }
}
