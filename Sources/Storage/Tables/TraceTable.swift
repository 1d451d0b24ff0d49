package import Domain
import Platform

/// What was sent to services and what came back, of the latest steps of each agent.
package struct TraceTable {
    let connection: any Connection

    private static let columns: SQL = "t.id, t.step_id, t.agent_id, t.run_id, t.request, t.response, t.created_at"

    private static func trace(_ row: any Row) -> ProviderTrace {
        ProviderTrace(
            id: row.text(0), stepID: row.text(1), agentID: row.text(2), runID: row.optionalText(3),
            request: row.optionalJSON(4) ?? .emptyObject, response: row.optionalJSON(5) ?? .emptyObject,
            createdAt: row.timestamp(6))
    }

    /// A step has one trace: the last one stays.
    package func insert(_ trace: ProviderTrace, organization: String) throws {
        try connection.execute("DELETE FROM provider_traces WHERE step_id = \(trace.stepID)")
        try connection.execute(
            """
            INSERT INTO provider_traces (id, organization_id, step_id, agent_id, run_id, request, response, \
            created_at) VALUES (\(trace.id), \(organization), \(trace.stepID), \(trace.agentID), \(trace.runID), \
            \(trace.request.text), \(trace.response.text), \(trace.createdAt))
            """)
    }

    package func find(ofStep stepID: String, organization: String) throws -> ProviderTrace? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM provider_traces t \
            WHERE t.step_id = \(stepID) AND t.organization_id = \(organization)
            """, Self.trace)
    }

    /// Of the run's last step that has one.
    package func latest(ofRun runID: String, organization: String) throws -> ProviderTrace? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM provider_traces t \
            WHERE t.run_id = \(runID) AND t.organization_id = \(organization) ORDER BY t.key DESC LIMIT 1
            """, Self.trace)
    }

    /// Keeps the newest traces of an agent and deletes the others.
    package func prune(ofAgent agentID: String, keeping count: Int) throws {
        try connection.execute(
            """
            DELETE FROM provider_traces WHERE agent_id = \(agentID) AND key <= (SELECT key FROM provider_traces \
            WHERE agent_id = \(agentID) ORDER BY key DESC LIMIT 1 OFFSET \(max(0, count)))
            """)
    }
}

extension ReadTransaction {
    package var traces: TraceTable { TraceTable(connection: connection) }
}

extension WriteTransaction {
    package var traces: TraceTable { TraceTable(connection: connection) }
}
