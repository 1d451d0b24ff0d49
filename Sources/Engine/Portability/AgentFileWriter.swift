import Domain
import Platform

/// Writes agents in the current form of agent files (wire notes, section 17), member for member as V1 does, so that V1
/// reads them too. Values of secrets are never written: only their keys.
struct AgentFileWriter {
    struct Source: Sendable {
        let agent: Agent
        let relations: AgentRelations
        /// Oldest first.
        let messages: [Message]
        /// Of these messages the ones in context, in order.
        let inContext: [String]
    }

    private let sources: [Source]
    private let skills: [JSONValue]
    private let createdAt: Timestamp
    private let blockIDs: [String: String]
    private let toolIDs: [String: String]
    private let blocks: [Block]
    private let tools: [Tool]

    init(_ sources: [Source], skills: [JSONValue], createdAt: Timestamp) {
        self.sources = sources
        self.skills = skills
        self.createdAt = createdAt
        var seen: Set<String> = []
        blocks = sources.flatMap(\.relations.blocks).filter { seen.insert($0.id).inserted }
        tools = sources.flatMap(\.relations.tools).filter { seen.insert($0.id).inserted }
        blockIDs = Self.local("block", blocks.map(\.id))
        toolIDs = Self.local("tool", tools.map(\.id))
    }

    private static func local(_ kind: String, _ ids: [String]) -> [String: String] {
        Dictionary(
            ids.enumerated().map { ($0.element, "\(kind)-\($0.offset)") }, uniquingKeysWith: { first, _ in first })
    }

    /// Indented JSON.
    func bytes() -> [UInt8] {
        var json = JSONWriter(reserving: 65_536)
        json.object { json in
            json.array("agents") { json in
                for (index, source) in sources.enumerated() { write(source, "agent-\(index)", to: &json) }
            }
            json.array("groups") { _ in }
            json.array("blocks") { json in for block in blocks { write(block, to: &json) } }
            json.array("files") { _ in }
            json.array("sources") { _ in }
            json.array("tools") { json in for tool in tools { write(tool, to: &json) } }
            json.array("mcp_servers") { _ in }
            json.array("skills") { json in for skill in skills { json.element(skill) } }
            json.object("metadata") { json in json.field("revision_id", "roost-" + RoostVersion.product) }
            json.field("created_at", Self.date(createdAt))
        }
        return JSONIndent.indented(json.bytes)
    }

    /// `2026-11-20T22:04:37.059532+00:00`.
    private static func date(_ time: Timestamp) -> String { String(time.iso8601.dropLast()) + "+00:00" }

    private func write(_ source: Source, _ id: String, to json: inout JSONWriter) {
        let agent = source.agent
        let messageIDs = Self.local("message", source.messages.map(\.id))
        json.object { json in
            json.field("name", agent.name)
            for name: StaticString in ["memory_blocks", "tools"] { json.array(name) { _ in } }
            json.field("tool_ids", source.relations.tools.compactMap { toolIDs[$0.id] })
            json.array("source_ids") { _ in }
            json.null("folder_ids")
            json.field("block_ids", source.relations.blocks.compactMap { blockIDs[$0.id] })
            json.field("tool_rules", agent.toolRules ?? .emptyArray)
            json.field("tags", source.relations.tags)
            json.field("system", agent.system)
            json.field("agent_type", agent.type.rawValue)
            json.null("initial_message_sequence")
            for name: StaticString in [
                "include_base_tools", "include_multi_agent_tools", "include_base_tool_rules", "include_default_source",
            ] { json.field(name, false) }
            json.field("description", agent.description)
            json.field("metadata", agent.metadata)
            writeModels(agent, to: &json)
            writeSecrets(source.relations.secrets, to: &json)
            for name: StaticString in [
                "memory_variables", "project_id", "template_id", "base_template_id", "identity_ids",
            ] { json.null(name) }
            json.field("message_buffer_autoclear", agent.messageBufferAutoclear)
            json.field("enable_sleeptime", agent.enableSleeptime)
            json.field("response_format", agent.responseFormat)
            json.field("timezone", agent.timezone)
            json.field("max_files_open", agent.maxFilesOpen)
            json.field("per_file_view_window_char_limit", agent.perFileViewWindowCharLimit)
            json.field("hidden", agent.isHidden)
            json.null("parallel_tool_calls")
            json.field("id", id)
            json.field("in_context_message_ids", source.inContext.compactMap { messageIDs[$0] })
            json.array("messages") { json in
                for message in source.messages { write(message, messageIDs[message.id] ?? "", id, to: &json) }
            }
            for name: StaticString in ["files_agents", "group_ids"] { json.array(name) { _ in } }
        }
    }

    /// The handles stand in the configurations: a reader that knows other providers can still make sense of those.
    private func writeModels(_ agent: Agent, to json: inout JSONWriter) {
        json.field("llm_config", agent.llmConfig)
        json.field("embedding_config", agent.embeddingConfig)
        json.null("model")
        json.null("embedding")
        json.field("model_settings", agent.modelSettings)
        json.field("compaction_settings", agent.compactionSettings)
        for name: StaticString in [
            "context_window_limit", "embedding_chunk_size", "max_tokens", "max_reasoning_tokens",
        ] {
            json.null(name)
        }
        json.field("enable_reasoner", false)
        json.null("reasoning")
        json.null("from_template")
        json.field("template", false)
        json.null("project")
    }

    private func writeSecrets(_ secrets: [AgentSecret], to json: inout JSONWriter) {
        let keys = JSONValue.object(JSONObject(secrets.map { ($0.key, "") }))
        json.field("tool_exec_environment_variables", keys)
        json.field("secrets", secrets.isEmpty ? .null : keys)
    }

    private func write(_ block: Block, to json: inout JSONWriter) {
        json.object { json in
            json.field("value", block.value)
            json.field("limit", block.limit)
            json.null("project_id")
            json.field("template_name", block.templateName)
            json.field("is_template", block.isTemplate)
            for name: StaticString in ["template_id", "base_template_id", "deployment_id", "entity_id"] {
                json.null(name)
            }
            json.field("preserve_on_migration", block.preserveOnMigration)
            json.field("label", block.label)
            json.field("read_only", block.isReadOnly)
            json.field("description", block.description)
            json.field("metadata", block.metadata)
            json.field("hidden", block.isHidden)
            if block.tags.isEmpty { json.null("tags") } else { json.field("tags", block.tags) }
            json.field("id", blockIDs[block.id])
        }
    }

    private func write(_ tool: Tool, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", toolIDs[tool.id])
            json.field("tool_type", tool.type)
            json.field("description", tool.description)
            json.field("source_type", tool.sourceType)
            json.field("name", tool.name)
            json.field("tags", tool.tags)
            json.field("source_code", tool.sourceCode)
            json.field("json_schema", tool.jsonSchema)
            json.field("args_json_schema", tool.argsJSONSchema)
            json.field("return_char_limit", tool.returnCharLimit)
            json.field("pip_requirements", tool.pipRequirements)
            json.field("npm_requirements", tool.npmRequirements)
            json.field("default_requires_approval", tool.defaultRequiresApproval)
            json.field("enable_parallel_execution", tool.enableParallelExecution)
            json.field("created_by_id", tool.createdBy)
            json.field("last_updated_by_id", tool.lastUpdatedBy)
            json.field("metadata_", tool.metadata)
            json.null("project_id")
        }
    }

    private func write(_ message: Message, _ id: String, _ agentID: String, to json: inout JSONWriter) {
        let extra = message.extra?.value
        json.object { json in
            json.field("type", "message")
            json.field("otid", message.otid)
            json.field("group_id", message.groupID ?? extra?["group_id"]?.string)
            json.field("role", message.role.rawValue)
            json.field("content", message.content ?? .emptyArray)
            json.field("name", message.name)
            json.field("sender_id", message.senderID)
            json.field("batch_item_id", extra?["batch_item_id"] ?? .null)
            json.field("id", id)
            json.field("model", message.model)
            json.field("agent_id", agentID)
            json.field("tool_calls", message.toolCalls)
            json.field("tool_call_id", message.toolCallID)
            json.field("tool_returns", message.toolReturns ?? .emptyArray)
            json.field("created_at", Self.date(message.createdAt))
            json.field("approve", extra?["approve"] ?? .null)
            json.field("approval_request_id", extra?["approval_request_id"] ?? .null)
            json.field("denial_reason", extra?["denial_reason"] ?? .null)
            json.field("approvals", message.approvals ?? .emptyArray)
        }
    }
}
