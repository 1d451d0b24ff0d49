package import Domain
import Platform
import Storage

/// A thread of messages as requests name it (wire notes, section 1).
package enum ThreadReference: Sendable, Equatable {
    /// The agent's own thread.
    case main(agentID: String)
    case conversation(String)

    /// - Parameters:
    ///   - text: a conversation's id, `default`, or, as older clients have it, an agent's id.
    ///   - agentID: whose thread `default` is.
    /// - Throws: `Refusal(.unprocessable)` for `default` without an agent.
    package init(_ text: String, agentID: String?) throws {
        if text == "default" {
            guard let agentID else {
                throw Refusal.unprocessable("The conversation 'default' needs an agent: pass agent_id.")
            }
            self = .main(agentID: agentID)
        } else if text.hasPrefix("agent-") {
            self = .main(agentID: text)
        } else if Identifier.isValid(text, .conversation) {
            self = .conversation(text)
        } else {
            var refusal = Refusal.unprocessable(
                "'\(text)' is not the id of a conversation, such as '\(IdentifierKind.conversation.example)'.")
            refusal.examples = [IdentifierKind.conversation.example]
            throw refusal
        }
    }
}

/// An agent's own thread, or one of its conversations, with what it was found with.
package struct AgentThread: Sendable {
    package let agent: Agent
    /// Nil: the agent's own thread.
    package var conversation: Conversation?
    package let organization: String

    package init(agent: Agent, conversation: Conversation? = nil, organization: String) {
        self.agent = agent
        self.conversation = conversation
        self.organization = organization
    }

    /// Ids of the messages in context; the first is the system message.
    package var messageIDs: [String] { conversation?.messageIDs ?? agent.messageIDs }

    /// The system message among messages of the thread: the first one in context, unless it is another thread's.
    func systemMessage(in messages: [Message]) -> Message? {
        messages.first { $0.id == messageIDs.first && $0.role == .system && $0.conversationID == conversation?.id }
    }

    package var filter: MessageFilter.Conversation { conversation.map { .one($0.id) } ?? .main }
}

extension ReadTransaction {
    func conversation(_ id: String, organization: String) throws -> Conversation {
        guard let conversation = try conversations.find(id, organization: organization) else {
            throw Refusal.notFound("Conversation with ID '\(id)' not found")
        }
        return conversation
    }

    func thread(_ reference: ThreadReference, organization: String) throws -> AgentThread {
        switch reference {
        case .main(let agentID):
            return AgentThread(agent: try agent(agentID, organization: organization), organization: organization)
        case .conversation(let id):
            let conversation = try conversation(id, organization: organization)
            let agent = try agent(conversation.agentID, organization: organization)
            return AgentThread(agent: agent, conversation: conversation, organization: organization)
        }
    }

    /// The thread of an agent that a filter names; `.any` means its own.
    func thread(
        of agent: Agent, _ conversation: MessageFilter.Conversation, organization: String
    ) throws -> AgentThread {
        guard case .one(let id) = conversation else { return AgentThread(agent: agent, organization: organization) }
        let found = try self.conversation(id, organization: organization)
        guard found.agentID == agent.id else {
            throw Refusal.notFound("The agent \(agent.id) has no conversation with ID '\(id)'")
        }
        return AgentThread(agent: agent, conversation: found, organization: organization)
    }

    /// The agent's blocks; a conversation's own ones stand in the place of those with the same label.
    func blocks(of thread: AgentThread) throws -> [Block] {
        var shown = try blocks.ofAgent(thread.agent.id)
        guard let conversation = thread.conversation, !conversation.isolatedBlockIDs.isEmpty else { return shown }
        let found = try blocks.find(conversation.isolatedBlockIDs, organization: thread.organization)
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for block in conversation.isolatedBlockIDs.compactMap({ byID[$0] }) {
            if let place = shown.firstIndex(where: { $0.label == block.label }) {
                shown[place] = block
            } else {
                shown.append(block)
            }
        }
        return shown
    }

    /// Messages in context, in the order that the model sees them.
    func contextMessages(of thread: AgentThread) throws -> [Message] {
        let found = try messages.find(thread.messageIDs, organization: thread.organization)
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return thread.messageIDs.compactMap { byID[$0] }
    }

    /// The thread's stored system message.
    func systemMessage(of thread: AgentThread) throws -> Message? {
        guard let first = thread.messageIDs.first else { return nil }
        return thread.systemMessage(in: try messages.find([first], organization: thread.organization))
    }
}
