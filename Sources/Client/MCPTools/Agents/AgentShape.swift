import Platform

/// Agents as tools show them: small, since a model pays for every byte, and never with the values of secrets.
enum AgentShape {
    /// Lists do without blocks and tools, which the server then does not read.
    static let listed = [("include_relationships", "tags")]

    /// An entry of a list.
    static func summary(_ agent: JSONValue) -> JSONValue {
        var shown = members(["id", "name"], of: agent)
        if let text = agent["description"]?.string, !text.isEmpty {
            shown["description"] = .string(beginning(of: text, 120))
        }
        for member in members(["model", "tags", "created_at"], of: agent).members { shown[member.name] = member.value }
        return .object(shown)
    }

    /// One agent, with the beginnings of its long texts.
    static func detail(_ agent: JSONValue) -> JSONValue {
        var shown = members(
            ["id", "name", "description", "agent_type", "model", "embedding", "tags", "project_id"], of: agent)
        let system = agent["system"]?.string ?? ""
        shown["system"] = .string(beginning(of: system, 200))
        shown["system_chars"] = .int(Int64(system.unicodeScalars.count))
        shown["blocks"] = .array((agent["blocks"]?.array ?? []).map(block))
        shown["tools"] = .array((agent["tools"]?.array ?? []).compactMap { $0["name"] })
        shown["messages_in_context"] = .int(Int64(agent["message_ids"]?.array?.count ?? 0))
        if let secrets = secretNames(agent), !secrets.isEmpty { shown["secrets"] = .array(secrets) }
        for member in members(["identity_ids", "created_at", "updated_at", "version"], of: agent).members {
            shown[member.name] = member.value
        }
        return .object(shown)
    }

    /// What there is, but of secrets only their names.
    static func whole(_ agent: JSONValue) -> JSONValue {
        guard var shown = agent.object else { return agent }
        if let names = secretNames(agent) { shown["secrets"] = .array(names) }
        shown["tool_exec_environment_variables"] = nil
        return .object(shown)
    }

    /// How an agent works: its models and rules, without its memory.
    static func config(_ agent: JSONValue) -> JSONValue {
        var shown = members(
            [
                "id", "name", "agent_type", "model", "embedding", "llm_config", "embedding_config", "model_settings",
                "compaction_settings", "response_format", "tool_rules", "timezone", "message_buffer_autoclear",
                "enable_sleeptime", "max_files_open", "per_file_view_window_char_limit", "metadata",
            ], of: agent)
        shown["tools"] = .array((agent["tools"]?.array ?? []).compactMap { $0["name"] })
        return .object(shown)
    }

    static func tool(_ tool: JSONValue) -> JSONValue {
        var shown = members(["id", "name", "tool_type"], of: tool)
        if let text = tool["description"]?.string, !text.isEmpty {
            shown["description"] = .string(beginning(of: text, 160))
        }
        return .object(shown)
    }

    private static func block(_ block: JSONValue) -> JSONValue {
        var shown = members(["id", "label", "limit"], of: block)
        let value = block["value"]?.string ?? ""
        shown["chars"] = .int(Int64(value.unicodeScalars.count))
        shown["value"] = .string(beginning(of: value, 160))
        if block["read_only"]?.bool == true { shown["read_only"] = true }
        return .object(shown)
    }

    private static func secretNames(_ agent: JSONValue) -> [JSONValue]? {
        let secrets = agent["secrets"]?.array ?? agent["tool_exec_environment_variables"]?.array
        return secrets?.compactMap { $0["key"] }
    }

    // MARK: Parts

    /// Members by name, without those that say nothing.
    static func members(_ names: [String], of value: JSONValue) -> JSONObject {
        var shown = JSONObject()
        for name in names {
            switch value[name] {
            case nil, .null?, .string("")?, .array([])?: continue
            case .object(let object)? where object.isEmpty: continue
            case let member?: shown[name] = member
            }
        }
        return shown
    }

    static func beginning(of text: String, _ length: Int) -> String {
        text.count <= length ? text : text.prefix(length) + "…"
    }
}
