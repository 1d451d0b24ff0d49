import HTTP
package import Platform

extension ToolSession {
    /// Whose memory this folder has and why, what it holds, and where it is, for `roost project status`.
    package func projectStatus() async throws -> JSONValue {
        let client = try await client()
        let agent = try await agent(forReading: nil)
        let project = await project()
        var object: JSONObject = [
            "project": await projectName().map { .string($0) } ?? .null,
            "folder": project.map { .string($0.top) } ?? .null, "server": .string(client.transport.place),
            "agent": agent.map { ["id": .string($0.id), "name": .string($0.name)] } ?? .null,
            "why": .string(reason(agent)),
        ]
        var hints = project?.problems ?? []
        if let replaced = await replaced(by: agent) { hints.append(replaced) }
        if let agent {
            let blocks = try await AgentBlocks(client: client, agent: agent).all()
            object["blocks"] = .array(blocks.map { .object($0.summary) })
            object["tags"] = .array(agent.tags.map { .string($0) })
            let counts = try await MemoryUpkeep(client: client, agent: agent.id).statistics(weeks: 12, limit: 50)
            for name in ["passages", "by_type", "newest", "last_used_at"] { object[name] = counts[name] ?? .null }
            // A list, because what a search finds counts as used.
            let newest =
                try await client.get(
                    APIPath.passages(ofAgent: agent.id), query: [("ascending", "false"), ("limit", "5")]
                ).array ?? []
            object["newest_notes"] = .array(newest.compactMap { Recalled(passage: $0)?.json(textLimit: 160) })
        } else {
            hints.append("It is made by 'roost project init', or with the first note.")
        }
        object["hints"] = .array(hints.map { .string($0) })
        return .object(object)
    }

    private func reason(_ agent: MemoryAgent?) -> String {
        switch state.origin {
        case .connection: return "LETTA_AGENT_ID or --agent names it."
        case .file(let path): return "\(path) names it."
        case .onlyAgent: return "There is no project, and no other agent."
        case .project(let name)?:
            guard let agent else { return "The project '\(name)' has no memory yet." }
            return agent.name == Project.agentName(name)
                ? "It is called like the project '\(name)'." : "It has the tag 'project:\(name)'."
        case nil: return "It was known."
        }
    }
}
