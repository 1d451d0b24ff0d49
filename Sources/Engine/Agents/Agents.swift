package import Domain
import Platform
import Storage

/// An agent with the relations that its reader asked for.
package struct AgentView: Sendable {
    package let agent: Agent
    package let relations: AgentRelations
}

/// Use cases of agents.
package struct Agents: Sendable {
    let engine: Engine

    package func create(_ new: NewAgent, by caller: Caller) async throws -> AgentView {
        let draft = try AgentDraft(new, engine: engine, projectID: caller.projectID)
        let later = draft.agent.extra?.value.object?.members.map(\.name) ?? []
        engine.noteLaterWork(later + (new.enableSleeptime == true ? ["enable_sleeptime"] : []))
        engine.noteUnknownZone(new.timezone)
        return try await engine.write(by: caller, counting: "agent_create") { transaction in
            let agent = try transaction.insert(draft)
            return try transaction.reading.view(agent, .all)
        }
    }

    package func find(_ id: String, parts: AgentRelations.Parts, by caller: Caller) async throws -> AgentView {
        try await engine.read { transaction in
            try transaction.view(try transaction.agent(id, organization: caller.organization), parts)
        }
    }

    /// An unknown cursor gives the first page, as V1 does (wire notes, section 6).
    package func list(
        _ filter: AgentFilter, _ page: PageRequest, parts: AgentRelations.Parts, by caller: Caller
    ) async throws -> [AgentView] {
        try await engine.read { transaction in
            var page = page
            page.after = try page.after.flatMap { try transaction.known($0, caller) }
            page.before = try page.before.flatMap { try transaction.known($0, caller) }
            let agents = try transaction.agents.list(filter, page, organization: caller.organization)
            return try transaction.views(agents, parts)
        }
    }

    /// Agents that a block, tool, archive or identity is attached to.
    package func linked(
        by link: AgentLink, to id: String, _ page: PageRequest, parts: AgentRelations.Parts, by caller: Caller
    ) async throws -> [AgentView] {
        try await engine.read { transaction in
            for cursor in [page.after, page.before].compactMap({ $0 }) {
                guard try transaction.known(cursor, caller) != nil else {
                    throw Refusal.notFound("No Agent found with id '\(cursor)'")
                }
            }
            let agents = try transaction.agents.linked(by: link, to: id, page, organization: caller.organization)
            return try transaction.views(agents, parts)
        }
    }

    package func count(_ filter: AgentFilter, by caller: Caller) async throws -> Int {
        try await engine.read { try $0.agents.count(filter, organization: caller.organization) }
    }

    package func update(_ id: String, _ patch: AgentPatch, by caller: Caller) async throws -> AgentView {
        engine.noteUnknownZone(patch.timezone.given)
        let change = try await engine.embedding.change(of: id, by: patch, caller)
        let view = try await engine.write(by: caller, counting: "agent_update") { transaction in
            let current = try transaction.reading.agent(id, organization: caller.organization)
            let agent = try transaction.update(current, patch)
            if let change { try transaction.apply(change, toArchiveOf: id) }
            return try transaction.reading.view(agent, .all)
        }
        if change != nil { engine.embedding.wakeWorker() }
        return view
    }

    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "agent_delete") { transaction in
            let agent = try transaction.reading.agent(id, organization: caller.organization)
            try transaction.agents.delete(agent.id)
            try transaction.recordChange(.agent, .deleted, id: id, agentID: id, projectID: agent.projectID)
        }
    }
}

extension Engine {
    package var agents: Agents { Agents(engine: self) }
}

extension ReadTransaction {
    func agent(_ id: String, organization: String) throws -> Agent {
        guard let agent = try agents.find(id, organization: organization) else { throw Self.noAgent(id) }
        return agent
    }

    func requireAgent(_ id: String, organization: String) throws {
        guard try agents.exists(id, organization: organization) else { throw Self.noAgent(id) }
    }

    private static func noAgent(_ id: String) -> Refusal { .notFound("Agent with ID \(id) not found") }

    func view(_ agent: Agent, _ parts: AgentRelations.Parts) throws -> AgentView {
        AgentView(agent: agent, relations: try relations(of: [agent.id], parts)[agent.id] ?? AgentRelations())
    }

    func views(_ agents: [Agent], _ parts: AgentRelations.Parts) throws -> [AgentView] {
        let relations = try relations(of: agents.map(\.id), parts)
        return agents.map { AgentView(agent: $0, relations: relations[$0.id] ?? AgentRelations()) }
    }

    /// One read for each kind of relation, however many agents there are.
    private func relations(of ids: [String], _ parts: AgentRelations.Parts) throws -> [String: AgentRelations] {
        if ids.isEmpty || parts.isEmpty { return [:] }
        var found: [String: AgentRelations] = [:]
        if parts.contains(.blocks) {
            for (id, blocks) in try blocks.ofAgents(ids) { found[id, default: AgentRelations()].blocks = blocks }
        }
        if parts.contains(.tools) {
            for (id, tools) in try tools.ofAgents(ids) { found[id, default: AgentRelations()].tools = tools }
        }
        if parts.contains(.tags) {
            for (id, tags) in try agents.tags(of: ids) { found[id, default: AgentRelations()].tags = tags }
        }
        if parts.contains(.secrets) {
            for (id, secrets) in try agents.secrets(of: ids) { found[id, default: AgentRelations()].secrets = secrets }
        }
        if parts.contains(.identities) {
            for (id, identities) in try identities.ofAgents(ids) {
                found[id, default: AgentRelations()].identities = identities
            }
        }
        return found
    }

    fileprivate func known(_ cursor: String, _ caller: Caller) throws -> String? {
        try agents.exists(cursor, organization: caller.organization) ? cursor : nil
    }
}
