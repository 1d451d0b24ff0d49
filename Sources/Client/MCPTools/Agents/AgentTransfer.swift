import HTTP
import Platform

/// Agents as agent files: out to a file or as content, in from a file or from content.
enum AgentTransfer {
    // MARK: Export

    /// The members of a result: where the file is, or what it holds.
    static func export(_ call: ToolCall, _ client: RoostClient) async throws -> JSONObject {
        let path = call.arguments.text("output_path")
        let folder = try path.map { _ in
            try AgentFileFolder(call, instead: "Leave output_path out for the content, or set return_base64.")
        }
        let id = try await call.agent()
        let bytes = try await client.send(.get, APIPath.agent(id) + "/export", type: "application/json")
        var result = JSONObject([("agent_id", .string(id)), ("bytes", .int(Int64(bytes.count)))])
        if let path, let folder { result["path"] = .string(try await folder.write(bytes, to: path)) }
        if call.arguments.flag("return_base64") {
            result["base64_data"] = .string(Base64.encode(bytes))
        } else if path == nil {
            result["export_data"] = try JSONValue(parsing: bytes)
        }
        return result
    }

    // MARK: Import

    /// The ids of the agents that were made.
    /// - Parameter content: the name of the argument that holds a file's content.
    static func importFile(_ call: ToolCall, content: String, _ client: RoostClient) async throws -> [String] {
        let arguments = call.arguments
        var form = MultipartForm()
        form.add("file", file: try await file(call, content: content), fileName: "agent.af", type: "application/json")
        for name in ["append_copy_suffix", "override_existing_tools", "strip_messages"] {
            if let flag = arguments[name]?.bool { form.add(name, flag ? "true" : "false") }
        }
        for name in ["project_id", "name", "model", "embedding"] {
            if let text = arguments.text(name) { form.add(name, text) }
        }
        let reply = try await client.send(.post, "/v1/agents/import", body: form.body, type: form.contentType)
        // Why it is no JSON does not help whoever wants to know what was made.
        guard let ids = (try? JSONValue(parsing: reply))?["agent_ids"]?.strings else {
            throw ToolError("The server did not say which agents were made. List the agents to see.")
        }
        return ids
    }

    private static func file(_ call: ToolCall, content: String) async throws -> [UInt8] {
        let path = call.arguments.text("file_path")
        switch (path, call.arguments[content]) {
        case (_?, _?): throw ToolError("Give 'file_path' or '\(content)', not both.")
        case (let path?, nil):
            return try await AgentFileFolder(call, instead: "Give the file's content as \(content).").read(path)
        case (nil, .object(let object)?): return Array(JSONValue.object(object).text.utf8)
        case (nil, .string(let text)?): return try bytes(text, content)
        case (nil, nil): throw ToolError("'\(content)' or 'file_path' is missing.")
        default: throw unreadable(content)
        }
    }

    /// JSON as it stands, or as base64.
    private static func bytes(_ text: String, _ content: String) throws -> [UInt8] {
        let start = text.utf8.first { !" \t\r\n".utf8.contains($0) }
        if start == UInt8(ascii: "{") { return Array(text.utf8) }
        guard let bytes = Base64.decode(text), !bytes.isEmpty else { throw unreadable(content) }
        return bytes
    }

    private static func unreadable(_ content: String) -> ToolError {
        ToolError("'\(content)' has to be an agent file: a JSON object, its text, or that as base64.")
    }
}
