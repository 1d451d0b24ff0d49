import HTTP
import Platform

/// Whose memory a call is about: docs/design/mcp.md, "Whose memory".
extension ToolSession {
    /// The agent to read from; nil when the project has no memory yet. Creates nothing.
    /// - Parameter given: the call's own `agent_id`: an id or a name.
    func agent(forReading given: String? = nil) async throws -> MemoryAgent? {
        switch try await resolved(given) {
        case .agent(let agent): return agent
        case .project: return nil
        }
    }

    /// The agent to write to, which is made when the project has none yet.
    func agent(forWriting given: String? = nil) async throws -> MemoryAgent {
        switch try await resolved(given) {
        case .agent(let agent): return agent
        case .project(let name):
            let user = scope.folder == nil ? nil : ProjectAgent.user
            let agent = try await ProjectAgent(client: try await client(), project: name).findOrCreate(user: user)
            state.agentID = agent.id
            return agent
        }
    }

    /// The agent that something is to be looked up in or changed, which has to be there.
    func requiredAgent(_ given: String? = nil) async throws -> MemoryAgent {
        guard let agent = try await agent(forReading: given) else {
            throw ToolError(
                "Nothing is stored yet: \(shownProjectName.map { "the project '\($0)'" } ?? "this project") has no memory.",
                hints: ["It is made when something is stored for the first time."], status: 404)
        }
        return agent
    }

    /// What the project is called, by the connection or by its folder; nil when neither is known.
    var projectName: String? { given(scope.project) ?? project?.name }

    /// The same for texts that a model reads: files of a stranger's repository may have chosen it.
    var shownProjectName: String? { projectName.map { Shortened.name($0) } }

    /// What stands in the files of the client's folder.
    var project: Project? { scope.folder.map { Project(folder: $0) } }

    /// What to tell when a file of the project names an agent that is gone, so that another one keeps the memory.
    func replaced(by agent: MemoryAgent?) -> String? {
        guard given(scope.agent) == nil, let named = project?.agent else { return nil }
        if let agent, agent.id == named.reference || agent.name == named.reference { return nil }
        let place =
            agent.map { "The memory is kept by \($0.shownName) (\($0.id))." }
            ?? "A new one is made with the first note."
        return "\(named.path) names an agent that is not there any more. \(place)"
    }

    // MARK: Resolution

    private enum Resolved {
        case agent(MemoryAgent)
        /// A project without an agent.
        case project(String)
    }

    private func resolved(_ reference: String?) async throws -> Resolved {
        let client = try await client()
        if let reference = given(reference) { return .agent(try await agent(reference, client)) }
        if let known = state.agentID {
            if let agent = try await existing(known, client) { return .agent(agent) }
            state.agentID = nil
        }
        let found = try await resolvedDefault(client)
        if case .agent(let agent) = found { state.agentID = agent.id }
        return found
    }

    private func resolvedDefault(_ client: RoostClient) async throws -> Resolved {
        if let reference = given(scope.agent) {
            do { return .agent(try await agent(reference, client)) } catch let error as ToolError {
                throw ToolError(
                    error.message, hints: ["This connection names the agent (LETTA_AGENT_ID): correct or unset it."],
                    status: error.status)
            }
        }
        let project = self.project
        if let named = project?.agent, let agent = try await tolerated(named.reference, client) { return .agent(agent) }
        guard let name = given(scope.project) ?? project?.name else { return .agent(try await onlyAgent(client)) }
        if let agent = try await ProjectAgent(client: client, project: name).find() { return .agent(agent) }
        return .project(name)
    }

    private func agent(_ reference: String, _ client: RoostClient) async throws -> MemoryAgent {
        do {
            let id = try await client.id(of: .agent, reference)
            if let agent = try await existing(id, client) { return agent }
        } catch let error as ClientError {
            throw ToolError(error.description, hints: [Self.advice], status: error.status)
        }
        throw ToolError(
            "There is no agent '\(reference)' in \(client.transport.place).", hints: [Self.advice], status: 404)
    }

    /// An agent that a file names: nil when it was deleted since.
    private func tolerated(_ reference: String, _ client: RoostClient) async throws -> MemoryAgent? {
        if Identifier.isValid(reference, .agent) { return try await existing(reference, client) }
        do {
            return try await existing(try await client.id(of: .agent, reference), client)
        } catch let error as ClientError {
            guard error.status == 404 else { throw error }
            return nil
        }
    }

    private func existing(_ id: String, _ client: RoostClient) async throws -> MemoryAgent? {
        do {
            return MemoryAgent(
                try await client.get("/v1/agents/" + percentEncoded(id), query: [("include", "agent.tags")]))
        } catch let error as ClientError {
            guard error.status == 404 else { throw error }
            return nil
        }
    }

    /// Without a project and without an agent, a server with one agent leaves no doubt.
    private func onlyAgent(_ client: RoostClient) async throws -> MemoryAgent {
        let visible = try await client.list("/v1/agents/", query: [("include", "agent.tags")], limit: 2)
        if visible.count == 1, let agent = MemoryAgent(visible[0]) { return agent }
        throw ToolError(
            visible.isEmpty
                ? "There is no agent yet, and this connection does not say whose memory it means."
                : "This connection does not say whose memory it means, and there are several agents.",
            hints: [Self.advice, "Connect to /mcp?project=NAME or /mcp?agent_id=ID."])
    }

    private static let advice = "Pass agent_id, the id or name of an agent."

    private func given(_ text: String?) -> String? {
        text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }
}
