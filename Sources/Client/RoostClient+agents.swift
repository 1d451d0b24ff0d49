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

    private static func isModelMissing(_ error: ClientError, _ body: JSONObject) -> Bool {
        error.status == 400 && body["model"] == nil && body["llm_config"] == nil && error.description.contains("model")
    }
}
