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
                // From one tag to the next in the index: an archive has many passages and few tags.
                """
                WITH RECURSIVE known(archive, tag) AS (
                    SELECT a.key, (SELECT min(tag) FROM passage_tags WHERE archive_key = a.key)
                    FROM agent_archives l JOIN archives a ON a.id = l.archive_id WHERE l.agent_id = \(agentID)
                    UNION ALL
                    SELECT archive,
                        (SELECT min(tag) FROM passage_tags WHERE archive_key = known.archive AND tag > known.tag)
                    FROM known WHERE known.tag IS NOT NULL)
                SELECT DISTINCT tag FROM known WHERE tag IS NOT NULL ORDER BY tag
                """
            ) { $0.text(0) }
        }
        return summary
    }
}
