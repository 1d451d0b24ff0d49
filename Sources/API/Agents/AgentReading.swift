import Domain
import Platform

/// Members of agent bodies that are accepted and kept for later work (decisions, REST 8).
private let membersOfLaterWork = [
    "source_ids", "folder_ids", "include_default_source", "from_template", "template", "project", "memory_variables",
    "sleeptime_agent_frequency", "max_tokens",
]

extension NewAgent {
    init(_ body: JSONObject) {
        self.init()
        name = body.text("name")
        description = body.text("description")
        type = body.text("agent_type").flatMap(AgentType.init(rawValue:)) ?? .lettaV1
        system = body.text("system")
        model = body.text("model")
        embedding = body.text("embedding")
        llmConfig = body["llm_config"]?.object
        embeddingConfig = body["embedding_config"]?.object
        modelOptions = ModelOptions(body)
        embeddingChunkSize = body.integer("embedding_chunk_size")
        modelSettings = body.json("model_settings")
        compactionSettings = body.json("compaction_settings")
        responseFormat = body.json("response_format")
        toolRules = body["tool_rules"]?.array
        metadata = body.json("metadata")
        memoryBlocks = (body["memory_blocks"]?.array ?? []).compactMap(\.object).map { NewBlock($0) }
        blockIDs = body.texts("block_ids") ?? []
        toolNames = body.texts("tools") ?? []
        toolIDs = body.texts("tool_ids") ?? []
        identityIDs = body.texts("identity_ids") ?? []
        tags = body.texts("tags") ?? []
        secrets = Self.secrets(body).map { ($0.key, $0.value) }
        includeBaseTools = body.flag("include_base_tools") ?? true
        includeMultiAgentTools = body.flag("include_multi_agent_tools") ?? false
        includeBaseToolRules = body.flag("include_base_tool_rules")
        initialMessages = body["initial_message_sequence"]?.array?.compactMap { InitialMessage($0) }
        projectID = body.text("project_id")
        templateID = body.text("template_id")
        baseTemplateID = body.text("base_template_id")
        timezone = body.text("timezone")
        messageBufferAutoclear = body.flag("message_buffer_autoclear") ?? false
        enableSleeptime = body.flag("enable_sleeptime")
        maxFilesOpen = body.integer("max_files_open")
        perFileViewWindowCharLimit = body.integer("per_file_view_window_char_limit")
        isHidden = body.flag("hidden")
        extra = Self.laterMembers(body).map { JSONText(.object($0)) }
    }

    fileprivate static func secrets(_ body: JSONObject) -> [AgentPatch.Secret] {
        let given = body["secrets"]?.object ?? body["tool_exec_environment_variables"]?.object
        return (given?.members ?? []).map { AgentPatch.Secret(key: $0.name, value: $0.value.string ?? $0.value.text) }
    }

    fileprivate static func laterMembers(_ body: JSONObject) -> JSONObject? {
        let kept = membersOfLaterWork.compactMap { name in body[name].map { (name, $0) } }
        return kept.isEmpty ? nil : JSONObject(kept)
    }
}

extension NewAgent.InitialMessage {
    fileprivate init?(_ value: JSONValue) {
        guard let role = value["role"]?.string.flatMap(Message.Role.init(rawValue:)) else { return nil }
        let content: JSONText
        switch value["content"] {
        case .string(let text): content = Message.textContent(text)
        case .some(let parts): content = JSONText(parts)
        case nil: return nil
        }
        self.init(role: role, content: content, otid: value["otid"]?.string, name: value["name"]?.string)
    }
}

extension ModelOptions {
    init(_ body: JSONObject) {
        self.init()
        contextWindow = body.integer("context_window_limit")
        maxTokens = body.integer("max_tokens")
        maxReasoningTokens = body.integer("max_reasoning_tokens")
        enableReasoner = body.flag("enable_reasoner") ?? body.flag("reasoning")
        parallelToolCalls = body.flag("parallel_tool_calls")
        responseFormat = body.json("response_format")
    }
}

extension AgentPatch {
    init(_ body: JSONObject) {
        self.init()
        name = body.textPatch("name")
        description = body.textPatch("description")
        system = body.textPatch("system")
        model = body.textPatch("model")
        embedding = body.textPatch("embedding")
        llmConfig = body.patch("llm_config") { $0.object }
        embeddingConfig = body.patch("embedding_config") { $0.object }
        modelOptions = ModelOptions(body)
        modelSettings = body.jsonPatch("model_settings")
        compactionSettings = body.jsonPatch("compaction_settings")
        responseFormat = body.jsonPatch("response_format")
        toolRules = body.patch("tool_rules") { $0.array }
        metadata = body.jsonPatch("metadata")
        messageIDs = body.textsPatch("message_ids")
        blockIDs = body.textsPatch("block_ids")
        toolIDs = body.textsPatch("tool_ids")
        identityIDs = body.textsPatch("identity_ids")
        tags = body.textsPatch("tags")
        if body["secrets"]?.object != nil || body["tool_exec_environment_variables"]?.object != nil {
            secrets = .value(NewAgent.secrets(body))
        }
        projectID = body.textPatch("project_id")
        templateID = body.textPatch("template_id")
        baseTemplateID = body.textPatch("base_template_id")
        timezone = body.textPatch("timezone")
        messageBufferAutoclear = body.flagPatch("message_buffer_autoclear")
        enableSleeptime = body.flagPatch("enable_sleeptime")
        maxFilesOpen = body.integerPatch("max_files_open")
        perFileViewWindowCharLimit = body.integerPatch("per_file_view_window_char_limit")
        isHidden = body.flagPatch("hidden")
        lastRunCompletion = body.patch("last_run_completion") { $0.string.flatMap { Timestamp(iso8601: $0) } }
        lastRunDurationMilliseconds = body.integerPatch("last_run_duration_ms")
        lastStopReason = body.textPatch("last_stop_reason")
        extra = NewAgent.laterMembers(body)
        expectedVersion = body.integer("expected_version")
    }
}
