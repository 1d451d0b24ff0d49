import Platform

/// Entries of lists: what a model needs to go on.
enum Summary {
    /// Without its source code.
    static func tool(_ tool: JSONValue) -> JSONValue {
        var row = ShortForm.members(["id", "name", "tool_type", "tags"], of: tool)
        // The one tag of a built-in tool is its type.
        if row["tags"]?.strings == [row["tool_type"]?.string ?? ""] { row["tags"] = nil }
        row["description"] = ShortText.firstLine(of: tool["description"]?.string).map { .string($0) }
        return .object(row)
    }

    static func folder(_ folder: JSONValue) -> JSONValue {
        var row = ShortForm.members(["id", "name"], of: folder)
        row["description"] = ShortText.firstLine(of: folder["description"]?.string).map { .string($0) }
        return .object(row)
    }

    /// A file of a folder.
    static func file(_ file: JSONValue) -> JSONValue {
        let names = ["id", "file_name", "file_type", "file_size", "processing_status", "error_message", "content"]
        return .object(ShortForm.members(names, of: file))
    }

    /// A file as an agent has it.
    static func agentFile(_ file: JSONValue) -> JSONValue {
        .object(ShortForm.members(["file_id", "file_name", "folder_id", "folder_name", "is_open"], of: file))
    }

    static func job(_ job: JSONValue) -> JSONValue {
        let names = ["id", "status", "job_type", "agent_id", "stop_reason", "created_at", "completed_at"]
        return .object(ShortForm.members(names, of: job))
    }
}
