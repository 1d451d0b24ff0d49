package import Domain
package import Platform

extension RunTable {
    /// What became of a run that was to start.
    package enum Start: Sendable, Equatable {
        case started
        /// Another run of the conversation is going on.
        case busy(runID: String)
        /// It was started or ended before, or is gone.
        case notWaiting
    }

    /// A run is given a lease when it is made: one without is taken for forgotten after a minute.
    package func insert(_ run: Run, by actor: Actor) throws {
        try connection.execute(
            """
            INSERT INTO runs (id, organization_id, project_id, agent_id, conversation_id, base_template_id, status, \
            stop_reason, background, metadata, request_config, otids, callback_url, callback_sent_at, \
            callback_status_code, callback_error, prompt_tokens, completion_tokens, cached_input_tokens, \
            cache_write_tokens, reasoning_tokens, context_tokens, step_count, first_token_ns, duration_ns, \
            cancel_requested, lease_until, completed_at, created_at, updated_at, created_by_id, last_updated_by_id) \
            VALUES (\(run.id), \(actor.organizationID), \(run.projectID), \(run.agentID), \(run.conversationID), \
            \(run.baseTemplateID), \(run.status.rawValue), \(run.stopReason?.rawValue), \(run.isBackground), \
            \(run.metadata?.text), \(run.requestConfig?.text), \(JSONText(run.otids).text), \(run.callbackURL), \
            \(run.callbackSentAt), \(run.callbackStatusCode), \(run.callbackError), \(run.usage.prompt), \
            \(run.usage.completion), \(run.usage.cachedInput), \(run.usage.cacheWrite), \(run.usage.reasoning), \
            \(run.contextTokens), \(run.stepCount), \(run.firstTokenNanoseconds), \(run.durationNanoseconds), \
            \(run.isCancelRequested), \(run.leaseUntil), \(run.completedAt), \(run.createdAt), \(run.createdAt), \
            \(actor.userID), \(actor.userID))
            """)
    }

    /// Sets a created run going, if no other one of its conversation is.
    package func start(_ id: String, leaseUntil: Timestamp, at time: Timestamp, organization: String) throws -> Start {
        do {
            let changed = try connection.execute(
                """
                UPDATE runs SET status = 'running', lease_until = \(leaseUntil), updated_at = \(time) \
                WHERE id = \(id) AND organization_id = \(organization) AND status = 'created'
                """)
            return changed == 1 ? .started : .notWaiting
        } catch let error as StoreError where error.isConflict(on: "runs_running") {
            guard let run = try find(id, organization: organization),
                let other = try running(
                    ofAgent: run.agentID, conversation: run.conversationID, organization: organization)
            else { throw error }
            return .busy(runID: other.id)
        }
    }

    /// Says that this process still answers for these runs. For the process that runs them: of any organization.
    /// - Returns: how many of them are still open.
    @discardableResult
    package func renewLease(_ ids: [String], until time: Timestamp) throws -> Int {
        try connection.execute(
            """
            UPDATE runs SET lease_until = \(time) WHERE id IN \(list: ids) AND status IN ('created', 'running')
            """)
    }

    /// Writes how a run ended, unless another process ended it before.
    /// - Returns: whether it was open.
    @discardableResult
    package func finish(_ run: Run, at time: Timestamp, organization: String) throws -> Bool {
        try connection.execute(
            """
            UPDATE runs SET status = \(run.status.rawValue), stop_reason = \(run.stopReason?.rawValue), \
            metadata = \(run.metadata?.text), prompt_tokens = \(run.usage.prompt), \
            completion_tokens = \(run.usage.completion), cached_input_tokens = \(run.usage.cachedInput), \
            cache_write_tokens = \(run.usage.cacheWrite), reasoning_tokens = \(run.usage.reasoning), \
            context_tokens = \(run.contextTokens), step_count = \(run.stepCount), \
            first_token_ns = \(run.firstTokenNanoseconds), duration_ns = \(run.durationNanoseconds), \
            lease_until = NULL, completed_at = \(run.completedAt ?? time), updated_at = \(time) \
            WHERE id = \(run.id) AND organization_id = \(organization) AND status IN ('created', 'running')
            """) == 1
    }

    /// Asks for the end of a run; the process that runs it looks.
    /// - Returns: whether it was open.
    @discardableResult
    package func requestCancel(_ id: String, at time: Timestamp, organization: String) throws -> Bool {
        try connection.execute(
            """
            UPDATE runs SET cancel_requested = 1, updated_at = \(time) \
            WHERE id = \(id) AND organization_id = \(organization) AND status IN ('created', 'running')
            """) == 1
    }

    /// Notes what came of telling the client's address that a run ended.
    package func recordCallback(
        _ id: String, sentAt: Timestamp, statusCode: Int?, error: String?, organization: String
    ) throws {
        try connection.execute(
            """
            UPDATE runs SET callback_sent_at = \(sentAt), callback_status_code = \(statusCode), \
            callback_error = \(error) WHERE id = \(id) AND organization_id = \(organization)
            """)
    }

    /// Deletes a run with its events. Its messages and steps stay.
    @discardableResult
    package func delete(_ id: String, organization: String) throws -> Bool {
        try connection.execute("DELETE FROM runs WHERE id = \(id) AND organization_id = \(organization)") == 1
    }
}

extension Row {
    /// The five columns of tokens from `prompt_tokens` to `reasoning_tokens`.
    func usage(from index: Int) -> TokenUsage {
        TokenUsage(
            prompt: int(index), completion: int(index + 1), cachedInput: optionalInt(index + 2),
            cacheWrite: optionalInt(index + 3), reasoning: optionalInt(index + 4))
    }
}
