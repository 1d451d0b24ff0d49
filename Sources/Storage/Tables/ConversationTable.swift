package import Domain
package import Platform

/// Conversations of agents. A deleted one stays as a row that nothing finds.
package struct ConversationTable {
    let connection: any Connection

    private static let columns: SQL = """
        c.id, c.agent_id, c.summary, c.model, c.model_settings, c.message_ids, c.isolated_block_ids, \
        c.last_message_at, c.last_run_completion, c.created_at, c.updated_at, c.created_by_id, c.last_updated_by_id
        """

    private static func conversation(_ row: any Row) -> Conversation {
        var conversation = Conversation(id: row.text(0), agentID: row.text(1), createdAt: row.timestamp(9))
        conversation.summary = row.optionalText(2)
        conversation.model = row.optionalText(3)
        conversation.modelSettings = row.optionalJSON(4)
        conversation.messageIDs = row.texts(5)
        conversation.isolatedBlockIDs = row.texts(6)
        conversation.lastMessageAt = row.optionalTimestamp(7)
        conversation.lastRunCompletion = row.optionalTimestamp(8)
        conversation.updatedAt = row.timestamp(10)
        conversation.createdBy = row.optionalText(11)
        conversation.lastUpdatedBy = row.optionalText(12)
        return conversation
    }

    package func find(_ id: String, organization: String) throws -> Conversation? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM conversations c \
            WHERE c.id = \(id) AND c.organization_id = \(organization) AND c.deleted_at IS NULL
            """, Self.conversation)
    }

    package func list(
        _ filter: ConversationFilter, _ page: PageRequest, organization: String
    ) throws -> [Conversation] {
        let column = filter.order.rawValue
        let isNullable = filter.order != .createdAt
        let dialect = connection.dialect
        var condition: SQL = ""
        if let agent = filter.agentID { condition += " AND c.agent_id = \(agent)" }
        if let summary = filter.summary { condition += " AND " + dialect.contains("c.summary", summary) }
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM conversations c \
            WHERE \(sql: Few.owner("c", organization, gathered: filter.agentID != nil, dialect)) \
            AND c.deleted_at IS NULL \(sql: condition) \
            \(sql: Keyset.condition("c", "conversations", page, column: column, nullable: isNullable)) \
            \(sql: Keyset.order("c", page, column: column, nullable: isNullable))
            """, Self.conversation)
        return Keyset.arranged(rows, page)
    }

    /// All conversations of an agent, oldest first.
    package func ofAgent(_ agentID: String, organization: String) throws -> [Conversation] {
        try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM conversations c WHERE c.agent_id = \(agentID) AND c.deleted_at IS NULL \
            AND \(sql: connection.dialect.unindexed("c.organization_id")) = \(organization) ORDER BY c.created_at, c.id
            """, Self.conversation)
    }
}

extension ConversationTable {
    package func insert(_ conversation: Conversation, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO conversations (id, organization_id, agent_id, summary, model, model_settings, message_ids, \
            isolated_block_ids, last_message_at, last_run_completion, created_at, updated_at, created_by_id, \
            last_updated_by_id) VALUES (\(conversation.id), \(organization), \(conversation.agentID), \
            \(conversation.summary), \(conversation.model), \(conversation.modelSettings?.text), \
            \(JSONText(conversation.messageIDs).text), \(JSONText(conversation.isolatedBlockIDs).text), \
            \(conversation.lastMessageAt), \(conversation.lastRunCompletion), \(conversation.createdAt), \
            \(conversation.updatedAt), \(conversation.createdBy), \(conversation.lastUpdatedBy))
            """)
    }

    /// Writes what a user may change. Messages in context and blocks have functions of their own.
    package func update(_ conversation: Conversation, organization: String) throws {
        try connection.execute(
            """
            UPDATE conversations SET summary = \(conversation.summary), model = \(conversation.model), \
            model_settings = \(conversation.modelSettings?.text), last_message_at = \(conversation.lastMessageAt), \
            updated_at = \(conversation.updatedAt), last_updated_by_id = \(conversation.lastUpdatedBy) \
            WHERE id = \(conversation.id) AND organization_id = \(organization)
            """)
    }

    package func replaceMessageIDs(_ ids: [String], of id: String, organization: String) throws {
        try connection.execute(
            """
            UPDATE conversations SET message_ids = \(JSONText(ids).text) \
            WHERE id = \(id) AND organization_id = \(organization)
            """)
    }

    package func replaceIsolatedBlockIDs(_ ids: [String], of id: String, organization: String) throws {
        try connection.execute(
            """
            UPDATE conversations SET isolated_block_ids = \(JSONText(ids).text) \
            WHERE id = \(id) AND organization_id = \(organization)
            """)
    }

    /// Notes that a message came or a run ended. Nil leaves a time as it is.
    package func touch(
        _ id: String, lastMessageAt: Timestamp? = nil, lastRunCompletion: Timestamp? = nil, organization: String
    ) throws {
        try connection.execute(
            """
            UPDATE conversations SET last_message_at = coalesce(\(lastMessageAt), last_message_at), \
            last_run_completion = coalesce(\(lastRunCompletion), last_run_completion) \
            WHERE id = \(id) AND organization_id = \(organization)
            """)
    }

    /// Hides a conversation and, in lists and searches, its messages.
    /// - Returns: whether there was one.
    @discardableResult
    package func delete(_ id: String, at time: Timestamp, by actor: Actor) throws -> Bool {
        try connection.execute(
            """
            UPDATE conversations SET deleted_at = \(time), updated_at = \(time), isolated_block_ids = '[]', \
            last_updated_by_id = \(actor.userID) \
            WHERE id = \(id) AND organization_id = \(actor.organizationID) AND deleted_at IS NULL
            """) == 1
    }
}

extension ReadTransaction {
    package var conversations: ConversationTable { ConversationTable(connection: connection) }
}

extension WriteTransaction {
    package var conversations: ConversationTable { ConversationTable(connection: connection) }
}
