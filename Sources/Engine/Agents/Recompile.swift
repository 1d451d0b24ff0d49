import Domain
import Platform
import Storage

extension ReadTransaction {
    /// The system message as it would read now, with what recall and archival memory hold.
    func rendering(of agent: Agent, conversationID: String = "default", compiledAt: Timestamp) throws -> MemoryRendering
    {
        var rendering = MemoryRendering(agent: agent, blocks: try blocks.ofAgent(agent.id), compiledAt: compiledAt)
        let archival = try archivalSummary(ofAgent: agent.id)
        rendering.archivalPassages = archival.passages
        rendering.archivalTags = archival.tags
        rendering.conversationID = conversationID
        rendering.earlierMessages = max(0, try messages.count(ofAgent: agent.id) - agent.messageIDs.count)
        return rendering
    }

    /// The agent's stored system message: the first one in context.
    func systemMessage(of agent: Agent, organization: String) throws -> Message? {
        guard let first = agent.messageIDs.first else { return nil }
        return try messages.find([first], organization: organization).first { $0.role == .system }
    }
}

extension WriteTransaction {
    /// Renders the system message anew and stores it; an agent that has none gets one.
    ///
    /// - Parameter keepsTime: the text goes on naming the time of the last compilation, so that an unchanged memory
    ///   gives an unchanged text, which model providers cache.
    /// - Returns: the text.
    @discardableResult
    func recompile(_ agent: Agent, keepsTime: Bool, stores: Bool = true) throws -> String {
        let stored = try reading.systemMessage(of: agent, organization: actor.organizationID)
        var rendering = try reading.rendering(of: agent, compiledAt: now)
        if keepsTime { rendering.compiledText = stored.flatMap { MemoryRendering.compiledText(in: $0.plainText) } }
        let text = rendering.systemMessage
        guard stores else { return text }
        if var message = stored {
            message.content = Message.textContent(text)
            try messages.update(message, at: now)
        } else {
            var message = Message(id: Identifier.new(.message), agentID: agent.id, role: .system, createdAt: now)
            message.content = Message.textContent(text)
            try messages.insert(message, by: actor)
            try agents.replaceMessageIDs([message.id] + agent.messageIDs, ofAgent: agent.id)
        }
        return text
    }
}

extension Agents {
    /// - Parameter dryRun: nothing is stored; the text is returned all the same.
    package func recompile(_ id: String, updatesTime: Bool, dryRun: Bool, by caller: Caller) async throws -> String {
        try await engine.write(by: caller) { transaction in
            let agent = try transaction.reading.agent(id, organization: caller.organization)
            return try transaction.recompile(agent, keepsTime: !updatesTime, stores: !dryRun)
        }
    }
}
