import Platform

/// Which agent a call is about, named by id or by a name that only one agent has.
enum AgentChoice {
    /// The agent that an argument names, else the client's own. Throws `ToolError` when there is neither.
    static func id(_ call: ToolCall, _ client: RoostClient) async throws -> String {
        guard let id = try await idIfAny(call, client) else { throw missing(["agent_id"]) }
        return id
    }

    /// The same, nil when there is neither.
    static func idIfAny(_ call: ToolCall, _ client: RoostClient) async throws -> String? {
        guard let named = call.arguments.text("agent_id") ?? call.session.scope.agent else { return nil }
        return try await client.id(of: .agent, named)
    }

    /// The agent that one of several arguments names: what takes something away is never done to an agent nobody named.
    static func named(
        _ call: ToolCall, _ client: RoostClient, by names: [String] = ["agent_id"]
    ) async throws -> String {
        for name in names {
            if let reference = call.arguments.text(name) { return try await client.id(of: .agent, reference) }
        }
        throw missing(names)
    }

    private static func missing(_ names: [String]) -> ToolError {
        ToolError(
            "'\(names.joined(separator: "' or '"))' is missing.", hints: ["Name an agent by its id or its name."])
    }
}
