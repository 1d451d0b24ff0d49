package import Domain
package import Platform

/// Stored messages of agents.
package struct MessageTable {
    let connection: any Connection

    static let columns: SQL = """
        m.id, m.agent_id, m.conversation_id, m.role, m.content, m.tool_calls, m.tool_call_id, m.tool_returns, \
        m.approvals, m.name, m.otid, m.sender_id, m.group_id, m.step_id, m.run_id, m.model, m.is_err, m.extra, \
        m.created_at
        """

    static func message(_ row: any Row) -> Message {
        var message = Message(
            id: row.text(0), agentID: row.text(1), role: Message.Role(rawValue: row.text(3)) ?? .user,
            createdAt: row.timestamp(18))
        message.conversationID = row.optionalText(2)
        message.content = row.optionalJSON(4)
        message.toolCalls = row.optionalJSON(5)
        message.toolCallID = row.optionalText(6)
        message.toolReturns = row.optionalJSON(7)
        message.approvals = row.optionalJSON(8)
        message.name = row.optionalText(9)
        message.otid = row.optionalText(10)
        message.senderID = row.optionalText(11)
        message.groupID = row.optionalText(12)
        message.stepID = row.optionalText(13)
        message.runID = row.optionalText(14)
        message.model = row.optionalText(15)
        message.isError = row.optionalBool(16)
        message.extra = row.optionalJSON(17)
        return message
    }

    package func find(_ ids: [String], organization: String) throws -> [Message] {
        try connection.rows(
            "SELECT \(sql: Self.columns) FROM messages m WHERE m.id IN \(list: ids) AND m.organization_id = \(organization)",
            Self.message)
    }

    package func count(ofAgent agentID: String) throws -> Int {
        try connection.count("SELECT count(*) FROM messages WHERE agent_id = \(agentID)")
    }

    package func insert(_ message: Message, by actor: Actor) throws {
        try connection.execute(
            """
            INSERT INTO messages (id, organization_id, agent_id, agent_key, conversation_id, role, content, tool_calls, \
            tool_call_id, tool_returns, approvals, name, otid, sender_id, group_id, step_id, run_id, model, is_err, \
            text, extra, created_at, updated_at, created_by_id, last_updated_by_id) VALUES (\(message.id), \
            \(actor.organizationID), \(message.agentID), \
            (SELECT key FROM agents WHERE id = \(message.agentID)), \(message.conversationID), \(message.role.rawValue), \
            \(message.content?.text), \(message.toolCalls?.text), \(message.toolCallID), \
            \(message.toolReturns?.text), \(message.approvals?.text), \(message.name), \(message.otid), \
            \(message.senderID), \(message.groupID), \(message.stepID), \(message.runID), \(message.model), \
            \(message.isError), \(message.searchText), \(message.extra?.text), \
            \(message.createdAt), \(message.createdAt), \(actor.userID), \(actor.userID))
            """)
    }

    /// Stores messages in this order.
    package func insert(_ messages: [Message], by actor: Actor) throws {
        for message in messages { try insert(message, by: actor) }
    }

    /// Shows messages of another thread in a conversation, beside its own.
    package func share(_ ids: [String], with conversationID: String, organization: String) throws {
        for id in ids {
            try connection.execute(
                """
                INSERT INTO shared_messages (conversation_id, message_id, organization_id) \
                VALUES (\(conversationID), \(id), \(organization)) ON CONFLICT (conversation_id, message_id) DO NOTHING
                """)
        }
    }

    /// Writes what an edit may change: the content, the tool calls and the text that search knows.
    package func update(_ message: Message, at time: Timestamp) throws {
        try connection.execute(
            """
            UPDATE messages SET content = \(message.content?.text), tool_calls = \(message.toolCalls?.text), \
            text = \(message.searchText), updated_at = \(time) WHERE id = \(message.id)
            """)
    }

    /// Deletes every message of an agent, of all its conversations.
    package func delete(ofAgent agentID: String) throws {
        try connection.execute("DELETE FROM messages WHERE agent_id = \(agentID)")
    }
}

extension ReadTransaction {
    package var messages: MessageTable { MessageTable(connection: connection) }
}

extension WriteTransaction {
    package var messages: MessageTable { MessageTable(connection: connection) }
}
