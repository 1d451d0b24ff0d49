package import Domain
import Platform

/// Identities and what belongs to them.
package struct IdentityTable {
    let connection: any Connection

    static let columns: SQL = """
        i.id, i.identifier_key, i.name, i.identity_type, i.project_id, i.properties, i.created_at, i.updated_at
        """

    static func identity(_ row: any Row) -> Identity {
        var identity = Identity(
            id: row.text(0), identifierKey: row.text(1), name: row.text(2), type: row.text(3),
            createdAt: row.timestamp(6))
        identity.projectID = row.optionalText(4)
        identity.properties = row.optionalJSON(5) ?? .emptyArray
        identity.updatedAt = row.timestamp(7)
        return identity
    }

    /// Identities with the ids of their agents and blocks.
    package func find(_ ids: [String], organization: String) throws -> [Identity] {
        try withLinks(
            try connection.rows(
                """
                SELECT \(sql: Self.columns) FROM identities i WHERE i.id IN \(list: ids) \
                AND i.organization_id = \(organization)
                """, Self.identity))
    }

    /// Identities of several agents in one read.
    package func ofAgents(_ ids: [String]) throws -> [String: [Identity]] {
        let pairs = try connection.rows(
            """
            SELECT \(sql: Self.columns), l.agent_id FROM identity_agents l JOIN identities i ON i.id = l.identity_id \
            WHERE l.agent_id IN \(list: ids) ORDER BY i.created_at, i.id
            """
        ) { ($0.text(8), Self.identity($0)) }
        let linked = try withLinks(pairs.map(\.1))
        return Dictionary(grouping: zip(pairs.map(\.0), linked), by: \.0).mapValues { $0.map(\.1) }
    }

    func withLinks(_ identities: [Identity]) throws -> [Identity] {
        if identities.isEmpty { return [] }
        let ids = identities.map(\.id)
        let agents = try linked("SELECT identity_id, agent_id FROM identity_agents WHERE identity_id IN \(list: ids)")
        let blocks = try linked("SELECT identity_id, block_id FROM identity_blocks WHERE identity_id IN \(list: ids)")
        return identities.map { identity in
            var identity = identity
            identity.agentIDs = agents[identity.id] ?? []
            identity.blockIDs = blocks[identity.id] ?? []
            return identity
        }
    }

    private func linked(_ sql: SQL) throws -> [String: [String]] {
        try connection.grouped(sql) { ($0.text(0), $0.text(1)) }
    }

    package func attach(_ identityID: String, toAgent agentID: String, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO identity_agents (identity_id, agent_id, organization_id) \
            VALUES (\(identityID), \(agentID), \(organization)) ON CONFLICT DO NOTHING
            """)
    }

    package func detach(_ identityID: String, fromAgent agentID: String) throws -> Bool {
        try connection.execute(
            "DELETE FROM identity_agents WHERE identity_id = \(identityID) AND agent_id = \(agentID)") > 0
    }
}

extension ReadTransaction {
    package var identities: IdentityTable { IdentityTable(connection: connection) }
}

extension WriteTransaction {
    package var identities: IdentityTable { IdentityTable(connection: connection) }
}
