/// The agent whose memory a call means: the one it names by id or name, else the session's.
func agent(_ call: ToolCall) async throws -> String {
    if let named = try await namedAgent(call) { return named }
    guard let usual = call.session.scope.agent else {
        throw ToolError(
            "No agent is named, and there is no default agent.",
            hints: ["Give agent_id (an id or a name), or start the server with LETTA_AGENT_ID."])
    }
    return try await call.client().id(of: .agent, usual)
}

/// The agent that a call names itself; nil when it names none.
func namedAgent(_ call: ToolCall) async throws -> String? {
    guard let reference = call.arguments.text("agent_id") else { return nil }
    return try await call.client().id(of: .agent, reference)
}
