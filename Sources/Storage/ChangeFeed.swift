package import Domain
import Platform

/// The last change a unit of work made; it lives on the writer's thread for the time of that unit.
final class ChangeTally {
    var newest: Int?
}

extension WriteTransaction {
    /// Adds an entry to the feed; readers see it when this unit of work is committed.
    package func recordChange(
        _ kind: ChangeKind, _ action: ChangeAction, id: String, agentID: String? = nil, archiveID: String? = nil,
        label: String? = nil, projectID: String? = nil
    ) throws {
        let seq = try connection.count(
            """
            INSERT INTO changes (organization_id, kind, action, object_id, agent_id, archive_id, project_id, label,
                actor_id, created_at)
            VALUES (\(actor.organizationID), \(kind.rawValue), \(action.rawValue), \(id), \(agentID), \(archiveID),
                \(projectID), \(label), \(actor.userID), \(now))
            RETURNING seq
            """)
        changes.newest = seq
        if seq % 256 == 0 {
            try connection.execute("DELETE FROM changes WHERE seq <= \(seq - limits.changes)")
        }
    }
}

extension ReadTransaction {
    package func changeRange() throws -> ChangeRange {
        let oldest = try connection.first("SELECT min(seq) FROM changes") { $0.optionalInt(0) } ?? nil
        let newest = try connection.count(connection.dialect.newestIdentity(of: "changes"))
        return ChangeRange(oldest: oldest ?? newest + 1, newest: newest)
    }

    /// Entries after a cursor, oldest first. `kinds` nil means all; `agentID` and `archiveID` narrow where given: to an
    /// agent belong the blocks and the archives' passages that it has now, whoever changed them.
    package func changes(
        after seq: Int, organizationID: String, kinds: [ChangeKind]? = nil, agentID: String? = nil,
        archiveID: String? = nil, limit: Int = 100
    ) throws -> [Change] {
        var sql: SQL = """
            SELECT seq, organization_id, kind, action, object_id, agent_id, archive_id, project_id, label, actor_id,
                created_at
            FROM changes WHERE seq > \(seq) AND organization_id IN \(list: [organizationID, ""])
            """
        if let kinds { sql += " AND kind IN \(list: (kinds + [.store]).map(\.rawValue))" }
        if let agentID {
            sql += """
                 AND (agent_id = \(agentID) OR object_id = \(agentID) OR kind = 'store'
                    OR (kind = 'block' AND object_id IN (SELECT block_id FROM agent_blocks WHERE agent_id = \(agentID)))
                    OR (kind = 'passage'
                        AND archive_id IN (SELECT archive_id FROM agent_archives WHERE agent_id = \(agentID))))
                """
        }
        if let archiveID { sql += " AND (archive_id = \(archiveID) OR object_id = \(archiveID) OR kind = 'store')" }
        return try connection.rows(sql + " ORDER BY seq LIMIT \(max(0, limit))", Change.init)
    }
}

extension Change {
    init(_ row: any Row) throws {
        guard let kind = ChangeKind(rawValue: row.text(2)), let action = ChangeAction(rawValue: row.text(3)) else {
            throw StoreError(.corrupt, "The change feed holds an entry of a kind this version does not know.")
        }
        self.init(
            seq: row.int(0), organizationID: row.text(1), kind: kind, action: action, objectID: row.text(4),
            agentID: row.optionalText(5), archiveID: row.optionalText(6), projectID: row.optionalText(7),
            label: row.optionalText(8), actorID: row.optionalText(9), createdAt: row.timestamp(10))
    }
}

extension Store {
    /// See `ReadTransaction.changes`.
    package func changes(
        after seq: Int, organizationID: String = Actor.default.organizationID, kinds: [ChangeKind]? = nil,
        agentID: String? = nil, archiveID: String? = nil, limit: Int = 100
    ) async throws -> [Change] {
        try await read {
            try $0.changes(
                after: seq, organizationID: organizationID, kinds: kinds, agentID: agentID, archiveID: archiveID,
                limit: limit)
        }
    }

    /// Yields when there may be new changes: at once after commits of this process, within 200 ms after commits of
    /// others. Wake-ups that nobody took yet become one. It ends when the store closes.
    package func watchChanges() -> AsyncStream<Void> { watch.stream() }

    package func changeRange() async throws -> ChangeRange { try await read { try $0.changeRange() } }
}
