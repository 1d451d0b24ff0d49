package import Domain
import Platform

/// Calls of tools, the newest of each agent.
package struct ToolCallTable {
    let connection: any Connection

    private static let columns: SQL = """
        c.id, c.agent_id, c.conversation_id, c.run_id, c.step_id, c.call_id, c.tool_id, c.tool_name, c.tool_type, \
        c.arguments, c.status, c.result, c.shown_characters, c.stdout, c.stderr, c.milliseconds, c.created_at, \
        c.created_by_id
        """

    private static func record(_ row: any Row) -> ToolCallRecord {
        var record = ToolCallRecord(
            id: row.text(0), toolName: row.text(7), status: .init(rawValue: row.text(10)) ?? .error,
            text: row.text(11), milliseconds: row.double(15), createdAt: row.timestamp(16))
        record.agentID = row.optionalText(1)
        record.conversationID = row.optionalText(2)
        record.runID = row.optionalText(3)
        record.stepID = row.optionalText(4)
        record.callID = row.optionalText(5)
        record.toolID = row.optionalText(6)
        record.toolType = row.optionalText(8)
        record.arguments = row.optionalJSON(9)
        record.shownCharacters = row.optionalInt(12)
        record.stdout = row.isNull(13) ? nil : row.texts(13)
        record.stderr = row.isNull(14) ? nil : row.texts(14)
        record.createdBy = row.optionalText(17)
        return record
    }

    package func find(_ id: String, organization: String) throws -> ToolCallRecord? {
        try connection.first(
            "SELECT \(sql: Self.columns) FROM tool_calls c WHERE c.id = \(id) AND c.organization_id = \(organization)",
            Self.record)
    }

    package func exists(_ id: String, organization: String) throws -> Bool {
        try connection.count("SELECT count(*) FROM tool_calls WHERE id = \(id) AND organization_id = \(organization)")
            > 0
    }

    package func list(
        _ filter: ToolCallFilter, _ page: PageRequest, organization: String
    ) throws -> [ToolCallRecord] {
        var parts: [SQL] = []
        if let agent = filter.agentID { parts.append("c.agent_id = \(agent)") }
        if let run = filter.runID { parts.append("c.run_id = \(run)") }
        if let step = filter.stepID { parts.append("c.step_id = \(step)") }
        if let name = filter.toolName { parts.append("c.tool_name = \(name)") }
        if let status = filter.status { parts.append("c.status = \(status.rawValue)") }
        if let start = filter.start { parts.append("c.created_at >= \(start)") }
        if let end = filter.end { parts.append("c.created_at <= \(end)") }
        let isNarrow = filter.agentID != nil || filter.runID != nil || filter.stepID != nil
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM tool_calls c \
            WHERE \(sql: Few.owner("c", organization, gathered: isNarrow, connection.dialect)) \
            \(sql: parts.conditions) \(sql: Keyset.condition("c", "tool_calls", page)) \(sql: Keyset.order("c", page))
            """, Self.record)
        return Keyset.arranged(rows, page)
    }

    package func insert(_ record: ToolCallRecord, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO tool_calls (id, organization_id, agent_id, conversation_id, run_id, step_id, call_id, tool_id, \
            tool_name, tool_type, arguments, status, result, shown_characters, stdout, stderr, milliseconds, \
            created_at, created_by_id) VALUES (\(record.id), \(organization), \(record.agentID), \
            \(record.conversationID), \(record.runID), \(record.stepID), \(record.callID), \(record.toolID), \
            \(record.toolName), \(record.toolType), \(record.arguments?.text), \(record.status.rawValue), \
            \(record.text), \(record.shownCharacters), \(record.stdout.map { JSONText($0).text }), \
            \(record.stderr.map { JSONText($0).text }), \(record.milliseconds), \(record.createdAt), \
            \(record.createdBy))
            """)
    }

    /// Keeps the newest calls of an agent, or of those without one, and deletes the others.
    package func prune(ofAgent agentID: String?, keeping count: Int, organization: String) throws {
        let whose: SQL =
            if let agentID { "agent_id = \(agentID)" } else {
                "agent_id IS NULL AND organization_id = \(organization)"
            }
        try connection.execute(
            """
            DELETE FROM tool_calls WHERE \(sql: whose) AND key <= (SELECT key FROM tool_calls WHERE \(sql: whose) \
            ORDER BY key DESC LIMIT 1 OFFSET \(max(0, count)))
            """)
    }
}

extension ReadTransaction {
    package var toolCalls: ToolCallTable { ToolCallTable(connection: connection) }
}

extension WriteTransaction {
    package var toolCalls: ToolCallTable { ToolCallTable(connection: connection) }
}
