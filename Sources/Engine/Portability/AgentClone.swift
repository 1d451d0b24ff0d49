import Domain
import Platform
import Storage

/// What a copy of an agent takes along.
package struct CloneOptions: Sendable {
    /// Nil: the agent's name and `_copy`.
    package var name: String?
    package var includesMessages = true
    /// The copy shares the agent's blocks instead of getting its own.
    package var sharesBlocks = false
    /// The copy searches the agent's archives too, and what it learns goes there as well. Passages are never copied, so
    /// without this it remembers none.
    package var sharesArchives = false

    package init() {}
}

extension WriteTransaction {
    /// Copies an agent with its tools, tags, secrets and identities.
    func clone(_ source: Agent, _ options: CloneOptions) throws -> Agent {
        let organization = actor.organizationID
        let relations = try reading.view(source, .all).relations
        var agent = source.copy(id: Identifier.new(.agent), createdAt: now)
        agent.name = options.name ?? source.name + "_copy"
        agent = try insertBare(agent)
        for block in relations.blocks {
            let copy = options.sharesBlocks ? block : try insert(block.copy(id: Identifier.new(.block), createdAt: now))
            try blocks.attach(copy, toAgent: agent.id, organization: organization)
        }
        for tool in relations.tools { try tools.attach(tool.id, toAgent: agent.id, organization: organization) }
        for identity in relations.identities {
            try identities.attach(identity.id, toAgent: agent.id, organization: organization)
        }
        let secrets = relations.secrets.map { secret in
            AgentSecret(
                id: Identifier.new(.secret), key: secret.key, value: secret.value, description: secret.description,
                createdAt: now, updatedAt: now)
        }
        if options.sharesArchives { try archives.share(of: source.id, with: agent.id, at: now) }
        return try complete(
            agent, tags: relations.tags, secrets: secrets, context: try copyMessages(of: source, to: agent, options))
    }

    /// Messages of the agent's own thread, with new ids; gives those in context, a system message first.
    private func copyMessages(of source: Agent, to agent: Agent, _ options: CloneOptions) throws -> [String] {
        guard options.includesMessages else { return try insertOpening(of: agent, []) }
        var ids: [String: String] = [:]
        var first: Message?
        for message in try reading.history(of: source.id, .main, organization: actor.organizationID) {
            var copy = message.copy(id: Identifier.new(.message), agentID: agent.id)
            if message.id == source.messageIDs.first, message.role == .system {
                copy.content = MemoryRendering.readdressed(message.plainText, to: agent.id) ?? message.content
                first = copy
            }
            try messages.insert(copy, by: actor)
            ids[message.id] = copy.id
        }
        let context = source.messageIDs.compactMap { ids[$0] }
        return first == nil ? try insertOpening(of: agent, []) + context : context
    }
}

extension ReadTransaction {
    /// Every stored message of a thread, oldest first.
    func history(
        of agentID: String, _ conversation: MessageFilter.Conversation, organization: String
    ) throws -> [Message] {
        var filter = MessageFilter()
        filter.agentID = agentID
        filter.conversation = conversation
        filter.includesErrors = true
        return try messages.list(filter, PageRequest(limit: Int.max, ascending: true), organization: organization)
    }
}
