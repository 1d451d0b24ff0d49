import HTTP
package import Platform

extension RoostClient {
    /// Makes an agent. Who only wants memory should not have to know a model: without one, and without a default of the
    /// server, the agent gets one that asks for a provider when it is used.
    /// - Returns: the agent, and whether it has no model to answer with.
    package func createAgent(
        _ body: JSONObject, onceFor key: String? = nil
    ) async throws -> (agent: JSONValue, lacksModel: Bool) {
        do {
            return (try await call(.post, "/v1/agents/", body: .object(body), onceFor: key), false)
        } catch let error as ClientError where Self.isModelMissing(error, body) {
            var body = body
            body["model"] = "letta/letta-free"
            return (try await call(.post, "/v1/agents/", body: .object(body), onceFor: key), true)
        }
    }

    /// The archive that an agent's new passages go to, which is made when it has none.
    /// - Parameter isTrial: makes none.
    package func archive(ofAgent id: String, isTrial: Bool) async throws -> String? {
        let archives = try await get("/v1/archives/", query: [("agent_id", id), ("order", "asc"), ("limit", "1")])
        if let known = archives.array?.first?["id"]?.string { return known }
        if isTrial { return nil }
        let owner = try await get(APIPath.agent(id), query: APIPath.tagsAlone)["name"]?.string ?? id
        let made = try await call(.post, "/v1/archives/", body: ["name": .string("\(owner)'s Archive")])
        guard let archive = made["id"]?.string else { throw ClientError("The server made no archive.") }
        try await call(.patch, APIPath.agent(id) + "/archives/attach/" + percentEncoded(archive))
        return archive
    }

    private static func isModelMissing(_ error: ClientError, _ body: JSONObject) -> Bool {
        error.status == 400 && body["model"] == nil && body["llm_config"] == nil && error.description.contains("model")
    }
}
