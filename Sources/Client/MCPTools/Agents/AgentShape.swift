import Platform

/// Agents as tools show them: small, since a model pays for every byte, and never with the values of secrets.
enum AgentShape {
    /// An entry of a list.
    static func summary(_ agent: JSONValue) -> JSONValue {
        var shown = ShortForm.members(["id", "name"], of: agent)
        if let text = agent["description"]?.string, !text.isEmpty {
            shown["description"] = .string(ShortText.beginning(of: text, 120))
        }
        shown.add(ShortForm.members(["model", "tags", "created_at"], of: agent))
        return .object(shown)
    }

    /// One agent, with the beginnings of its long texts.
    static func detail(_ agent: JSONValue) -> JSONValue {
        var shown = ShortForm.members(
            ["id", "name", "description", "agent_type", "model", "embedding", "tags", "project_id"], of: agent)
        let system = agent["system"]?.string ?? ""
        shown["system"] = .string(ShortText.beginning(of: system, 200))
        shown["system_chars"] = .int(Int64(ShortText.size(of: system)))
        shown["blocks"] = .array((agent["blocks"]?.array ?? []).map(block))
        shown["tools"] = .array((agent["tools"]?.array ?? []).compactMap { $0["name"] })
        shown["messages_in_context"] = .int(Int64(agent["message_ids"]?.array?.count ?? 0))
        if let secrets = secretNames(agent), !secrets.isEmpty { shown["secrets"] = .array(secrets) }
        shown.add(ShortForm.members(["identity_ids", "created_at", "updated_at", "version"], of: agent))
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
        var shown = ShortForm.members(
            [
                "id", "name", "agent_type", "model", "embedding", "llm_config", "embedding_config", "model_settings",
                "compaction_settings", "response_format", "tool_rules", "timezone", "message_buffer_autoclear",
                "enable_sleeptime", "max_files_open", "per_file_view_window_char_limit", "metadata",
            ], of: agent)
        shown["tools"] = .array((agent["tools"]?.array ?? []).compactMap { $0["name"] })
        return .object(shown)
    }

    private static func block(_ block: JSONValue) -> JSONValue {
        var shown = ShortForm.members(["id", "label", "limit"], of: block)
        let value = block["value"]?.string ?? ""
        shown["chars"] = .int(Int64(ShortText.size(of: value)))
        shown["value"] = .string(ShortText.beginning(of: value, 160))
        if block["read_only"]?.bool == true { shown["read_only"] = true }
        return .object(shown)
    }

    private static func secretNames(_ agent: JSONValue) -> [JSONValue]? {
        let secrets = agent["secrets"]?.array ?? agent["tool_exec_environment_variables"]?.array
        return secrets?.compactMap { $0["key"] }
    }
}
