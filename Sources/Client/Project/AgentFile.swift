import Glibc
package import Platform

/// `.claude/letta_agent.json`: which agent keeps the memory of a folder.
package struct AgentFile: Sendable {
    package let path: String

    /// - Parameter folder: the project's top.
    package init(folder: String) { path = (folder == "/" ? "" : folder) + "/.claude/letta_agent.json" }

    /// The agent it names, by its id or else its name; nil without one.
    package var named: String? {
        let object = (try? read()) ?? nil  // One that cannot be read names nobody; writing it says why.
        return object?["agent_id"]?.string ?? object?["agent_name"]?.string
    }

    /// The server that its agent is on; nil for the local file.
    package var server: String? { ((try? read()) ?? nil)?["base_url"]?.string }  // As above.

    /// Nil when there is none. Throws `ClientError` for one that is not a JSON object.
    private func read() throws -> JSONObject? {
        guard FileText.exists(path) else { return nil }
        // Why it is no JSON does not help whoever has to look at it.
        guard let object = (try? JSONValue(parsing: try FileText.read(path, limit: 1 << 20)))?.object else {
            throw ClientError("\(path) is not a JSON object. Correct it or remove it, then try again.")
        }
        return object
    }

    /// Names an agent; members that are not ours stay.
    /// - Parameter server: its address; nil for the local file.
    /// - Returns: false when the file said so already.
    @discardableResult
    package func write(_ agent: MemoryAgent, project: String, server: String?, now: Timestamp = .now) throws -> Bool {
        let before = try read()
        var object = before ?? JSONObject()
        let isSame = object["agent_id"] == .string(agent.id)
        object["agent_id"] = .string(agent.id)
        object["agent_name"] = .string(agent.name)
        object["project_name"] = .string(project)
        if !isSame || object["created_at"] == nil { object["created_at"] = .string(now.iso8601) }
        object["base_url"] = server.map { .string($0) }
        if object == before { return false }
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        // For those who share the project, as its other files are.
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw FileError("Cannot make the folder \(folder): \(FileText.reason()).")
        }
        let mode = FileText.mode(path).map { $0 & 0o777 } ?? 0o644
        try FileText.writePrivate(JSONIndent.indented(Array(JSONValue.object(object).text.utf8)) + [10], to: path)
        chmod(path, mode)
        return true
    }
}
