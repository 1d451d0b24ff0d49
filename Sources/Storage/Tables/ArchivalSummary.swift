/// What an agent's prompt says about the archives it can search.
package struct ArchivalSummary: Sendable {
    package var passages = 0
    /// Every tag once, in order.
    package var tags: [String] = []

    package init() {}
}

extension ReadTransaction {
    /// Counts over all archives that an agent is attached to.
    package func archivalSummary(ofAgent agentID: String) throws -> ArchivalSummary {
        let archives: SQL = """
            (SELECT a.key FROM agent_archives l JOIN archives a ON a.id = l.archive_id WHERE l.agent_id = \(agentID))
            """
        var summary = ArchivalSummary()
        summary.passages = try connection.count(
            "SELECT count(*) FROM passages WHERE archive_key IN \(sql: archives)")
        if summary.passages > 0 {
            summary.tags = try connection.rows(
                "SELECT DISTINCT tag FROM passage_tags WHERE archive_key IN \(sql: archives) ORDER BY tag"
            ) { $0.text(0) }
        }
        return summary
    }
}
