import Domain
import Platform
import Storage

/// The steps of a conversation's creation and end inside one transaction.
extension WriteTransaction {
    func insert(_ new: NewConversation, of agent: Agent) throws -> Conversation {
        var conversation = draft(of: agent)
        conversation.summary = new.summary
        conversation.model = new.model
        conversation.modelSettings = new.modelSettings
        conversation.extra = new.extra
        if !new.isolatedBlockLabels.isEmpty {
            let shared = try reading.blocks.ofAgent(agent.id)
            conversation.isolatedBlockIDs = try new.isolatedBlockLabels.uniqued.map { label in
                guard let block = shared.first(where: { $0.label == label }) else {
                    let labels = shared.map { "'\($0.label)'" }.joined(separator: ", ")
                    throw Refusal.invalid(
                        "isolated_block_labels: the agent has no block with the label '\(label)' (it has \(labels)).")
                }
                return try copy(block)
            }
        }
        return try open(conversation, of: agent, sharing: [])
    }

    func fork(_ thread: AgentThread, upTo last: String?) throws -> Conversation {
        var conversation = draft(of: thread.agent)
        if let source = thread.conversation {
            conversation.summary = source.summary
            conversation.model = source.model
            conversation.modelSettings = source.modelSettings
            let own = try reading.blocks.find(source.isolatedBlockIDs, organization: thread.organization)
            conversation.isolatedBlockIDs = try source.isolatedBlockIDs.compactMap { id in
                try own.first { $0.id == id }.map { try copy($0) }
            }
        }
        var inContext = try reading.contextMessages(of: thread)
        if let last {
            guard let place = inContext.firstIndex(where: { $0.id == last }) else {
                throw Refusal.invalid("message_id: the message '\(last)' is not in context in this conversation.")
            }
            inContext = Array(inContext[...place])
        }
        let shared = inContext.first?.role == .system ? inContext.dropFirst() : inContext[...]
        return try open(conversation, of: thread.agent, sharing: shared.map(\.id))
    }

    private func draft(of agent: Agent) -> Conversation {
        var conversation = Conversation(id: Identifier.new(.conversation), agentID: agent.id, createdAt: now)
        conversation.createdBy = actor.userID
        conversation.lastUpdatedBy = actor.userID
        return conversation
    }

    private func copy(_ block: Block) throws -> String {
        try insert(block.copy(id: Identifier.new(.block), createdAt: now)).id
    }

    /// - Parameter ids: messages of another thread that follow the system message.
    private func open(_ draft: Conversation, of agent: Agent, sharing ids: [String]) throws -> Conversation {
        try conversations.insert(draft, organization: actor.organizationID)
        try messages.share(ids, with: draft.id, organization: actor.organizationID)
        var conversation = draft
        conversation.messageIDs = ids
        conversation = try withSystemMessage(conversation, of: agent)
        try recordChange(.conversation, .created, id: conversation.id, agentID: agent.id)
        return conversation
    }

    /// Compiles a system message and puts it before the messages in context.
    private func withSystemMessage(_ conversation: Conversation, of agent: Agent) throws -> Conversation {
        let thread = AgentThread(agent: agent, conversation: conversation, organization: actor.organizationID)
        _ = try recompile(thread, keepsTime: false)
        return try reading.conversation(conversation.id, organization: actor.organizationID)
    }

    func deleteIsolatedBlocks(of conversation: Conversation) throws {
        for block in try reading.blocks.find(conversation.isolatedBlockIDs, organization: actor.organizationID) {
            try delete(block)
        }
    }

    /// Every conversation of an agent begins anew, with nothing but its system message.
    func resetConversations(of agent: Agent) throws {
        for conversation in try reading.conversations.ofAgent(agent.id, organization: actor.organizationID) {
            var emptied = conversation
            emptied.messageIDs = []
            _ = try withSystemMessage(emptied, of: agent)
        }
    }
}
