package import Domain
package import Platform

extension StepTable {
    package func insert(_ step: Step, by actor: Actor) throws {
        try connection.execute(
            """
            INSERT INTO steps (id, organization_id, project_id, agent_id, run_id, conversation_id, provider_id, \
            provider_name, provider_category, model, model_handle, model_endpoint, context_window, prompt_tokens, \
            completion_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens, stop_reason, status, \
            error_type, error_data, tags, feedback, request_id, tools, started_ns, model_started_ns, model_ns, \
            tool_ns, duration_ns, created_at, updated_at, created_by_id, last_updated_by_id) \
            VALUES (\(step.id), \(actor.organizationID), \(step.projectID), \(step.agentID), \(step.runID), \
            \(step.conversationID), \(step.providerID), \(step.providerName), \(step.providerCategory), \
            \(step.model), \(step.modelHandle), \(step.modelEndpoint), \(step.contextWindow), \(step.usage.prompt), \
            \(step.usage.completion), \(step.usage.cachedInput), \(step.usage.cacheWrite), \(step.usage.reasoning), \
            \(step.stopReason?.rawValue), \(step.status.rawValue), \(step.errorType), \(step.errorData?.text), \
            \(JSONText(step.tags).text), \(step.feedback), \(step.requestID), \(JSONText(step.tools).text), \
            \(step.startedNanoseconds), \(step.modelStartedNanoseconds), \(step.modelNanoseconds), \
            \(step.toolNanoseconds), \(step.durationNanoseconds), \(step.createdAt), \(step.createdAt), \
            \(actor.userID), \(actor.userID))
            """)
    }

    /// Writes what becomes known while a step goes on. Feedback and its tags are not the step's own and stay.
    package func update(_ step: Step, at time: Timestamp, organization: String) throws {
        try connection.execute(
            """
            UPDATE steps SET provider_id = \(step.providerID), provider_name = \(step.providerName), \
            provider_category = \(step.providerCategory), model = \(step.model), \
            model_handle = \(step.modelHandle), model_endpoint = \(step.modelEndpoint), \
            context_window = \(step.contextWindow), prompt_tokens = \(step.usage.prompt), \
            completion_tokens = \(step.usage.completion), cached_input_tokens = \(step.usage.cachedInput), \
            cache_write_tokens = \(step.usage.cacheWrite), reasoning_tokens = \(step.usage.reasoning), \
            stop_reason = \(step.stopReason?.rawValue), status = \(step.status.rawValue), \
            error_type = \(step.errorType), error_data = \(step.errorData?.text), request_id = \(step.requestID), \
            tools = \(JSONText(step.tools).text), started_ns = \(step.startedNanoseconds), \
            model_started_ns = \(step.modelStartedNanoseconds), model_ns = \(step.modelNanoseconds), \
            tool_ns = \(step.toolNanoseconds), duration_ns = \(step.durationNanoseconds), updated_at = \(time) \
            WHERE id = \(step.id) AND organization_id = \(organization)
            """)
    }

    /// - Parameter tags: nil leaves them as they are.
    package func setFeedback(
        _ feedback: String?, tags: [String]?, of id: String, at time: Timestamp, organization: String
    ) throws {
        let newTags = tags.map { JSONText($0).text }
        try connection.execute(
            """
            UPDATE steps SET feedback = \(feedback), tags = coalesce(\(newTags), tags), updated_at = \(time) \
            WHERE id = \(id) AND organization_id = \(organization)
            """)
    }

    /// Ends the steps that runs left behind unfinished. For the process that clears up: of any organization.
    package func failPending(
        ofRuns ids: [String], status: Step.Status = .failed, stopReason: StopReason, errorType: String?,
        at time: Timestamp
    ) throws {
        try connection.execute(
            """
            UPDATE steps SET status = \(status.rawValue), stop_reason = \(stopReason.rawValue), \
            error_type = \(errorType), updated_at = \(time) WHERE run_id IN \(list: ids) AND status = 'pending'
            """)
    }
}
