import Platform

/// What answers show of the server's objects: what a model needs to go on, and nothing that is empty.
enum Summary {
    static func picked(_ object: JSONValue, _ names: [String]) -> JSONObject {
        var row = JSONObject()
        for name in names { if let value = object[name], says(value) { row[name] = value } }
        return row
    }

    /// A whole object without members that say nothing.
    static func compacted(_ value: JSONValue) -> JSONValue {
        guard let object = value.object else { return value }
        return .object(JSONObject(object.members.filter { says($0.value) }.map { ($0.name, $0.value) }))
    }

    /// The beginning of a text's first line.
    static func line(_ text: String?, _ limit: Int = 120) -> JSONValue? {
        guard let first = text?.split(whereSeparator: \.isNewline).first, !first.isEmpty else { return nil }
        return .string(first.count > limit ? first.prefix(limit - 1) + "…" : String(first))
    }

    /// A text with its middle left out when it is long: the beginning says what it is, the end how it went.
    static func cut(_ text: String, _ limit: Int) -> String {
        guard text.count > limit else { return text }
        let left = text.count - limit
        return text.prefix(limit / 2) + "\n… \(left) characters left out …\n" + text.suffix(limit - limit / 2)
    }

    private static func says(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .string(""), .array([]): false
        case .object(let object): !object.isEmpty
        default: true
        }
    }

    // MARK: Rows of lists

    /// Without its source code.
    static func tool(_ tool: JSONValue) -> JSONValue {
        var row = picked(tool, ["id", "name", "tool_type", "tags"])
        // The one tag of a built-in tool is its type.
        if row["tags"]?.strings == [row["tool_type"]?.string ?? ""] { row["tags"] = nil }
        row["description"] = line(tool["description"]?.string)
        return .object(row)
    }

    static func folder(_ folder: JSONValue) -> JSONValue {
        var row = picked(folder, ["id", "name"])
        row["description"] = line(folder["description"]?.string)
        return .object(row)
    }

    /// A file of a folder.
    static func file(_ file: JSONValue) -> JSONValue {
        .object(
            picked(
                file, ["id", "file_name", "file_type", "file_size", "processing_status", "error_message", "content"]))
    }

    /// A file as an agent has it.
    static func agentFile(_ file: JSONValue) -> JSONValue {
        .object(picked(file, ["file_id", "file_name", "folder_id", "folder_name", "is_open"]))
    }

    static func job(_ job: JSONValue) -> JSONValue {
        .object(picked(job, ["id", "status", "job_type", "agent_id", "stop_reason", "created_at", "completed_at"]))
    }
}
