package import Platform

/// The agents that keep the memory of a project.
package struct ProjectList: Sendable {
    let client: RoostClient

    package init(client: RoostClient) { self.client = client }

    private static let most = 500
    /// Of more than these the notes are not counted: that is a call each.
    private static let mostCounted = 50

    func agents() async throws -> [MemoryAgent] {
        try await listed().compactMap { MemoryAgent($0) }
    }

    package func names() async throws -> [String] { try await agents().compactMap(\.project) }

    private func listed() async throws -> [JSONValue] {
        let query = [("include", "agent.tags"), ("include", "agent.blocks")]
        return try await client.list("/v1/agents/", query: query, limit: Self.most).filter { agent in
            agent["tags"]?.strings?.contains { $0.hasPrefix("project:") } == true
        }
    }

    /// `projects`: each with `project`, `agent_id`, `agent_name`, `blocks`, `passages`, `last_used`.
    package func json() async throws -> JSONValue {
        var projects: [JSONValue] = []
        for (place, json) in try await listed().enumerated() {
            guard let agent = MemoryAgent(json), let project = agent.project else { continue }
            var object = JSONObject([
                ("project", .string(project)), ("agent_id", .string(agent.id)), ("agent_name", .string(agent.name)),
                ("blocks", .int(Int64(json["blocks"]?.array?.count ?? 0))),
            ])
            if place < Self.mostCounted {
                let counts = try await MemoryUpkeep(client: client, agent: agent.id).statistics(weeks: 1, limit: 1)
                object["passages"] = counts["passages"] ?? .null
                let times = ["newest", "last_used_at"].compactMap { counts[$0]?.string }
                object["last_used"] = times.max().map { .string($0) } ?? .null
            }
            projects.append(.object(object))
        }
        return ["projects": .array(projects)]
    }
}
