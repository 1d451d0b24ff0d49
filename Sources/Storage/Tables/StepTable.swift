package import Domain
import Platform

/// Steps of runs: calls of a model, and of the tools it asked for.
package struct StepTable {
    let connection: any Connection

    static let columns: SQL = """
        s.id, s.agent_id, s.run_id, s.conversation_id, s.provider_id, s.provider_name, s.provider_category, s.model, \
        s.model_handle, s.model_endpoint, s.context_window, s.prompt_tokens, s.completion_tokens, \
        s.cached_input_tokens, s.cache_write_tokens, s.reasoning_tokens, s.stop_reason, s.status, s.error_type, \
        s.error_data, s.tags, s.feedback, s.project_id, s.request_id, s.tools, s.started_ns, s.model_started_ns, \
        s.model_ns, s.tool_ns, s.duration_ns, s.created_at
        """

    static func step(_ row: any Row) -> Step {
        var step = Step(id: row.text(0), agentID: row.text(1), createdAt: row.timestamp(30))
        step.runID = row.optionalText(2)
        step.conversationID = row.optionalText(3)
        step.providerID = row.optionalText(4)
        step.providerName = row.optionalText(5)
        step.providerCategory = row.optionalText(6)
        step.model = row.optionalText(7)
        step.modelHandle = row.optionalText(8)
        step.modelEndpoint = row.optionalText(9)
        step.contextWindow = row.optionalInt(10)
        step.usage = row.usage(from: 11)
        step.stopReason = row.optionalText(16).flatMap(StopReason.init(rawValue:))
        step.status = Step.Status(rawValue: row.text(17)) ?? .failed
        step.errorType = row.optionalText(18)
        step.errorData = row.optionalJSON(19)
        step.tags = row.texts(20)
        step.feedback = row.optionalText(21)
        step.projectID = row.optionalText(22)
        step.requestID = row.optionalText(23)
        step.tools = row.texts(24)
        step.startedNanoseconds = row.optionalInt(25)
        step.modelStartedNanoseconds = row.optionalInt(26)
        step.modelNanoseconds = row.optionalInt(27)
        step.toolNanoseconds = row.optionalInt(28)
        step.durationNanoseconds = row.optionalInt(29)
        return step
    }

    package func find(_ id: String, organization: String) throws -> Step? {
        try connection.first(
            "SELECT \(sql: Self.columns) FROM steps s WHERE s.id = \(id) AND s.organization_id = \(organization)",
            Self.step)
    }

    package func exists(_ id: String, organization: String) throws -> Bool {
        try connection.count("SELECT count(*) FROM steps WHERE id = \(id) AND organization_id = \(organization)") > 0
    }

    package func list(_ filter: StepFilter, _ page: PageRequest, organization: String) throws -> [Step] {
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM steps s \
            WHERE \(sql: Few.owner("s", organization, gathered: filter.isNarrow, connection.dialect)) \
            \(sql: condition(filter)) \(sql: Keyset.condition("s", "steps", page)) \(sql: Keyset.order("s", page))
            """, Self.step)
        return Keyset.arranged(rows, page)
    }

    /// All steps of a run, oldest first.
    package func ofRun(_ runID: String, organization: String) throws -> [Step] {
        try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM steps s WHERE s.run_id = \(runID) \
            AND \(sql: connection.dialect.unindexed("s.organization_id")) = \(organization) ORDER BY s.created_at, s.id
            """, Self.step)
    }

    private func condition(_ filter: StepFilter) -> SQL {
        var parts: [SQL] = []
        if let agent = filter.agentID { parts.append("s.agent_id = \(agent)") }
        if let run = filter.runID { parts.append("s.run_id = \(run)") }
        if let model = filter.model { parts.append("s.model = \(model)") }
        if !filter.ids.isEmpty { parts.append("s.id IN \(list: filter.ids)") }
        if let feedback = filter.feedback { parts.append("s.feedback = \(feedback)") }
        if let hasFeedback = filter.hasFeedback {
            parts.append(hasFeedback ? "s.feedback IS NOT NULL" : "s.feedback IS NULL")
        }
        if !filter.tags.isEmpty { parts.append(connection.dialect.jsonList("s.tags", hasAny: filter.tags)) }
        if let project = filter.projectID { parts.append("s.project_id = \(project)") }
        if let start = filter.start { parts.append("s.created_at >= \(start)") }
        if let end = filter.end { parts.append("s.created_at <= \(end)") }
        return parts.conditions
    }
}

extension StepFilter {
    /// Whether something other than the organization leads to the steps.
    fileprivate var isNarrow: Bool { agentID != nil || runID != nil || !ids.isEmpty }
}

extension ReadTransaction {
    package var steps: StepTable { StepTable(connection: connection) }
}

extension WriteTransaction {
    package var steps: StepTable { StepTable(connection: connection) }
}
