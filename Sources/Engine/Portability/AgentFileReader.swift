import Domain
package import Platform

/// Reads agent files: the current form, and the older one of a single agent, which V1 no longer reads (decisions,
/// REST 7). A pure function of the bytes.
package enum AgentFileReader {
    /// - Throws: `Refusal(.invalid)` that names the place of what is broken.
    package static func file(from bytes: [UInt8]) throws -> AgentFile {
        var value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch {
            throw Refusal.invalid("Corrupted agent file format. The file is not JSON: \(error.description)")
        }
        if case .string(let inner) = value {
            // Some files were written as a JSON text inside a JSON text.
            do { value = try JSONValue(parsing: inner) } catch {
                throw Refusal.invalid(
                    "Corrupted agent file format. The text in the file is not JSON: \(error.description)")
            }
        }
        return try file(from: value)
    }

    package static func file(from value: JSONValue) throws -> AgentFile {
        let root = PlacedValue(value)
        _ = try root.object()
        if root["agents"] != nil { return try current(root) }
        guard root["core_memory"] != nil || root["messages"] != nil || root["system"] != nil else {
            throw root.failure("has no 'agents' list")
        }
        return try OlderAgentFile.file(root)
    }

    private static func current(_ root: PlacedValue) throws -> AgentFile {
        var file = AgentFile()
        var known = KnownIDs()
        for entry in try root["blocks"]?.elements() ?? [] {
            let id = try known.take(entry.required("id"), into: \.blocks)
            file.blocks.append((id, try block(entry)))
        }
        for entry in try root["tools"]?.elements() ?? [] {
            let id = try known.take(entry.required("id"), into: \.tools)
            file.tools.append(AgentFile.FileTool(id: id, tool: try tool(entry)))
        }
        for entry in try root.required("agents").elements() { try add(entry, to: &file, &known) }
        guard !file.agents.isEmpty else { throw root.failure("holds no agent") }
        for name in ["groups", "files", "sources", "mcp_servers", "skills"] {
            guard let part = root[name], try !part.elements().isEmpty else { continue }
            file.unserved[name] = part.value
        }
        return file
    }

    /// The ids of a file, each of which stands for one thing.
    private struct KnownIDs {
        var blocks: Set<String> = []
        var tools: Set<String> = []
        var agents: Set<String> = []

        mutating func take(_ place: PlacedValue, into kind: WritableKeyPath<KnownIDs, Set<String>>) throws -> String {
            let id = try place.text()
            guard self[keyPath: kind].insert(id).inserted else { throw place.failure("'\(id)' occurs twice") }
            return id
        }
    }

    private static func add(_ place: PlacedValue, to file: inout AgentFile, _ known: inout KnownIDs) throws {
        let id = try place["id"].map { try known.take($0, into: \.agents) } ?? "agent-\(file.agents.count)"
        var entry = AgentFile.Entry(id: id, agent: try agent(place))
        entry.agent.toolNames = try place.texts("tools")
        entry.blockIDs = try references(place["block_ids"], to: known.blocks)
        for (index, inline) in try (place["memory_blocks"]?.elements() ?? []).enumerated() {
            let blockID = "\(id).memory_blocks[\(index)]"
            file.blocks.append((blockID, try block(inline)))
            entry.blockIDs.append(blockID)
        }
        entry.toolIDs = try references(place["tool_ids"], to: known.tools)
        var messages: Set<String> = []
        for (index, message) in try (place["messages"]?.elements() ?? []).enumerated() {
            let read = try self.message(message, index: index)
            guard messages.insert(read.id).inserted else { throw message.failure("repeats the id '\(read.id)'") }
            entry.messages.append(read)
        }
        entry.inContext = try references(place["in_context_message_ids"], to: messages)
        for name in [
            "files_agents", "group_ids", "source_ids", "folder_ids", "memory_variables", "identity_ids",
            "from_template",
        ] {
            guard let part = place[name]?.value, part != .array([]), part != .emptyObject else { continue }
            entry.unserved[name] = part
        }
        file.agents.append(entry)
    }

    /// Ids that must be in the file.
    private static func references(_ list: PlacedValue?, to known: Set<String>) throws -> [String] {
        try (list?.elements() ?? []).map { element in
            let id = try element.text()
            guard known.contains(id) else { throw element.failure("'\(id)' is not in the file") }
            return id
        }
    }

    // MARK: Parts that both forms share

    /// The members of an agent that are its own.
    static func agent(_ place: PlacedValue) throws -> NewAgent {
        _ = try place.object()
        var agent = NewAgent()
        agent.name = try place.text("name")
        agent.description = try place.text("description")
        if let type = place["agent_type"] {
            guard let known = AgentType(rawValue: try type.text()) else {
                let names = AgentType.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                throw type.failure("should be one of \(names)")
            }
            agent.type = known
        }
        agent.system = try place.text("system")
        agent.model = try place.text("model")
        agent.embedding = try place.text("embedding")
        agent.llmConfig = try place["llm_config"].map { try config($0, name: "model", type: "model_endpoint_type") }
        agent.embeddingConfig = try place["embedding_config"].map {
            try config($0, name: "embedding_model", type: "embedding_endpoint_type")
        }
        agent.modelSettings = try place.json("model_settings")
        agent.compactionSettings = try place.json("compaction_settings")
        agent.responseFormat = try place.json("response_format")
        agent.toolRules = try place["tool_rules"]?.objects()
        agent.metadata = try place.json("metadata") ?? place.json("metadata_")
        agent.tags = try (place["tags"]?.elements() ?? []).map { try $0.text("tag") ?? $0.text() }
        agent.secrets = try secrets(place)
        agent.includeBaseTools = false
        agent.includeBaseToolRules = false
        agent.timezone = try place.text("timezone")
        agent.messageBufferAutoclear = try place.flag("message_buffer_autoclear") ?? false
        agent.enableSleeptime = try place.flag("enable_sleeptime")
        agent.maxFilesOpen = try place.integer("max_files_open")
        agent.perFileViewWindowCharLimit = try place.integer("per_file_view_window_char_limit")
        agent.isHidden = try place.flag("hidden")
        return agent
    }

    /// A model configuration; one without a handle gets the one that its members make.
    private static func config(_ place: PlacedValue, name: String, type: String) throws -> JSONObject {
        var config = try place.object()
        guard config.count <= mostMembers else { throw place.failure("has more than \(mostMembers) members") }
        if try place.text("handle") == nil, let model = try place.text(name), let provider = try place.text(type) {
            config["handle"] = .string(provider + "/" + model)
        }
        _ = try place.integer("context_window")
        return config
    }

    /// More than any configuration has; keeps what follows cheap.
    private static let mostMembers = 500

    /// An object of values, or the older list of `{"key", "value"}`. Of those that share a key the last one counts.
    private static func secrets(_ place: PlacedValue) throws -> [(key: String, value: String)] {
        var found = JSONObject()
        for name in ["tool_exec_environment_variables", "secrets"] {
            guard let part = place[name] else { continue }
            let pairs: [(String, PlacedValue?)]
            if part.value.array != nil {
                pairs = try part.elements().map { (try $0.required("key").text(), $0["value"]) }
            } else {
                pairs = try part.object().members.map { member in
                    let value = PlacedValue(member.value, at: part.place + "." + member.name)
                    return (member.name, member.value.isNull ? nil : value)
                }
            }
            guard pairs.count <= mostMembers else { throw part.failure("has more than \(mostMembers) members") }
            for (key, value) in pairs { found[key] = .string(try value?.text() ?? "") }
        }
        return found.members.map { ($0.name, $0.value.string ?? "") }
    }

    static func block(_ place: PlacedValue) throws -> NewBlock {
        let label = try place.required("label")
        guard try !label.text().isEmpty else { throw label.failure("should not be empty") }
        var block = NewBlock(label: try label.text(), value: try place.text("value") ?? "")
        block.limit = try place.integer("limit")
        if let limit = block.limit, limit < 1, let member = place["limit"] {
            throw member.failure("should be at least 1")
        }
        block.description = try place.text("description")
        block.isReadOnly = try place.flag("read_only") ?? false
        block.isTemplate = try place.flag("is_template") ?? false
        block.templateName = try place.text("template_name")
        block.preserveOnMigration = try place.flag("preserve_on_migration")
        block.isHidden = try place.flag("hidden")
        block.metadata = try place.json("metadata") ?? place.json("metadata_") ?? .emptyObject
        block.tags = try place.texts("tags")
        block.provenance = Provenance(source: "import")
        return block
    }

    static func tool(_ place: PlacedValue) throws -> Tool {
        let name = try place.required("name")
        guard try !name.text().isEmpty else { throw name.failure("should not be empty") }
        var tool = Tool(
            id: "", name: try name.text(), type: try place.text("tool_type") ?? Tool.customType,
            createdAt: Timestamp(microseconds: 0))
        tool.description = try place.text("description")
        tool.sourceType = try place.text("source_type")
        tool.sourceCode = try place.text("source_code")
        tool.jsonSchema = try place.json("json_schema")
        tool.argsJSONSchema = try place.json("args_json_schema")
        tool.tags = try place.texts("tags")
        tool.returnCharLimit = try place.integer("return_char_limit") ?? tool.returnCharLimit
        tool.pipRequirements = try place["pip_requirements"].map { JSONText(.array(try $0.elements().map(\.value))) }
        tool.npmRequirements = try place["npm_requirements"].map { JSONText(.array(try $0.elements().map(\.value))) }
        tool.defaultRequiresApproval = try place.flag("default_requires_approval")
        tool.enableParallelExecution = try place.flag("enable_parallel_execution") ?? false
        tool.metadata = try place.json("metadata_") ?? .emptyObject
        return tool
    }

    /// - Parameter index: gives the id of a message without one.
    static func message(_ place: PlacedValue, index: Int) throws -> AgentFile.FileMessage {
        let role = try place.required("role")
        let name = try role.text()
        guard let known = Message.Role(rawValue: name == "function" ? "tool" : name) else {
            let names = Message.Role.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw role.failure("should be one of \(names)")
        }
        var message = AgentFile.FileMessage(id: try place.text("id") ?? "message-\(index)", role: known)
        message.content = try content(place["content"]) ?? place.text("text").map(Message.textContent)
        message.toolCalls = try calls(place["tool_calls"])
        message.toolCallID = try place.text("tool_call_id")
        message.toolReturns = try list(place["tool_returns"])
        message.approvals = try list(place["approvals"])
        message.name = try place.text("name")
        message.otid = try place.text("otid")
        message.senderID = try place.text("sender_id")
        message.model = try place.text("model")
        if let approve = try place.flag("approve") { message.extra["approve"] = .bool(approve) }
        for member in ["approval_request_id", "denial_reason", "group_id", "batch_item_id"] {
            if let text = try place.text(member) { message.extra[member] = .string(text) }
        }
        message.createdAt = try place["created_at"]?.time()
        return message
    }

    private static func content(_ place: PlacedValue?) throws -> JSONText? {
        guard let place else { return nil }
        if let text = place.value.string { return Message.textContent(text) }
        for part in try place.elements() where try part.required("type").text() == "text" {
            _ = try part.required("text").text()
        }
        return JSONText(place.value)
    }

    private static func calls(_ place: PlacedValue?) throws -> JSONText? {
        for call in try place?.elements() ?? [] {
            let function = try call.required("function")
            _ = try function.required("name").text()
            _ = try function.text("arguments")
            _ = try call.text("id")
        }
        return try list(place)
    }

    /// A list of objects; nil when there is nothing in it.
    private static func list(_ place: PlacedValue?) throws -> JSONText? {
        guard let objects = try place?.objects(), !objects.isEmpty else { return nil }
        return JSONText(.array(objects))
    }
}
