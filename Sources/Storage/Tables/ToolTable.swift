package import Domain
import Platform

/// Tools and their attachment to agents.
package struct ToolTable {
    let connection: any Connection

    static let columns: SQL = """
        t.id, t.name, t.tool_type, t.description, t.source_type, t.source_code, t.json_schema, t.args_json_schema, \
        t.tags, t.return_char_limit, t.pip_requirements, t.npm_requirements, t.default_requires_approval, \
        t.enable_parallel_execution, t.metadata, t.project_id, t.created_at, t.updated_at, t.created_by_id, \
        t.last_updated_by_id
        """

    static func tool(_ row: any Row) -> Tool {
        var tool = Tool(id: row.text(0), name: row.text(1), type: row.text(2), createdAt: row.timestamp(16))
        tool.description = row.optionalText(3)
        tool.sourceType = row.optionalText(4)
        tool.sourceCode = row.optionalText(5)
        tool.jsonSchema = row.optionalJSON(6)
        tool.argsJSONSchema = row.optionalJSON(7)
        tool.tags = row.texts(8)
        tool.returnCharLimit = row.optionalInt(9) ?? Tool.defaultReturnCharLimit
        tool.pipRequirements = row.optionalJSON(10)
        tool.npmRequirements = row.optionalJSON(11)
        tool.defaultRequiresApproval = row.optionalBool(12)
        tool.enableParallelExecution = row.optionalBool(13)
        tool.metadata = row.optionalJSON(14)
        tool.projectID = row.optionalText(15)
        tool.updatedAt = row.timestamp(17)
        tool.createdBy = row.optionalText(18)
        tool.lastUpdatedBy = row.optionalText(19)
        return tool
    }

    package func find(_ ids: [String], organization: String) throws -> [Tool] {
        try connection.rows(
            "SELECT \(sql: Self.columns) FROM tools t WHERE t.id IN \(list: ids) AND t.organization_id = \(organization)",
            Self.tool)
    }

    package func named(_ names: [String], organization: String) throws -> [Tool] {
        try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM tools t WHERE t.name IN \(list: names) \
            AND t.organization_id = \(organization)
            """, Self.tool)
    }

    /// Names of all tools, for suggestions.
    package func allNames(organization: String) throws -> [String] {
        try connection.rows("SELECT name FROM tools WHERE organization_id = \(organization) ORDER BY name") {
            $0.text(0)
        }
    }

    /// Tools of several agents in the order they were attached.
    package func ofAgents(_ ids: [String]) throws -> [String: [Tool]] {
        try connection.grouped(
            """
            SELECT \(sql: Self.columns), l.agent_id FROM agent_tools l JOIN tools t ON t.id = l.tool_id \
            WHERE l.agent_id IN \(list: ids) ORDER BY l.agent_id, l.position
            """
        ) { ($0.text(20), Self.tool($0)) }
    }

    /// Attaches at the end; attaching twice changes nothing.
    package func attach(_ toolID: String, toAgent agentID: String, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO agent_tools (agent_id, tool_id, organization_id, position) VALUES (\(agentID), \(toolID), \
            \(organization), \
            (SELECT coalesce(max(position), 0) + 1 FROM agent_tools WHERE agent_id = \(agentID))) \
            ON CONFLICT (agent_id, tool_id) DO NOTHING
            """)
    }

    /// False when the tool was not attached.
    package func detach(_ toolID: String, fromAgent agentID: String) throws -> Bool {
        try connection.execute("DELETE FROM agent_tools WHERE agent_id = \(agentID) AND tool_id = \(toolID)") > 0
    }
}

extension ReadTransaction {
    package var tools: ToolTable { ToolTable(connection: connection) }
}

extension WriteTransaction {
    package var tools: ToolTable { ToolTable(connection: connection) }
}
