package import Domain

extension AgentTable {
    /// The tags of all agents, each once, in alphabetical order. The page's cursors are tags, which need not exist.
    /// - Parameters:
    ///   - name: the tag itself; nil for any.
    ///   - search: a part of the tag, whatever its case.
    package func tags(
        named name: String?, search: String?, _ page: PageRequest, organization: String
    ) throws -> [String] {
        var sql: SQL = "SELECT DISTINCT tag FROM agent_tags WHERE organization_id = \(organization)"
        if let name { sql += " AND tag = \(name)" }
        if let search { sql += " AND " + connection.dialect.contains("tag", search) }
        if let after = page.after { sql += page.ascending ? " AND tag > \(after)" : " AND tag < \(after)" }
        if let before = page.before { sql += page.ascending ? " AND tag < \(before)" : " AND tag > \(before)" }
        sql += page.ascending != page.isBackwards ? " ORDER BY tag ASC" : " ORDER BY tag DESC"
        let tags = try connection.rows(sql + " LIMIT \(page.limit) OFFSET \(page.offset)") { $0.text(0) }
        return Keyset.arranged(tags, page)
    }
}
