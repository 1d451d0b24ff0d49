package import Domain
import Platform

/// Messages are paged by (date, key): an import keeps the dates of its file, and what one unit of work stores together
/// shares a date, so only the key says which came first.
extension MessageTable {
    package func list(_ filter: MessageFilter, _ page: PageRequest, organization: String) throws -> [Message] {
        let word = SQL(unsafe: page.ascending != page.isBackwards ? "ASC" : "DESC")
        var condition = Self.condition(filter)
        if let after = page.after { condition += Self.side(of: after, greater: page.ascending) }
        if let before = page.before { condition += Self.side(of: before, greater: !page.ascending) }
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM messages m WHERE m.organization_id = \(organization) \(sql: condition) \
            ORDER BY m.created_at \(sql: word), m.key \(sql: word) LIMIT \(page.limit) OFFSET \(page.offset)
            """, Self.message)
        return Keyset.arranged(rows, page)
    }

    package func exists(_ id: String, organization: String) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM messages WHERE id = \(id) AND organization_id = \(organization)") > 0
    }

    /// Messages whose text has words of a query, best first; among equals the newest.
    ///
    /// - Parameter match: what `TextQuery` made of the words.
    package func search(_ match: String, _ filter: MessageFilter, limit: Int, organization: String) throws
        -> [MessageMatch]
    {
        let dialect = connection.dialect
        let index: SQL = "message_text"
        return try connection.rows(
            """
            SELECT \(sql: Self.columns), \(sql: dialect.textScore(index)) AS score FROM message_text \
            JOIN messages m ON m.key = \(sql: dialect.textKey(index)) \
            WHERE \(sql: dialect.textMatches(index, match)) AND m.organization_id = \(organization) \
            \(sql: Self.condition(filter)) ORDER BY score DESC, m.key DESC LIMIT \(limit)
            """
        ) { MessageMatch(message: Self.message($0), score: $0.double(19)) }
    }

    /// The `scope` that the text index knows an agent's messages by.
    package func textScope(ofAgent agentID: String) throws -> String? {
        try connection.first("SELECT key FROM agents WHERE id = \(agentID)") { "m\($0.int(0))" }
    }

    private static func side(of id: String, greater: Bool) -> SQL {
        SQL(unsafe: " AND (m.created_at, m.key) \(greater ? ">" : "<") ")
            + "(SELECT c.created_at, c.key FROM messages c WHERE c.id = \(id))"
    }

    private static func condition(_ filter: MessageFilter) -> SQL {
        var parts: [SQL] = []
        if let agent = filter.agentID { parts.append("m.agent_id = \(agent)") }
        switch filter.conversation {
        case .any: break
        case .main: parts.append("m.conversation_id IS NULL")
        case .one(let id): parts.append("m.conversation_id = \(id)")
        }
        if let group = filter.groupID { parts.append("m.group_id = \(group)") }
        if !filter.roles.isEmpty { parts.append("m.role IN \(list: filter.roles.map(\.rawValue))") }
        if let start = filter.start { parts.append("m.created_at >= \(start)") }
        if let end = filter.end { parts.append("m.created_at <= \(end)") }
        if !filter.includesErrors { parts.append("m.is_err IS NOT 1") }
        if let project = filter.projectID {
            parts.append("m.agent_id IN (SELECT id FROM agents WHERE project_id = \(project))")
        }
        if let template = filter.templateID {
            parts.append("m.agent_id IN (SELECT id FROM agents WHERE template_id = \(template))")
        }
        return parts.conditions
    }
}
