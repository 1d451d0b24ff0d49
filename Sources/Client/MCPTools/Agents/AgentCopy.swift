import HTTP
import Platform

/// Copies an agent within the server.
enum AgentCopy {
    /// - Parameter name: nil: the agent's name and `_copy`.
    static func clone(
        _ id: String, named name: String?, project: String?, _ client: RoostClient
    ) async throws -> JSONValue {
        var body = JSONObject()
        if let name { body["name"] = .string(name) }
        let copy = try await client.call(.post, APIPath.agent(id) + "/clone", body: .object(body))
        guard let project, let copyID = copy["id"]?.string else { return copy }
        do {
            return try await client.call(.patch, APIPath.agent(copyID), body: ["project_id": .string(project)])
        } catch let error as ClientError {
            throw ToolError(
                "The copy \(copyID) was made, but not put into the project: \(error.description)",
                status: error.status)
        }
    }
}
