package import Domain
package import Platform

/// Runs of agents. A run is open (`created`, `running`) until it ends; at most one of a conversation is running.
package struct RunTable {
    let connection: any Connection

    static let columns: SQL = """
        r.id, r.agent_id, r.conversation_id, r.status, r.stop_reason, r.background, r.metadata, r.request_config, \
        r.otids, r.callback_url, r.callback_sent_at, r.callback_status_code, r.callback_error, r.prompt_tokens, \
        r.completion_tokens, r.cached_input_tokens, r.cache_write_tokens, r.reasoning_tokens, r.context_tokens, \
        r.step_count, r.first_token_ns, r.duration_ns, r.cancel_requested, r.lease_until, r.project_id, \
        r.base_template_id, r.created_at, r.completed_at
        """

    static func run(_ row: any Row) -> Run {
        var run = Run(id: row.text(0), agentID: row.text(1), createdAt: row.timestamp(26))
        run.conversationID = row.optionalText(2)
        run.status = RunStatus(rawValue: row.text(3)) ?? .failed
        run.stopReason = row.optionalText(4).flatMap(StopReason.init(rawValue:))
        run.isBackground = row.bool(5)
        run.metadata = row.optionalJSON(6)
        run.requestConfig = row.optionalJSON(7)
        run.otids = row.texts(8)
        run.callbackURL = row.optionalText(9)
        run.callbackSentAt = row.optionalTimestamp(10)
        run.callbackStatusCode = row.optionalInt(11)
        run.callbackError = row.optionalText(12)
        run.usage = row.usage(from: 13)
        run.contextTokens = row.optionalInt(18)
        run.stepCount = row.int(19)
        run.firstTokenNanoseconds = row.optionalInt(20)
        run.durationNanoseconds = row.optionalInt(21)
        run.isCancelRequested = row.bool(22)
        run.leaseUntil = row.optionalTimestamp(23)
        run.projectID = row.optionalText(24)
        run.baseTemplateID = row.optionalText(25)
        run.completedAt = row.optionalTimestamp(27)
        return run
    }

    /// The condition of the index of open runs, to the letter: the planner compares texts.
    static let open: SQL = "r.status IN ('created', 'running')"

    package func find(_ id: String, organization: String) throws -> Run? {
        try connection.first(
            "SELECT \(sql: Self.columns) FROM runs r WHERE r.id = \(id) AND r.organization_id = \(organization)",
            Self.run)
    }

    package func exists(_ id: String, organization: String) throws -> Bool {
        try connection.count("SELECT count(*) FROM runs WHERE id = \(id) AND organization_id = \(organization)") > 0
    }

    package func list(_ filter: RunFilter, _ page: PageRequest, organization: String) throws -> [Run] {
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM runs r \
            WHERE \(sql: Few.owner("r", organization, gathered: filter.isNarrow, connection.dialect)) \
            \(sql: Self.condition(filter)) \(sql: Keyset.condition("r", "runs", page)) \(sql: Keyset.order("r", page))
            """, Self.run)
        return Keyset.arranged(rows, page)
    }

    /// The run that is going on in a conversation; nil names the agent's own thread.
    package func running(ofAgent agentID: String, conversation: String?, organization: String) throws -> Run? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM runs r WHERE r.agent_id = \(agentID) \
            AND coalesce(r.conversation_id, '') = \(conversation ?? "") AND r.status = 'running' \
            AND \(sql: connection.dialect.unindexed("r.organization_id")) = \(organization)
            """, Self.run)
    }

    /// The newest background run of a conversation that was asked for with the same messages.
    package func byOTIDs(
        _ otids: [String], ofAgent agentID: String, conversation: String?, organization: String
    ) throws -> Run? {
        if otids.isEmpty { return nil }
        return try connection.first(
            """
            SELECT \(sql: Self.columns) FROM runs r WHERE r.agent_id = \(agentID) AND r.otids <> '[]' \
            AND r.otids = \(JSONText(otids).text) AND coalesce(r.conversation_id, '') = \(conversation ?? "") \
            AND r.background = 1 AND \(sql: connection.dialect.unindexed("r.organization_id")) = \(organization) \
            ORDER BY r.key DESC LIMIT 1
            """, Self.run)
    }

    /// Of these runs, those whose end somebody asked for. For the process that runs them: of any organization.
    package func cancelRequested(_ ids: [String]) throws -> [String] {
        try connection.rows("SELECT id FROM runs WHERE id IN \(list: ids) AND cancel_requested = 1") { $0.text(0) }
    }

    /// Open runs whose process has not been heard of, with their organizations.
    package func expired(at now: Timestamp) throws -> [(run: Run, organization: String)] {
        let unclaimed = now.adding(seconds: -Self.unclaimedSeconds)
        return try connection.rows(
            """
            SELECT \(sql: Self.columns), r.organization_id FROM runs r WHERE \(sql: Self.open) \
            AND (r.lease_until < \(now) OR (r.lease_until IS NULL AND r.created_at < \(unclaimed)))
            """
        ) { (Self.run($0), $0.text(28)) }
    }

    /// How long a run may stay without a lease before it is taken for forgotten.
    static let unclaimedSeconds = 60.0

    private static func condition(_ filter: RunFilter) -> SQL {
        var parts: [SQL] = []
        if filter.agentIDs.count == 1 {
            parts.append("r.agent_id = \(filter.agentIDs[0])")
        } else if !filter.agentIDs.isEmpty {
            parts.append("r.agent_id IN \(list: filter.agentIDs)")
        }
        if !filter.statuses.isEmpty {
            if filter.statuses.allSatisfy(\.isOpen) { parts.append(open) }
            parts.append("r.status IN \(list: filter.statuses.map(\.rawValue))")
        }
        if let reason = filter.stopReason { parts.append("r.stop_reason = \(reason.rawValue)") }
        if let isBackground = filter.isBackground { parts.append("r.background = \(isBackground)") }
        switch filter.conversation {
        case .any: break
        case .main: parts.append("r.conversation_id IS NULL")
        case .one(let id): parts.append("r.conversation_id = \(id)")
        }
        if let project = filter.projectID { parts.append("r.project_id = \(project)") }
        if let start = filter.createdFrom { parts.append("r.created_at >= \(start)") }
        if let end = filter.createdUntil { parts.append("r.created_at <= \(end)") }
        return parts.conditions
    }
}

extension RunFilter {
    /// Whether something other than the organization leads to the runs.
    fileprivate var isNarrow: Bool {
        if case .one = conversation { return true }
        return !agentIDs.isEmpty
    }
}

extension ReadTransaction {
    package var runs: RunTable { RunTable(connection: connection) }
}

extension WriteTransaction {
    package var runs: RunTable { RunTable(connection: connection) }
}
