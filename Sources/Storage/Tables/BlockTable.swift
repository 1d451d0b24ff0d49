package import Domain
package import Platform

/// Blocks, their tags, their attachment to agents, and their history.
package struct BlockTable {
    let connection: any Connection

    private var columns: SQL { Self.columns(connection.dialect) }

    static func columns(_ dialect: Dialect) -> SQL {
        scalarColumns + ", "
            + dialect.jsonList("tag", from: "SELECT tag FROM block_tags t WHERE t.block_id = b.id ORDER BY tag")
    }

    private static let scalarColumns: SQL = """
        b.id, b.label, b.value, b.char_limit, b.description, b.read_only, b.is_template, b.template_name, b.project_id, \
        b.template_id, b.base_template_id, b.deployment_id, b.entity_id, b.preserve_on_migration, b.hidden, b.metadata, \
        b.version, b.source_kind, b.source_session, b.source_tool, b.source_file, b.trust, b.created_at, b.updated_at, \
        b.created_by_id, b.last_updated_by_id
        """

    static func block(_ row: any Row) -> Block {
        var block = Block(
            id: row.text(0), label: row.text(1), value: row.text(2), limit: row.int(3),
            description: row.optionalText(4), createdAt: row.timestamp(22))
        block.isReadOnly = row.bool(5)
        block.isTemplate = row.bool(6)
        block.templateName = row.optionalText(7)
        block.projectID = row.optionalText(8)
        block.templateID = row.optionalText(9)
        block.baseTemplateID = row.optionalText(10)
        block.deploymentID = row.optionalText(11)
        block.entityID = row.optionalText(12)
        block.preserveOnMigration = row.optionalBool(13)
        block.isHidden = row.optionalBool(14)
        block.metadata = row.optionalJSON(15)
        block.version = row.int(16)
        block.provenance = row.provenance(from: 17)
        block.updatedAt = row.timestamp(23)
        block.createdBy = row.optionalText(24)
        block.lastUpdatedBy = row.optionalText(25)
        block.tags = row.texts(26)
        return block
    }

    package func find(_ id: String, organization: String) throws -> Block? {
        try connection.first(
            "SELECT \(sql: columns) FROM blocks b WHERE b.id = \(id) AND b.organization_id = \(organization)",
            Self.block)
    }

    /// Blocks that carry a label, at most `limit`.
    package func labelled(_ label: String, organization: String, limit: Int) throws -> [Block] {
        try connection.rows(
            """
            SELECT \(sql: columns) FROM blocks b WHERE b.label = \(label) \
            AND b.organization_id = \(organization) LIMIT \(limit)
            """, Self.block)
    }

    package func find(_ ids: [String], organization: String) throws -> [Block] {
        try connection.rows(
            "SELECT \(sql: columns) FROM blocks b WHERE b.id IN \(list: ids) AND b.organization_id = \(organization)",
            Self.block)
    }

    /// Blocks of an agent in the order they were attached.
    package func ofAgent(_ agentID: String) throws -> [Block] {
        try connection.rows(
            """
            SELECT \(sql: columns) FROM agent_blocks l JOIN blocks b ON b.id = l.block_id \
            WHERE l.agent_id = \(agentID) ORDER BY l.position
            """, Self.block)
    }

    /// Blocks of several agents in one read.
    package func ofAgents(_ ids: [String]) throws -> [String: [Block]] {
        try connection.grouped(
            """
            SELECT \(sql: columns), l.agent_id FROM agent_blocks l JOIN blocks b ON b.id = l.block_id \
            WHERE l.agent_id IN \(list: ids) ORDER BY l.agent_id, l.position
            """
        ) { ($0.text(27), Self.block($0)) }
    }

    /// The one block of an agent with a label (or this id); the first attached when there are several.
    package func ofAgent(_ agentID: String, labelOrID: String) throws -> Block? {
        try connection.first(
            """
            SELECT \(sql: columns) FROM agent_blocks l JOIN blocks b ON b.id = l.block_id \
            WHERE l.agent_id = \(agentID) AND (l.label = \(labelOrID) OR l.block_id = \(labelOrID)) \
            ORDER BY l.position LIMIT 1
            """, Self.block)
    }

    /// The ids of the agents that have a block.
    package func agents(of blockID: String) throws -> [String] {
        try connection.rows("SELECT agent_id FROM agent_blocks WHERE block_id = \(blockID) ORDER BY agent_id") {
            $0.text(0)
        }
    }

    /// An agent that has a block and another one with the same label: the agent's id and that block's.
    package func namesake(of block: Block) throws -> (agentID: String, blockID: String)? {
        try connection.first(
            """
            SELECT o.agent_id, o.block_id FROM agent_blocks l JOIN agent_blocks o ON o.agent_id = l.agent_id \
            WHERE l.block_id = \(block.id) AND o.block_id <> \(block.id) AND o.label = \(block.label) LIMIT 1
            """
        ) { ($0.text(0), $0.text(1)) }
    }

    package func list(_ filter: BlockFilter, _ page: PageRequest, organization: String) throws -> [Block] {
        let isGathered = try isGathered(filter, organization)
        let rows = try connection.rows(
            """
            SELECT \(sql: columns) FROM blocks b \
            WHERE \(sql: Few.owner("b", organization, gathered: isGathered, connection.dialect)) \
            \(sql: condition(filter, organization, gathered: isGathered)) \(sql: Keyset.condition("b", "blocks", page)) \
            \(sql: Keyset.order("b", page))
            """, Self.block)
        return Keyset.arranged(rows, page)
    }

    package func count(_ filter: BlockFilter, organization: String) throws -> Int {
        try connection.count(
            "SELECT count(*) FROM blocks b WHERE b.organization_id = \(organization) \(sql: condition(filter, organization, gathered: false))"
        )
    }

    private func isGathered(_ filter: BlockFilter, _ organization: String) throws -> Bool {
        if filter.identityID != nil || !filter.identifierKeys.isEmpty { return true }
        return try !filter.tags.isEmpty
            && Few.isFew(
                filter.tags, all: filter.matchAllTags, in: "block_tags", organization: organization, connection)
    }

    private func condition(_ filter: BlockFilter, _ organization: String, gathered: Bool) -> SQL {
        var parts: [SQL] = []
        if let label = filter.label { parts.append("b.label = \(label)") }
        if let name = filter.name { parts.append("b.template_name = \(name)") }
        if let project = filter.projectID { parts.append("b.project_id = \(project)") }
        if filter.templatesOnly { parts.append("b.is_template = 1") }
        if !filter.showHidden { parts.append("b.hidden IS NOT 1") }
        if let text = filter.labelSearch { parts.append(connection.dialect.contains("b.label", text)) }
        if let text = filter.valueSearch { parts.append(connection.dialect.contains("b.value", text)) }
        if let text = filter.descriptionSearch { parts.append(connection.dialect.contains("b.description", text)) }
        if !filter.tags.isEmpty {
            parts.append(
                ObjectConditions.tagged(
                    .block, filter.tags, all: filter.matchAllTags, organization, gathered: gathered))
        }
        if let identity = filter.identityID {
            parts.append(ObjectConditions.belonging(.block, toIdentity: identity))
        }
        if !filter.identifierKeys.isEmpty {
            parts.append(ObjectConditions.belonging(.block, toKeys: filter.identifierKeys, organization))
        }
        let agents: SQL = "(SELECT count(*) FROM agent_blocks l WHERE l.block_id = b.id)"
        if let above = filter.connectedAgentsAbove { parts.append("\(sql: agents) > \(above)") }
        if let below = filter.connectedAgentsBelow { parts.append("\(sql: agents) < \(below)") }
        if !filter.connectedAgentsEqual.isEmpty {
            parts.append("\(sql: agents) IN \(list: filter.connectedAgentsEqual)")
        }
        return parts.conditions
    }
}

// MARK: Writing

extension BlockTable {
    package func insert(_ block: Block, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO blocks (id, organization_id, project_id, label, value, char_limit, description, read_only, \
            is_template, template_name, template_id, base_template_id, deployment_id, entity_id, preserve_on_migration, \
            hidden, metadata, version, source_kind, source_session, source_tool, source_file, trust, created_at, \
            updated_at, created_by_id, last_updated_by_id) VALUES (\(block.id), \(organization), \(block.projectID), \
            \(block.label), \(block.value), \(block.limit), \(block.description), \(block.isReadOnly), \
            \(block.isTemplate), \(block.templateName), \(block.templateID), \(block.baseTemplateID), \
            \(block.deploymentID), \(block.entityID), \(block.preserveOnMigration), \(block.isHidden), \
            \(block.metadata?.text), \(block.version), \(block.provenance.source), \(block.provenance.session), \
            \(block.provenance.tool), \(block.provenance.file), \(block.provenance.trust?.rawValue), \
            \(block.createdAt), \(block.updatedAt), \(block.createdBy), \(block.lastUpdatedBy))
            """)
        try insertTags(block, organization: organization)
    }

    /// Writes all members of a changed block; its version must be the old one plus one.
    package func update(_ block: Block) throws {
        try connection.execute(
            """
            UPDATE blocks SET project_id = \(block.projectID), label = \(block.label), value = \(block.value), \
            char_limit = \(block.limit), description = \(block.description), read_only = \(block.isReadOnly), \
            is_template = \(block.isTemplate), template_name = \(block.templateName), \
            template_id = \(block.templateID), base_template_id = \(block.baseTemplateID), \
            deployment_id = \(block.deploymentID), entity_id = \(block.entityID), \
            preserve_on_migration = \(block.preserveOnMigration), hidden = \(block.isHidden), \
            metadata = \(block.metadata?.text), version = \(block.version), \
            source_kind = \(block.provenance.source), source_session = \(block.provenance.session), \
            source_tool = \(block.provenance.tool), source_file = \(block.provenance.file), \
            trust = \(block.provenance.trust?.rawValue), updated_at = \(block.updatedAt), \
            last_updated_by_id = \(block.lastUpdatedBy) WHERE id = \(block.id)
            """)
        try connection.execute("UPDATE agent_blocks SET label = \(block.label) WHERE block_id = \(block.id)")
    }

    package func replaceTags(_ block: Block, organization: String) throws {
        try connection.execute("DELETE FROM block_tags WHERE block_id = \(block.id)")
        try insertTags(block, organization: organization)
    }

    private func insertTags(_ block: Block, organization: String) throws {
        for tag in Set(block.tags) {
            try connection.execute(
                "INSERT INTO block_tags (block_id, tag, organization_id) VALUES (\(block.id), \(tag), \(organization))")
        }
    }

    package func delete(_ id: String) throws {
        try connection.execute("DELETE FROM blocks WHERE id = \(id)")
    }

    /// Adds to the counts of use.
    package func countAccesses(_ accesses: [String: Int], at time: Timestamp) throws {
        for (id, count) in accesses {
            try connection.execute(
                "UPDATE blocks SET access_count = access_count + \(count), last_accessed_at = \(time) WHERE id = \(id)")
        }
    }

    /// Attaches at the end; attaching twice changes nothing.
    package func attach(_ block: Block, toAgent agentID: String, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO agent_blocks (agent_id, block_id, organization_id, label, position) VALUES (\(agentID), \
            \(block.id), \(organization), \(block.label), \
            (SELECT coalesce(max(position), 0) + 1 FROM agent_blocks WHERE agent_id = \(agentID))) \
            ON CONFLICT (agent_id, block_id) DO NOTHING
            """)
    }

    /// False when the block was not attached.
    package func detach(_ blockID: String, fromAgent agentID: String) throws -> Bool {
        try connection.execute(
            "DELETE FROM agent_blocks WHERE agent_id = \(agentID) AND block_id = \(blockID)") > 0
    }
}

// MARK: History

extension BlockTable {
    /// Keeps a state that is about to be replaced or deleted.
    package func keepRevision(
        _ block: Block, action: String, actorID: String, provenance: Provenance, at time: Timestamp,
        organization: String
    ) throws {
        try connection.execute(
            """
            INSERT INTO block_history (block_id, organization_id, version, label, value, description, char_limit, \
            metadata, read_only, action, actor_id, source_kind, source_session, source_tool, changed_at) VALUES \
            (\(block.id), \(organization), \(block.version), \(block.label), \(block.value), \(block.description), \
            \(block.limit), \(block.metadata?.text), \(block.isReadOnly), \(action), \(actorID), \
            \(provenance.source), \(provenance.session), \(provenance.tool), \(time))
            """)
    }

    /// Newest first; `before` is the sequence of the last revision of the page before.
    package func history(_ blockID: String, organization: String, before: Int?, limit: Int) throws -> [BlockRevision] {
        try connection.rows(
            """
            SELECT seq, block_id, version, label, value, description, char_limit, action, actor_id, source_kind, \
            source_session, source_tool, changed_at FROM block_history WHERE block_id = \(blockID) \
            AND organization_id = \(organization) AND seq < \(before ?? Int.max) ORDER BY seq DESC LIMIT \(limit)
            """
        ) { row in
            BlockRevision(
                sequence: row.int(0), blockID: row.text(1), version: row.int(2), label: row.text(3),
                value: row.text(4), description: row.optionalText(5), limit: row.int(6), action: row.text(7),
                actorID: row.optionalText(8),
                provenance: Provenance(
                    source: row.optionalText(9) ?? "api", session: row.optionalText(10), tool: row.optionalText(11)),
                changedAt: row.timestamp(12))
        }
    }
}

extension ReadTransaction {
    package var blocks: BlockTable { BlockTable(connection: connection) }
}

extension WriteTransaction {
    package var blocks: BlockTable { BlockTable(connection: connection) }
}
