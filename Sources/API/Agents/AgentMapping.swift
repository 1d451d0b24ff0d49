import Domain
import Engine
import HTTP
import Platform

extension AgentView {
    /// `AgentState` with both the new and the deprecated twins of a member (wire notes, section 8).
    func write(to json: inout JSONWriter) {
        json.object { json in
            writeIdentity(&json)
            writeModels(&json)
            writeRelations(&json)
            writeState(&json)
        }
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        json.field("id", agent.id)
        json.field("name", agent.name)
        json.field("description", agent.description)
        json.field("agent_type", agent.type.rawValue)
        json.field("system", agent.system)
        json.field("metadata", agent.metadata)
        json.field("tool_rules", agent.toolRules)
        json.field("message_ids", agent.messageIDs)
        json.field("project_id", agent.projectID)
        json.field("template_id", agent.templateID)
        json.field("base_template_id", agent.baseTemplateID)
        json.field("deployment_id", agent.deploymentID)
        json.field("entity_id", agent.entityID)
        json.field("created_by_id", agent.createdBy)
        json.field("last_updated_by_id", agent.lastUpdatedBy)
        json.field("created_at", agent.createdAt)
        json.field("updated_at", agent.updatedAt)
        json.field("version", agent.version)
    }

    private func writeModels(_ json: inout JSONWriter) {
        json.field("llm_config", agent.llmConfig)
        json.field("embedding_config", agent.embeddingConfig)
        json.field("model", agent.model)
        json.field("embedding", agent.embedding)
        json.field("model_settings", agent.modelSettings)
        json.field("compaction_settings", agent.compactionSettings)
        json.field("response_format", agent.responseFormat)
    }

    private func writeRelations(_ json: inout JSONWriter) {
        json.key("memory")
        writeMemory(&json)
        json.array("blocks") { json in for block in relations.blocks { block.write(to: &json) } }
        json.array("tools") { json in for tool in relations.tools { tool.write(to: &json) } }
        json.array("sources") { _ in }
        json.field("tags", relations.tags)
        json.array("tool_exec_environment_variables") { json in writeSecrets(&json) }
        json.array("secrets") { json in writeSecrets(&json) }
        json.field("identity_ids", relations.identities.map(\.id))
        json.array("identities") { json in for identity in relations.identities { identity.write(to: &json) } }
    }

    func writeMemory(_ json: inout JSONWriter) {
        json.object { json in
            json.field("agent_type", agent.type.rawValue)
            json.field("git_enabled", false)
            json.array("blocks") { json in for block in relations.blocks { block.write(to: &json) } }
            json.array("file_blocks") { _ in }
            json.field("prompt_template", "")
        }
    }

    private func writeSecrets(_ json: inout JSONWriter) {
        for secret in relations.secrets {
            json.object { json in
                json.field("id", secret.id)
                json.field("key", secret.key)
                json.field("value", secret.value)
                json.field("description", secret.description)
                json.null("value_enc")
                json.field("agent_id", agent.id)
                json.field("created_at", secret.createdAt)
                json.field("updated_at", secret.updatedAt)
                json.field("created_by_id", agent.createdBy)
                json.field("last_updated_by_id", agent.lastUpdatedBy)
            }
        }
    }

    private func writePendingApproval(_ json: inout JSONWriter) {
        var presentation = MessagePresentation()
        presentation.types = ["approval_request_message"]
        let shown = relations.pendingApproval.map { presentation.messages(of: $0, agentType: agent.type) } ?? []
        guard let request = shown.first else { return json.null("pending_approval") }
        json.key("pending_approval")
        request.write(to: &json)
    }

    private func writeState(_ json: inout JSONWriter) {
        writePendingApproval(&json)
        json.field("message_buffer_autoclear", agent.messageBufferAutoclear)
        json.field("enable_sleeptime", agent.enableSleeptime)
        json.null("multi_agent_group")
        json.null("managed_group")
        json.field("last_run_completion", agent.lastRunCompletion)
        json.field("last_run_duration_ms", agent.lastRunDurationMilliseconds)
        json.field("last_stop_reason", agent.lastStopReason)
        json.field("timezone", agent.timezone)
        json.field("max_files_open", agent.maxFilesOpen)
        json.field("per_file_view_window_char_limit", agent.perFileViewWindowCharLimit)
        json.field("hidden", agent.isHidden)
        // Kept for later work and given back (decisions, REST 8).
        for member in agent.extra?.value.object?.members ?? [] {
            json.key(text: member.name)
            json.element(member.value)
        }
    }
}

extension Response {
    static func agent(_ view: AgentView) -> Response {
        var json = JSONWriter(reserving: 8192)
        view.write(to: &json)
        return .json(200, json.bytes)
    }

    static func agents(_ views: [AgentView]) -> Response {
        var json = JSONWriter(reserving: 6144 * max(1, views.count))
        json.array { json in for view in views { view.write(to: &json) } }
        return .json(200, json.bytes)
    }
}
