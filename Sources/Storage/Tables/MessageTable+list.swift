package import Domain
import Platform

/// Messages are paged by (date, key): an import keeps the dates of its file, and what one unit of work stores together
/// shares a date, so only the key says which came first.
extension MessageTable {
    package func list(_ filter: MessageFilter, _ page: PageRequest, organization: String) throws -> [Message] {
        let word = SQL(unsafe: page.ascending != page.isBackwards ? "ASC" : "DESC")
        var condition = Self.condition(filter, sharing: try isSharing(filter.conversation))
        if let after = page.after { condition += Self.side(of: after, greater: page.ascending) }
        if let before = page.before { condition += Self.side(of: before, greater: !page.ascending) }
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM messages m \
            WHERE \(sql: Few.owner("m", organization, gathered: filter.isNarrow, connection.dialect)) \(sql: condition) \
            ORDER BY m.created_at \(sql: word), m.key \(sql: word) LIMIT \(page.limit) OFFSET \(page.offset)
            """, Self.message)
        return Keyset.arranged(rows, page)
    }

    package func exists(_ id: String, organization: String) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM messages WHERE id = \(id) AND organization_id = \(organization)") > 0
    }

    private static func side(of id: String, greater: Bool) -> SQL {
        SQL(unsafe: " AND (m.created_at, m.key) \(greater ? ">" : "<") ")
            + "(SELECT c.created_at, c.key FROM messages c WHERE c.id = \(id))"
    }

    /// Whether a conversation has messages of another thread: it is a fork.
    private func isSharing(_ conversation: MessageFilter.Conversation) throws -> Bool {
        guard case .one(let id) = conversation else { return false }
        return try connection.first("SELECT 1 FROM shared_messages WHERE conversation_id = \(id) LIMIT 1") { _ in true }
            ?? false
    }

    /// - Parameters:
    ///   - sharing: looks for shared messages too, which are not in the order of an index.
    ///   - each: set when the messages are looked at one by one: no index over an agent or thread shall be walked for a few.
    static func condition(_ filter: MessageFilter, sharing: Bool, each: Dialect? = nil) -> SQL {
        func column(_ name: SQL) -> SQL { each?.unindexed(name) ?? name }
        var parts: [SQL] = []
        if let agent = filter.agentID { parts.append("\(sql: column("m.agent_id")) = \(agent)") }
        switch filter.conversation {
        case .any:
            // Those of a deleted conversation are shown by nothing but their run and step.
            if filter.runID == nil, filter.stepID == nil {
                parts.append(
                    """
                    NOT EXISTS (SELECT 1 FROM conversations c \
                    WHERE c.id = m.conversation_id AND c.deleted_at IS NOT NULL)
                    """)
            }
        case .main: parts.append("m.conversation_id IS NULL")
        case .one(let id) where sharing:
            parts.append(
                """
                (\(sql: column("m.conversation_id")) = \(id) OR \(sql: column("m.id")) IN (SELECT message_id FROM shared_messages \
                WHERE conversation_id = \(id)))
                """)
        case .one(let id): parts.append("\(sql: column("m.conversation_id")) = \(id)")
        }
        if let run = filter.runID { parts.append("\(sql: column("m.run_id")) = \(run)") }
        if let step = filter.stepID { parts.append("m.step_id = \(step)") }
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

extension MessageFilter {
    /// Whether something other than the organization leads to the messages.
    fileprivate var isNarrow: Bool {
        if case .one = conversation { return true }
        return agentID != nil || runID != nil || stepID != nil
    }
}
