package import Domain
import Platform

/// Agents and what is stored with them alone: tags and secrets.
package struct AgentTable {
    let connection: any Connection

    static let columns: SQL = """
        a.id, a.name, a.description, a.agent_type, a.system, a.model, a.embedding, a.llm_config, a.embedding_config, \
        a.model_settings, a.compaction_settings, a.response_format, a.tool_rules, a.metadata, a.message_ids, \
        a.project_id, a.template_id, a.base_template_id, a.deployment_id, a.entity_id, a.timezone, \
        a.message_buffer_autoclear, a.enable_sleeptime, a.max_files_open, a.per_file_view_window_char_limit, a.hidden, \
        a.last_run_completion, a.last_run_duration_ms, a.last_stop_reason, a.extra, a.version, a.created_at, \
        a.updated_at, a.created_by_id, a.last_updated_by_id
        """

    static func agent(_ row: any Row) -> Agent {
        var agent = Agent(
            id: row.text(0), name: row.text(1), type: AgentType(rawValue: row.text(3)) ?? .lettaV1,
            system: row.text(4), llmConfig: row.optionalJSON(7) ?? .emptyObject, createdAt: row.timestamp(31))
        agent.description = row.optionalText(2)
        agent.model = row.optionalText(5)
        agent.embedding = row.optionalText(6)
        agent.embeddingConfig = row.optionalJSON(8)
        agent.modelSettings = row.optionalJSON(9)
        agent.compactionSettings = row.optionalJSON(10)
        agent.responseFormat = row.optionalJSON(11)
        agent.toolRules = row.optionalJSON(12)
        agent.metadata = row.optionalJSON(13)
        agent.messageIDs = row.texts(14)
        agent.projectID = row.optionalText(15)
        agent.templateID = row.optionalText(16)
        agent.baseTemplateID = row.optionalText(17)
        agent.deploymentID = row.optionalText(18)
        agent.entityID = row.optionalText(19)
        agent.timezone = row.optionalText(20)
        agent.messageBufferAutoclear = row.bool(21)
        agent.enableSleeptime = row.optionalBool(22)
        agent.maxFilesOpen = row.optionalInt(23)
        agent.perFileViewWindowCharLimit = row.optionalInt(24)
        agent.isHidden = row.optionalBool(25)
        agent.lastRunCompletion = row.optionalTimestamp(26)
        agent.lastRunDurationMilliseconds = row.optionalInt(27)
        agent.lastStopReason = row.optionalText(28)
        agent.extra = row.optionalJSON(29)
        agent.version = row.int(30)
        agent.updatedAt = row.timestamp(32)
        agent.createdBy = row.optionalText(33)
        agent.lastUpdatedBy = row.optionalText(34)
        return agent
    }

    package func find(_ id: String, organization: String) throws -> Agent? {
        try connection.first(
            "SELECT \(sql: Self.columns) FROM agents a WHERE a.id = \(id) AND a.organization_id = \(organization)",
            Self.agent)
    }

    package func exists(_ id: String, organization: String) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM agents WHERE id = \(id) AND organization_id = \(organization)") > 0
    }

    /// The types of several agents, by id.
    package func types(of ids: [String], organization: String) throws -> [String: AgentType] {
        let pairs = try connection.rows(
            "SELECT id, agent_type FROM agents WHERE id IN \(list: ids) AND organization_id = \(organization)"
        ) { ($0.text(0), AgentType(rawValue: $0.text(1)) ?? .lettaV1) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    package func list(_ filter: AgentFilter, _ page: PageRequest, organization: String) throws -> [Agent] {
        let column = filter.order.rawValue
        let isNullable = filter.order == .lastRunCompletion
        let isGathered = try isGathered(filter, organization)
        let cursors = Keyset.condition("a", "agents", page, column: column, nullable: isNullable)
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM agents a \
            WHERE \(sql: Few.owner("a", organization, gathered: isGathered, connection.dialect)) \
            \(sql: condition(filter, organization, gathered: isGathered)) \(sql: cursors) \
            \(sql: Keyset.order("a", page, column: column, nullable: isNullable))
            """, Self.agent)
        return Keyset.arranged(rows, page)
    }

    package func count(_ filter: AgentFilter, organization: String) throws -> Int {
        try connection.count(
            "SELECT count(*) FROM agents a WHERE a.organization_id = \(organization) \(sql: condition(filter, organization, gathered: false))"
        )
    }

    /// Agents that something is attached to.
    package func linked(
        by link: AgentLink, to otherID: String, _ page: PageRequest, organization: String
    ) throws -> [Agent] {
        let links: SQL = """
            FROM \(sql: SQL(unsafe: link.table)) WHERE \(sql: SQL(unsafe: link.column)) = \(otherID)
            """
        let isFew = try Few.isFew(links, connection)
        let linked: SQL =
            isFew
            ? "a.id IN (SELECT agent_id \(sql: links))" : "EXISTS (SELECT 1 \(sql: links) AND agent_id = a.id)"
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM agents a \
            WHERE \(sql: Few.owner("a", organization, gathered: isFew, connection.dialect)) AND \(sql: linked) \
            \(sql: Keyset.condition("a", "agents", page)) \(sql: Keyset.order("a", page))
            """, Self.agent)
        return Keyset.arranged(rows, page)
    }

    private func isGathered(_ filter: AgentFilter, _ organization: String) throws -> Bool {
        if filter.identityID != nil || !filter.identifierKeys.isEmpty { return true }
        return try !filter.tags.isEmpty
            && Few.isFew(
                filter.tags, all: filter.matchAllTags, in: "agent_tags", organization: organization, connection)
    }

    private func condition(_ filter: AgentFilter, _ organization: String, gathered: Bool) -> SQL {
        var parts: [SQL] = []
        if let name = filter.name { parts.append("a.name = \(name)") }
        if let project = filter.projectID { parts.append("a.project_id = \(project)") }
        if let template = filter.templateID { parts.append("a.template_id = \(template)") }
        if let template = filter.baseTemplateID { parts.append("a.base_template_id = \(template)") }
        if let reason = filter.lastStopReason { parts.append("a.last_stop_reason = \(reason)") }
        if let creator = filter.createdBy { parts.append("a.created_by_id = \(creator)") }
        if !filter.showHidden { parts.append("a.hidden IS NOT 1") }
        if let text = filter.queryText {
            let contains = connection.dialect.contains
            parts.append("(\(sql: contains("a.name", text)) OR \(sql: contains("a.description", text)))")
        }
        if !filter.tags.isEmpty {
            parts.append(
                ObjectConditions.tagged(
                    .agent, filter.tags, all: filter.matchAllTags, organization, gathered: gathered))
        }
        if let identity = filter.identityID {
            parts.append(ObjectConditions.belonging(.agent, toIdentity: identity))
        }
        if !filter.identifierKeys.isEmpty {
            parts.append(ObjectConditions.belonging(.agent, toKeys: filter.identifierKeys, organization))
        }
        return parts.conditions
    }
}

extension AgentLink {
    fileprivate var table: String {
        switch self {
        case .block: "agent_blocks"
        case .tool: "agent_tools"
        case .archive: "agent_archives"
        case .identity: "identity_agents"
        }
    }

    fileprivate var column: String {
        switch self {
        case .block: "block_id"
        case .tool: "tool_id"
        case .archive: "archive_id"
        case .identity: "identity_id"
        }
    }
}

extension ReadTransaction {
    package var agents: AgentTable { AgentTable(connection: connection) }
}

extension WriteTransaction {
    package var agents: AgentTable { AgentTable(connection: connection) }
}
