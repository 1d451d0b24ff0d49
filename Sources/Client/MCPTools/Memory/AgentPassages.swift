import HTTP
import Platform

/// The passages of an agent's memory, with their provenance: items of `/v1/roost/search`.
struct AgentPassages: Sendable {
    let client: RoostClient
    let agentID: String

    /// The newest first.
    func newest(_ limit: Int) async throws -> [JSONValue] {
        try await PassageSearch(place: .agent(agentID), limit: limit).results(client)
    }

    /// Those that a text is most like, to compare with or to delete: no use of them.
    func nearest(to text: String, _ limit: Int) async throws -> [JSONValue] {
        var search = PassageSearch(question: text, place: .agent(agentID), limit: limit)
        search.countsAsUse = false
        return try await search.results(client)
    }

    /// Those whose metadata have a member.
    /// - Parameter tags: one of which they have too, when that is known: it spares looking at all of them.
    func having(_ member: String, _ value: String, _ limit: Int, tags: [String] = []) async throws -> [JSONValue] {
        var search = PassageSearch(place: .agent(agentID), limit: limit, tags: tags)
        search.metadata = [member: .string(value)]
        search.countsAsUse = false
        return try await search.results(client)
    }

    /// One passage; nil when this memory does not have it.
    func find(_ id: String) async throws -> JSONValue? {
        guard Identifier.isValid(id, .passage) else { return nil }
        do {
            let found = try await client.get(APIPath.passage(id))
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

    func create(_ body: JSONObject, onceFor key: String? = nil) async throws -> JSONValue {
        try await PassagePlace.agent(agentID).add(body, client, onceFor: key)
    }

    func update(_ id: String, _ body: JSONObject) async throws -> JSONValue {
        try await client.call(.patch, path + "/" + percentEncoded(id), body: .object(body)).array?.first ?? .null
    }

    /// How many there are.
    func count() async throws -> Int {
        let context = try await client.get(APIPath.agent(agentID) + "/context")
        return context["num_archival_memory"]?.int ?? 0
    }

    private var path: String { APIPath.passages(ofAgent: agentID) }
}
