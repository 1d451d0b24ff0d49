import HTTP
import Platform

/// The passages of an agent's memory, with their provenance: items of `/v1/roost/search`.
struct AgentPassages: Sendable {
    let client: RoostClient
    let agentID: String

    /// The newest first.
    func newest(_ limit: Int) async throws -> [JSONValue] { try await search(JSONObject(), limit) }

    /// Those that answer a question best.
    func best(for query: String, _ limit: Int) async throws -> [JSONValue] {
        try await search(["query": .string(query)], limit)
    }

    private func search(_ filter: JSONObject, _ limit: Int) async throws -> [JSONValue] {
        var body = filter
        body["agent_id"] = .string(agentID)
        body["limit"] = .int(Int64(limit))
        return try await client.call(.post, "/v1/roost/search", body: .object(body))["results"]?.array ?? []
    }

    /// One passage; nil when this memory does not have it.
    func find(_ id: String) async throws -> JSONValue? {
        guard Identifier.isValid(id, .passage) else { return nil }
        do {
            let found = try await client.get("/v1/roost/passages/" + percentEncoded(id))
            let archives = try await client.list("/v1/archives/", query: [("agent_id", agentID)], limit: 1000)
            guard let archive = found["archive_id"]?.string, archives.contains(where: { $0["id"]?.string == archive })
            else { return nil }
            return found
        } catch let error as ClientError {
            guard error.status == 404 else { throw error }
            return nil
        }
    }

    func delete(_ id: String) async throws { try await client.call(.delete, path + "/" + percentEncoded(id)) }

    func create(_ body: JSONObject) async throws -> JSONValue {
        try await client.call(.post, path, body: .object(body)).array?.first ?? .null
    }

    func update(_ id: String, _ body: JSONObject) async throws -> JSONValue {
        try await client.call(.patch, path + "/" + percentEncoded(id), body: .object(body)).array?.first ?? .null
    }

    /// How many there are.
    func count() async throws -> Int {
        let context = try await client.get("/v1/agents/\(percentEncoded(agentID))/context")
        return context["num_archival_memory"]?.int ?? 0
    }

    private var path: String { "/v1/agents/\(percentEncoded(agentID))/archival-memory" }
}
