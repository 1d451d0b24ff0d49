package import Domain
package import Platform

extension AgentTable {
    package func insert(_ agent: Agent, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO agents (id, organization_id, name, description, agent_type, system, model, embedding, \
            llm_config, embedding_config, model_settings, compaction_settings, response_format, tool_rules, metadata, \
            message_ids, project_id, template_id, base_template_id, deployment_id, entity_id, timezone, \
            message_buffer_autoclear, enable_sleeptime, max_files_open, per_file_view_window_char_limit, hidden, \
            last_run_completion, last_run_duration_ms, last_stop_reason, extra, version, created_at, updated_at, \
            created_by_id, last_updated_by_id) VALUES (\(agent.id), \(organization), \(agent.name), \
            \(agent.description), \(agent.type.rawValue), \(agent.system), \(agent.model), \(agent.embedding), \
            \(agent.llmConfig.text), \(agent.embeddingConfig?.text), \(agent.modelSettings?.text), \
            \(agent.compactionSettings?.text), \(agent.responseFormat?.text), \(agent.toolRules?.text), \
            \(agent.metadata?.text), \(JSONText(agent.messageIDs).text), \(agent.projectID), \(agent.templateID), \
            \(agent.baseTemplateID), \(agent.deploymentID), \(agent.entityID), \(agent.timezone), \
            \(agent.messageBufferAutoclear), \(agent.enableSleeptime), \(agent.maxFilesOpen), \
            \(agent.perFileViewWindowCharLimit), \(agent.isHidden), \(agent.lastRunCompletion), \
            \(agent.lastRunDurationMilliseconds), \(agent.lastStopReason), \(agent.extra?.text), \(agent.version), \
            \(agent.createdAt), \(agent.updatedAt), \(agent.createdBy), \(agent.lastUpdatedBy))
            """)
    }

    /// Writes all members of a changed agent.
    package func update(_ agent: Agent) throws {
        try connection.execute(
            """
            UPDATE agents SET name = \(agent.name), description = \(agent.description), system = \(agent.system), \
            model = \(agent.model), embedding = \(agent.embedding), llm_config = \(agent.llmConfig.text), \
            embedding_config = \(agent.embeddingConfig?.text), model_settings = \(agent.modelSettings?.text), \
            compaction_settings = \(agent.compactionSettings?.text), \
            response_format = \(agent.responseFormat?.text), tool_rules = \(agent.toolRules?.text), \
            metadata = \(agent.metadata?.text), message_ids = \(JSONText(agent.messageIDs).text), \
            project_id = \(agent.projectID), template_id = \(agent.templateID), \
            base_template_id = \(agent.baseTemplateID), timezone = \(agent.timezone), \
            message_buffer_autoclear = \(agent.messageBufferAutoclear), enable_sleeptime = \(agent.enableSleeptime), \
            max_files_open = \(agent.maxFilesOpen), \
            per_file_view_window_char_limit = \(agent.perFileViewWindowCharLimit), hidden = \(agent.isHidden), \
            last_run_completion = \(agent.lastRunCompletion), \
            last_run_duration_ms = \(agent.lastRunDurationMilliseconds), last_stop_reason = \(agent.lastStopReason), \
            extra = \(agent.extra?.text), version = \(agent.version), updated_at = \(agent.updatedAt), \
            last_updated_by_id = \(agent.lastUpdatedBy) WHERE id = \(agent.id)
            """)
    }

    package func replaceMessageIDs(_ ids: [String], ofAgent id: String) throws {
        try connection.execute("UPDATE agents SET message_ids = \(JSONText(ids).text) WHERE id = \(id)")
    }

    /// Notes on an agent how its last run ended.
    package func recordRun(
        of id: String, completedAt: Timestamp, durationMilliseconds: Int?, stopReason: String?, organization: String
    ) throws {
        try connection.execute(
            """
            UPDATE agents SET last_run_completion = \(completedAt), last_run_duration_ms = \(durationMilliseconds), \
            last_stop_reason = \(stopReason) WHERE id = \(id) AND organization_id = \(organization)
            """)
    }

    /// Deletes an agent with its messages, tags, secrets and links. Blocks and archives stay.
    package func delete(_ id: String) throws {
        try connection.execute("DELETE FROM agents WHERE id = \(id)")
    }

    package func replaceTags(_ tags: [String], ofAgent id: String, organization: String) throws {
        try connection.execute("DELETE FROM agent_tags WHERE agent_id = \(id)")
        for tag in Set(tags) {
            try connection.execute(
                "INSERT INTO agent_tags (agent_id, tag, organization_id) VALUES (\(id), \(tag), \(organization))")
        }
    }

    package func replaceSecrets(_ secrets: [AgentSecret], ofAgent id: String, organization: String) throws {
        try connection.execute("DELETE FROM agent_secrets WHERE agent_id = \(id)")
        for secret in secrets {
            try connection.execute(
                """
                INSERT INTO agent_secrets (id, organization_id, agent_id, key, value, description, created_at, \
                updated_at) VALUES (\(secret.id), \(organization), \(id), \(secret.key), \(secret.value), \
                \(secret.description), \(secret.createdAt), \(secret.updatedAt))
                """)
        }
    }
}

// MARK: Parts of several agents in one read

extension AgentTable {
    package func tags(of ids: [String]) throws -> [String: [String]] {
        try connection.grouped("SELECT agent_id, tag FROM agent_tags WHERE agent_id IN \(list: ids) ORDER BY tag") {
            ($0.text(0), $0.text(1))
        }
    }

    package func secrets(of ids: [String]) throws -> [String: [AgentSecret]] {
        try connection.grouped(
            """
            SELECT agent_id, id, key, value, description, created_at, updated_at FROM agent_secrets \
            WHERE agent_id IN \(list: ids) ORDER BY key
            """
        ) { row in
            (
                row.text(0),
                AgentSecret(
                    id: row.text(1), key: row.text(2), value: row.text(3), description: row.optionalText(4),
                    createdAt: row.timestamp(5), updatedAt: row.timestamp(6))
            )
        }
    }
}
