package import Domain
package import Platform

/// An archive as passages refer to it.
package struct ArchiveLink: Sendable, Equatable {
    /// Its number, the first half of a passage's place in the indexes.
    package let key: Int
    package let id: String
    /// True for the archive that was made for the agent.
    package let isOwned: Bool

    package init(key: Int, id: String, isOwned: Bool) {
        self.key = key
        self.id = id
        self.isOwned = isOwned
    }
}

/// Archives and their attachment to agents.
package struct ArchiveTable {
    let connection: any Connection

    private static let columns: SQL = """
        a.id, a.name, a.description, a.metadata, a.embedding_config, a.created_at, a.updated_at, a.created_by_id, \
        a.last_updated_by_id
        """

    private static func archive(_ row: any Row) -> Archive {
        var archive = Archive(id: row.text(0), name: row.text(1), createdAt: row.timestamp(5))
        archive.description = row.optionalText(2)
        archive.metadata = row.optionalJSON(3)
        archive.embeddingConfig = row.optionalJSON(4)
        archive.updatedAt = row.timestamp(6)
        archive.createdBy = row.optionalText(7)
        archive.lastUpdatedBy = row.optionalText(8)
        return archive
    }

    package func find(_ id: String, organization: String) throws -> Archive? {
        try connection.first(
            "SELECT \(sql: Self.columns) FROM archives a WHERE a.id = \(id) AND a.organization_id = \(organization)",
            Self.archive)
    }

    package func list(_ filter: ArchiveFilter, _ page: PageRequest, organization: String) throws -> [Archive] {
        var condition: SQL = ""
        if let name = filter.name { condition += " AND a.name = \(name)" }
        if let agent = filter.agentID {
            condition += " AND a.id IN (SELECT archive_id FROM agent_archives WHERE agent_id = \(agent))"
        }
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM archives a WHERE a.organization_id = \(organization) \
            \(sql: condition) \(sql: Keyset.condition("a", "archives", page)) \(sql: Keyset.order("a", page))
            """, Self.archive)
        return Keyset.arranged(rows, page)
    }

    /// The links of archives by id, in no order; those of other organizations are left out.
    package func links(_ ids: [String], organization: String) throws -> [ArchiveLink] {
        try connection.rows(
            "SELECT key, id FROM archives WHERE id IN \(list: ids) AND organization_id = \(organization)"
        ) { ArchiveLink(key: $0.int(0), id: $0.text(1), isOwned: false) }
    }

    /// The archives of an organization, at most `limit`.
    package func links(organization: String, limit: Int) throws -> [ArchiveLink] {
        try connection.rows("SELECT key, id FROM archives WHERE organization_id = \(organization) LIMIT \(limit)") {
            ArchiveLink(key: $0.int(0), id: $0.text(1), isOwned: false)
        }
    }

    /// Archives by number, in no order; those of other organizations are left out.
    package func find(keys: [Int], organization: String) throws -> [Int: Archive] {
        let pairs = try connection.rows(
            """
            SELECT \(sql: Self.columns), a.key FROM archives a WHERE a.key IN \(list: keys) \
            AND a.organization_id = \(organization)
            """
        ) { ($0.int(9), Self.archive($0)) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The embedding configurations that archives of any organization have, each once, at most a hundred.
    package func embeddingConfigs() throws -> [JSONText] {
        try connection.rows(
            "SELECT DISTINCT embedding_config FROM archives WHERE embedding_config IS NOT NULL LIMIT 100"
        ) { $0.optionalJSON(0) }.compactMap { $0 }
    }

    package func countPassages(_ key: Int) throws -> Int {
        try connection.count("SELECT count(*) FROM passages WHERE archive_key = \(key)")
    }

    package func isEmpty(_ key: Int) throws -> Bool {
        try connection.count("SELECT EXISTS (SELECT 1 FROM passages WHERE archive_key = \(key))") == 0
    }

    /// An agent's archives; the one its new passages go to is first.
    package func ofAgent(_ agentID: String) throws -> [ArchiveLink] {
        try connection.rows(
            """
            SELECT a.key, a.id, l.is_owner FROM agent_archives l JOIN archives a ON a.id = l.archive_id \
            WHERE l.agent_id = \(agentID) ORDER BY l.is_owner DESC, l.created_at, a.key
            """
        ) { ArchiveLink(key: $0.int(0), id: $0.text(1), isOwned: $0.bool(2)) }
    }
}

// MARK: Writing

extension ArchiveTable {
    /// - Returns: the archive's number.
    package func insert(_ archive: Archive, organization: String) throws -> Int {
        try connection.count(
            """
            INSERT INTO archives (id, organization_id, name, description, metadata, embedding_config, created_at, \
            updated_at, created_by_id, last_updated_by_id) VALUES (\(archive.id), \(organization), \(archive.name), \
            \(archive.description), \(archive.metadata?.text), \(archive.embeddingConfig?.text), \
            \(archive.createdAt), \(archive.updatedAt), \(archive.createdBy), \(archive.lastUpdatedBy)) RETURNING key
            """)
    }

    package func update(_ archive: Archive) throws {
        try connection.execute(
            """
            UPDATE archives SET name = \(archive.name), description = \(archive.description), \
            metadata = \(archive.metadata?.text), version = version + 1, updated_at = \(archive.updatedAt), \
            last_updated_by_id = \(archive.lastUpdatedBy) WHERE id = \(archive.id)
            """)
    }

    package func replaceEmbeddingConfig(_ configuration: JSONText?, of id: String, at time: Timestamp) throws {
        try connection.execute(
            """
            UPDATE archives SET embedding_config = \(configuration?.text), version = version + 1, updated_at = \(time) \
            WHERE id = \(id)
            """)
    }

    /// Deletes an archive with its passages.
    package func delete(_ id: String) throws {
        try connection.execute("DELETE FROM archives WHERE id = \(id)")
    }

    /// Attaching twice changes nothing. False when it was attached already.
    package func attach(
        _ id: String, toAgent agentID: String, owned: Bool, at time: Timestamp, organization: String
    ) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO agent_archives (agent_id, archive_id, organization_id, is_owner, created_at) VALUES \
            (\(agentID), \(id), \(organization), \(owned), \(time)) ON CONFLICT (agent_id, archive_id) DO NOTHING
            """) > 0
    }

    /// Attaches the archives of one agent to another as well, which does not own them.
    package func share(of sourceID: String, with agentID: String, at time: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO agent_archives (agent_id, archive_id, organization_id, is_owner, created_at) \
            SELECT \(agentID), archive_id, organization_id, 0, \(time) FROM agent_archives WHERE agent_id = \(sourceID)
            """)
    }

    /// False when it was not attached.
    package func detach(_ id: String, fromAgent agentID: String) throws -> Bool {
        try connection.execute("DELETE FROM agent_archives WHERE agent_id = \(agentID) AND archive_id = \(id)") > 0
    }
}

extension ReadTransaction {
    package var archives: ArchiveTable { ArchiveTable(connection: connection) }
}

extension WriteTransaction {
    package var archives: ArchiveTable { ArchiveTable(connection: connection) }
}
