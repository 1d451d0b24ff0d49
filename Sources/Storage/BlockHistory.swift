import Platform

extension WriteTransaction {
    /// Drops revisions of a block beyond the number kept, and of all blocks past the age kept (`StoreLimits`). Call it
    /// with each new revision: it only looks at every sixteenth version.
    package func pruneBlockHistory(of blockID: String, version: Int) throws {
        guard version % 16 == 0 else { return }
        try connection.execute(
            """
            DELETE FROM block_history WHERE block_id = \(blockID) AND seq <= (
                SELECT seq FROM block_history WHERE block_id = \(blockID)
                ORDER BY seq DESC LIMIT 1 OFFSET \(limits.blockVersions))
            """)
        let oldest = now.adding(seconds: -limits.blockVersionSeconds)
        try connection.execute("DELETE FROM block_history WHERE changed_at < \(oldest)")
    }
}
