import HTTP
import Platform

/// Whose memory a call is about: docs/design/mcp.md, "Whose memory".
extension ToolSession {
    /// The agent to read from; nil when the project has no memory yet. Creates nothing.
    /// - Parameters:
    ///   - given: the call's own `agent_id`: an id or a name.
    ///   - unseen: takes the agent that is known without looking whether it is still there: for calls that are refused
    ///     with 404, before they change anything, when it is not (`retryingWhenLost`).
    func agent(forReading given: String? = nil, unseen: Bool = false) async throws -> MemoryAgent? {
        switch try await resolved(given, unseen: unseen) {
        case .agent(let agent): return agent
        case .project: return nil
        }
    }

    /// The agent to write to, which is made when the project has none yet.
    func agent(forWriting given: String? = nil, unseen: Bool = false) async throws -> MemoryAgent {
        switch try await resolved(given, unseen: unseen) {
        case .agent(let agent): return agent
        case .project(let name):
            // The list of users may be on another machine.
            let user = scope.folder == nil ? nil : await BlockingThread.run(name: "user") { ProjectAgent.user }
            let agent = try await ProjectAgent(client: try await client(), project: name).findOrCreate(user: user)
            state.agent = agent
            return agent
        }
    }

    /// The agent that something is to be looked up in or changed, which has to be there.
    func requiredAgent(_ given: String? = nil, unseen: Bool = false) async throws -> MemoryAgent {
        guard let agent = try await agent(forReading: given, unseen: unseen) else {
            let name = await shownProjectName().map { "the project '\($0)'" } ?? "this project"
            throw ToolError(
                "Nothing is stored yet: \(name) has no memory.",
                hints: ["It is made when something is stored for the first time."], status: 404)
        }
        return agent
    }

    /// What the project is called, by the connection or by its folder; nil when neither is known.
    func projectName() async -> String? {
        if let name = given(scope.project) { return name }
        return await project()?.name
    }

    /// The same for texts that a model reads: files of a stranger's repository may have chosen it.
    func shownProjectName() async -> String? { await projectName().map { ShortText.name($0) } }

    /// What stands in the files of the client's folder; nil without one.
    /// - Parameter isAnew: reads them again.
    func project(isAnew: Bool = false) async -> Project? {
        guard let folder = scope.folder else { return nil }
        if !isAnew, let known = state.project { return known }
        let project = await BlockingThread.run(name: "project-files") { Project(folder: folder) }
        state.project = project
        return project
    }

    /// What to tell when a file of the project names an agent that is gone, so that another one keeps the memory.
    func replaced(by agent: MemoryAgent?) async -> String? {
        guard given(scope.agent) == nil, let named = await project()?.agent else { return nil }
        if let agent, agent.id == named.reference || agent.name == named.reference { return nil }
        let place =
            agent.map { "The memory is kept by \($0.shownName) (\($0.id))." }
            ?? "A new one is made with the first note."
        return "\(named.path) names an agent that is not there: it was deleted, or is in another memory. \(place)"
    }

    // MARK: Resolution

    private enum Resolved {
        case agent(MemoryAgent)
        /// A project without an agent.
        case project(String)
    }

    private func resolved(_ reference: String?, unseen: Bool) async throws -> Resolved {
        let client = try await client()
        if let reference = given(reference) {
            if unseen, let known = agents[reference] { return .agent(known) }
            let agent = try await agent(reference, client)
            agents.note(agent)
            return .agent(agent)
        }
        if unseen, let known = state.agent { return .agent(known) }
        if let known = try await stillKnown(client) { return .agent(known) }
        let found = try await resolvedDefault(client)
        if case .agent(let agent) = found { state.agent = agent }
        return found
    }

    /// The agent that is known, as it is now; nil when none is, or it was deleted.
    private func stillKnown(_ client: RoostClient) async throws -> MemoryAgent? {
        guard let known = state.agent else { return nil }
        let agent = try await existing(known.id, client)
        state.agent = agent
        return agent
    }

    /// Does something with an agent that was not looked at before, and once more when it turns out to be gone.
    func retryingWhenLost<Value>(_ work: () async throws -> Value) async throws -> Value {
        let known = state.agent
        do { return try await work() } catch {
            guard ToolError(error).status == 404, let known else { throw error }
            // Another call may have noticed already.
            if state.agent == known, try await stillKnown(try await client()) != nil { throw error }
        }
        return try await work()
    }

    private func resolvedDefault(_ client: RoostClient) async throws -> Resolved {
        if let reference = given(scope.agent) {
            state.origin = .connection
            do { return .agent(try await agent(reference, client)) } catch let error as ToolError {
                throw ToolError(
                    error.message, hints: ["This connection names the agent (LETTA_AGENT_ID): correct or unset it."],
                    status: error.status)
            }
        }
        let project = await self.project(isAnew: true)
        if let named = project?.agent, let agent = try await tolerated(named.reference, client) {
            state.origin = .file(named.path)
            return .agent(agent)
        }
        guard let name = given(scope.project) ?? project?.name else {
            state.origin = .onlyAgent
            return .agent(try await onlyAgent(client))
        }
        state.origin = .project(name)
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
                try await client.get(APIPath.agent(id), query: APIPath.tagsAlone))
        } catch let error as ClientError {
            guard error.status == 404 else { throw error }
            return nil
        }
    }

    /// Without a project and without an agent, a server with one agent leaves no doubt.
    private func onlyAgent(_ client: RoostClient) async throws -> MemoryAgent {
        let visible = try await client.list("/v1/agents/", query: APIPath.tagsAlone, limit: 2)
        if visible.count == 1, let agent = MemoryAgent(visible[0]) { return agent }
        throw ToolError(
            visible.isEmpty
                ? "There is no agent yet, and this connection does not say whose memory it means."
                : "This connection does not say whose memory it means, and there are several agents.",
            hints: [
                Self.advice, "Or set LETTA_PROJECT or LETTA_AGENT_ID for 'roost mcp'.",
                "Over HTTP connect to /mcp?project=NAME or /mcp?agent_id=ID.",
            ])
    }

    private static let advice = "Pass agent_id, the id or name of an agent."

    private func given(_ text: String?) -> String? {
        text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }
}
