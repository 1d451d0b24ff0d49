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
    ///
    /// No route reads one alone, so a page is asked for whose cursor stands next to it, which tells when it was made.
    func find(_ id: String) async throws -> JSONValue? {
        guard Identifier.isValid(id, .passage) else { return nil }
        if let recent = try await newest(20).first(where: { $0["id"]?.string == id }) { return recent }
        guard let time = try await listed(id)?["created_at"] else { return nil }
        return try await search(["start_date": time, "end_date": time], 100).first { $0["id"]?.string == id }
    }

    private func listed(_ id: String) async throws -> JSONValue? {
        let page: [(String, String)] = [("limit", "1"), ("order", "asc")]
        do {
            let next = try await client.get(path, query: page + [("after", id)]).array?.first
            let cursor = next?["id"]?.string.map { ("before", $0) }
            let query = cursor.map { page + [$0] } ?? [("limit", "1"), ("order", "desc")]
            let found = try await client.get(path, query: query).array?.first
            return found?["id"]?.string == id ? found : nil
        } catch let error as ClientError {
            // A cursor that is not in this memory.
            guard error.status == 404 || error.status == 422 || error.status == 400 else { throw error }
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
