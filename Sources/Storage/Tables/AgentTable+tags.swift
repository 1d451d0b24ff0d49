package import Domain

extension AgentTable {
    /// The tags of all agents, each once, in alphabetical order. The page's cursors are tags, which need not exist.
    /// - Parameters:
    ///   - name: the tag itself; nil for any.
    ///   - search: a part of the tag, whatever its case.
    package func tags(
        named name: String?, search: String?, _ page: PageRequest, organization: String
    ) throws -> [String] {
        let rises = page.ascending != page.isBackwards
        var bounds: SQL = ""
        if let name { bounds += " AND tag = \(name)" }
        if let after = page.after { bounds += page.ascending ? " AND tag > \(after)" : " AND tag < \(after)" }
        if let before = page.before { bounds += page.ascending ? " AND tag < \(before)" : " AND tag > \(before)" }
        // From one tag to the next in the index: every tag costs one look, however many agents have it.
        var sql: SQL = """
            WITH RECURSIVE known(tag) AS (
                \(sql: Self.next(rises, organization, bounds))
                UNION ALL
                SELECT (\(sql: Self.next(rises, organization, bounds + (rises ? " AND tag > known.tag" : " AND tag < known.tag"))))
                FROM known WHERE known.tag IS NOT NULL)
            SELECT tag FROM known WHERE tag IS NOT NULL
            """
        if let search { sql += " AND " + connection.dialect.contains("tag", search) }
        let tags = try connection.rows(sql + " LIMIT \(page.limit) OFFSET \(page.offset)") { $0.text(0) }
        return Keyset.arranged(tags, page)
    }

    /// The lowest or the highest tag within bounds, or NULL.
    private static func next(_ rises: Bool, _ organization: String, _ bounds: SQL) -> SQL {
        let end: SQL = rises ? "min(tag)" : "max(tag)"
        return "SELECT \(sql: end) FROM agent_tags WHERE organization_id = \(organization)\(sql: bounds)"
    }
}
