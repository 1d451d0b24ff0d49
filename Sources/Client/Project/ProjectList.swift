import Platform

/// The agents that keep the memory of a project.
struct ProjectList: Sendable {
    let client: RoostClient

    private static let most = 500
    /// Of more than these the notes are not counted: that is a call each.
    private static let mostCounted = 50

    func agents() async throws -> [MemoryAgent] {
        try await listed().compactMap { MemoryAgent($0) }
    }

    private func listed() async throws -> [JSONValue] {
        let query = [("include", "agent.tags"), ("include", "agent.blocks")]
        return try await client.list("/v1/agents/", query: query, limit: Self.most).filter { agent in
            agent["tags"]?.strings?.contains { $0.hasPrefix("project:") } == true
        }
    }

    func json() async throws -> JSONValue {
        var projects: [JSONValue] = []
        for (place, json) in try await listed().enumerated() {
            guard let agent = MemoryAgent(json), let project = agent.project else { continue }
            var object = JSONObject([
                ("project", .string(project)), ("agent_id", .string(agent.id)), ("agent_name", .string(agent.name)),
                ("blocks", .int(Int64(json["blocks"]?.array?.count ?? 0))),
            ])
            if place < Self.mostCounted {
                object["passages"] = .int(Int64(try await AgentPassages(client: client, agentID: agent.id).count()))
            }
            projects.append(.object(object))
        }
        return ["projects": .array(projects)]
    }
}
