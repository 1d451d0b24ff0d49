/// Which agent a call is about, named by id or by a name that only one agent has.
extension ToolCall {
    /// The agent that the call names, else the session's. Throws `ToolError` when the project has no memory yet.
    /// - Parameter unseen: as of `ToolSession.agent(forReading:unseen:)`.
    func agent(unseen: Bool = false) async throws -> String {
        if let named = try await namedAgent() { return named }
        return try await session.requiredAgent(unseen: unseen).id
    }

    /// The same for what adds to its memory: a project's agent is made when there is none yet.
    func agentForWriting(unseen: Bool = false) async throws -> String {
        if let named = try await namedAgent() { return named }
        return try await session.agent(forWriting: nil, unseen: unseen).id
    }

    /// The agent that the call names itself; nil when it names none.
    func namedAgent() async throws -> String? {
        guard let reference = arguments.text("agent_id") else { return nil }
        return try await client().id(of: .agent, reference)
    }

    /// The agent that the call or the connection names; nil when neither does.
    func agentIfAny() async throws -> String? {
        guard let reference = arguments.text("agent_id") ?? session.scope.agent else { return nil }
        return try await client().id(of: .agent, reference)
    }

    /// The agent that one of several arguments names: what takes something away is never done to an agent nobody named.
    func agent(named names: String...) async throws -> String {
        for name in names {
            if let reference = arguments.text(name) { return try await client().id(of: .agent, reference) }
        }
        throw ToolError(
            "'\(names.joined(separator: "' or '"))' is missing.", hints: ["Name an agent by its id or its name."])
    }
}
