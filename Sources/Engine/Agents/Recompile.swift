import Domain
import Platform
import Storage

extension ReadTransaction {
    /// The system message as it would read now, with what recall and archival memory hold.
    func rendering(of thread: AgentThread, compiledAt: Timestamp) throws -> MemoryRendering {
        let agent = thread.agent
        var rendering = MemoryRendering(agent: agent, blocks: try blocks(of: thread), compiledAt: compiledAt)
        let archival = try archivalSummary(ofAgent: agent.id)
        rendering.archivalPassages = archival.passages
        rendering.archivalTags = archival.tags
        rendering.conversationID = thread.conversation?.id ?? "default"
        rendering.earlierMessages = max(0, try messages.count(ofAgent: agent.id) - thread.messageIDs.count)
        return rendering
    }
}

extension WriteTransaction {
    /// Renders the system message of the agent's own thread anew and stores it.
    @discardableResult
    func recompile(_ agent: Agent, keepsTime: Bool, stores: Bool = true) throws -> String {
        let thread = AgentThread(agent: agent, organization: actor.organizationID)
        return try recompile(thread, keepsTime: keepsTime, stores: stores)
    }

    /// Renders the system message anew and stores it; a thread that has none gets one.
    ///
    /// - Parameter keepsTime: the text goes on naming the time of the last compilation, so that an unchanged memory
    ///   gives an unchanged text, which model providers cache.
    /// - Returns: the text.
    @discardableResult
    func recompile(_ thread: AgentThread, keepsTime: Bool, stores: Bool = true) throws -> String {
        let stored = try reading.systemMessage(of: thread)
        var rendering = try reading.rendering(of: thread, compiledAt: now)
        if keepsTime { rendering.compiledText = stored.flatMap { MemoryRendering.compiledText(in: $0.plainText) } }
        let text = rendering.systemMessage
        guard stores else { return text }
        if var message = stored {
            message.content = Message.textContent(text)
            try messages.update(message, at: now)
        } else {
            var message = Message(id: Identifier.new(.message), agentID: thread.agent.id, role: .system, createdAt: now)
            message.conversationID = thread.conversation?.id
            message.content = Message.textContent(text)
            try messages.insert(message, by: actor)
            try replaceMessageIDs([message.id] + thread.messageIDs, of: thread)
        }
        return text
    }

    /// Sets which messages of a thread are in context.
    func replaceMessageIDs(_ ids: [String], of thread: AgentThread) throws {
        if let conversation = thread.conversation {
            try conversations.replaceMessageIDs(ids, of: conversation.id, organization: thread.organization)
        } else {
            try agents.replaceMessageIDs(ids, ofAgent: thread.agent.id)
        }
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
