package import Domain
import Platform

extension IdentityTable {
    /// Links are written apart, by `attach`.
    package func insert(_ identity: Identity, by actorID: String, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO identities (id, organization_id, project_id, identifier_key, name, identity_type, properties, \
            created_at, updated_at, created_by_id, last_updated_by_id) VALUES (\(identity.id), \(organization), \
            \(identity.projectID), \(identity.identifierKey), \(identity.name), \(identity.type), \
            \(identity.properties.text), \(identity.createdAt), \(identity.updatedAt), \(actorID), \(actorID))
            """)
    }

    /// Writes all members of a changed identity but its links.
    package func update(_ identity: Identity, by actorID: String) throws {
        try connection.execute(
            """
            UPDATE identities SET identifier_key = \(identity.identifierKey), name = \(identity.name), \
            identity_type = \(identity.type), properties = \(identity.properties.text), version = version + 1, \
            updated_at = \(identity.updatedAt), last_updated_by_id = \(actorID) WHERE id = \(identity.id)
            """)
    }

    /// Deletes an identity; its agents and blocks stay.
    package func delete(_ id: String) throws { try connection.execute("DELETE FROM identities WHERE id = \(id)") }

    package func attach(_ identityID: String, toBlock blockID: String, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO identity_blocks (identity_id, block_id, organization_id) \
            VALUES (\(identityID), \(blockID), \(organization)) ON CONFLICT DO NOTHING
            """)
    }

    package func detach(_ identityID: String, fromBlock blockID: String) throws -> Bool {
        try connection.execute(
            "DELETE FROM identity_blocks WHERE identity_id = \(identityID) AND block_id = \(blockID)") > 0
    }

    /// Takes an identity from every agent that is not named.
    package func detachAgents(of identityID: String, except agentIDs: [String]) throws {
        for agentID in try find([identityID]).first?.agentIDs ?? [] where !agentIDs.contains(agentID) {
            _ = try detach(identityID, fromAgent: agentID)
        }
    }

    /// Takes an identity from every block that is not named.
    package func detachBlocks(of identityID: String, except blockIDs: [String]) throws {
        for blockID in try find([identityID]).first?.blockIDs ?? [] where !blockIDs.contains(blockID) {
            _ = try detach(identityID, fromBlock: blockID)
        }
    }

    private func find(_ ids: [String]) throws -> [Identity] {
        try withLinks(
            try connection.rows(
                "SELECT \(sql: Self.columns) FROM identities i WHERE i.id IN \(list: ids)", Self.identity))
    }
}

// MARK: Lists

extension IdentityTable {
    /// The identity that has a key; a key is taken once in each project, and once where there is no project.
    package func find(key: String, projectID: String?, organization: String) throws -> Identity? {
        try withLinks(
            try connection.rows(
                """
                SELECT \(sql: Self.columns) FROM identities i WHERE i.organization_id = \(organization) \
                AND i.identifier_key = \(key) AND coalesce(i.project_id, '') = \(projectID ?? "")
                """, Self.identity)
        ).first
    }

    package func list(_ filter: IdentityFilter, _ page: PageRequest, organization: String) throws -> [Identity] {
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM identities i WHERE i.organization_id = \(organization) \
            \(sql: condition(filter)) \(sql: Keyset.condition("i", "identities", page)) \(sql: Keyset.order("i", page))
            """, Self.identity)
        return try withLinks(Keyset.arranged(rows, page))
    }

    package func count(organization: String) throws -> Int {
        try connection.count("SELECT count(*) FROM identities WHERE organization_id = \(organization)")
    }

    private func condition(_ filter: IdentityFilter) -> SQL {
        var parts: [SQL] = []
        if let name = filter.name { parts.append("i.name = \(name)") }
        if let project = filter.projectID { parts.append("i.project_id = \(project)") }
        if let key = filter.identifierKey { parts.append("i.identifier_key = \(key)") }
        if let type = filter.type { parts.append("i.identity_type = \(type)") }
        return parts.conditions
    }
}
