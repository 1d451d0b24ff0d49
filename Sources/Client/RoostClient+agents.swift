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

    /// The archive that an agent's new passages go to, which is made when it has none. Of several processes that do so at once,
    /// one makes it.
    /// - Parameter isTrial: makes none.
    package func archive(ofAgent id: String, isTrial: Bool) async throws -> String? {
        if let known = try await oldestArchive(ofAgent: id) { return known }
        if isTrial { return nil }
        let owner = try await get(APIPath.agent(id), query: APIPath.tagsAlone)["name"]?.string ?? id
        let body: JSONValue = ["name": .string("\(owner)'s Archive")]
        var key: String? = "agent-archive-\(id)"
        for _ in 0..<Self.mostTries {
            do {
                let made = try await call(.post, "/v1/archives/", body: body, onceFor: key)
                guard let archive = made["id"]?.string else { throw ClientError("The server made no archive.") }
                try await call(.patch, APIPath.agent(id) + "/archives/attach/" + percentEncoded(archive))
                return archive
            } catch let error as ClientError {
                switch error.status {
                // Somebody else is making it at this moment.
                case 409: try await Task.sleep(for: .milliseconds(20))
                // It was made before, and deleted since.
                case 404 where key != nil: key = nil
                default: throw error
                }
            }
            if let known = try await oldestArchive(ofAgent: id) { return known }
        }
        throw ClientError("The archive of \(owner) could not be made in \(transport.place). Try again.", status: 409)
    }

    private static let mostTries = 50

    private func oldestArchive(ofAgent id: String) async throws -> String? {
        try await get("/v1/archives/", query: [("agent_id", id), ("order", "asc"), ("limit", "1")])
            .array?.first?["id"]?.string
    }

    private static func isModelMissing(_ error: ClientError, _ body: JSONObject) -> Bool {
        error.status == 400 && body["model"] == nil && body["llm_config"] == nil && error.description.contains("model")
    }
}
