import Domain
import Platform
import Storage

/// Messages from one agent to others (wire notes, section 10): each makes a run of the other agent.
struct AgentToAgent: Sendable {
    let engine: Engine
    /// Agents that wait for one another's answers, the first sender first: a circle would wait for ever.
    let chain: [String]

    /// At most so many agents are told at once by their tags.
    private static let mostAgents = 20
    private static let longestChain = 5

    func send(_ message: AgentMessage, _ call: ToolInvocation) async throws -> ToolOutcome {
        let sender = call.agent.id
        switch message {
        case .waitForReply(let text, let id):
            return ToolOutcome(try await reply(of: id, to: Self.asked(text, by: sender), call).text)
        case .oneWay(let text, let id):
            _ = try await engine.sending.sendLater(
                request(Self.told(text, by: sender)), to: ConversationPlace(agentID: id, conversationID: nil),
                by: call.caller)
            return ToolOutcome("Successfully sent message")
        case .matchingTags(let text, let all, let some):
            let ids = try await agents(all, some, call)
            var replies: [JSONValue] = []
            for id in ids { replies.append(try await reply(of: id, to: Self.asked(text, by: sender), call)) }
            return ToolOutcome(JSONValue.array(replies).text)
        }
    }

    private static func asked(_ text: String, by sender: String) -> String {
        "[Incoming message from agent with ID '\(sender)' - your response will be delivered to the sender] \(text)"
    }

    private static func told(_ text: String, by sender: String) -> String {
        "[Incoming message from agent with ID '\(sender)' - this is a one-way notification; to answer, send a message back] "
            + text
    }

    private func request(_ text: String) -> SendRequest {
        SendRequest(inputs: [.message(InputMessage(role: .system, content: Message.textContent(text)))])
    }

    private func reply(of id: String, to text: String, _ call: ToolInvocation) async throws -> JSONValue {
        guard id != call.agent.id, !chain.contains(id) else {
            throw ToolFailure("Agent \(id) waits for your own answer, so it cannot answer you now.")
        }
        guard chain.count < Self.longestChain else {
            throw ToolFailure("Too many agents wait for one another. Answer with what you know.")
        }
        let prepared = try await engine.sending.prepare(
            request(text), to: ConversationPlace(agentID: id, conversationID: nil), by: call.caller,
            chain: chain + [call.agent.id])
        let said = Said()
        let end = await prepared.carry { event in if case .stored(let messages) = event { await said.add(messages) } }
        if let failure = end.failure { throw ToolFailure("Agent \(id) could not answer: \(failure.message)") }
        return ["agent_id": .string(id), "response": .array(await said.texts.map { .string($0) })]
    }

    /// What the other agent says.
    private actor Said {
        private(set) var texts: [String] = []

        func add(_ messages: [Message]) {
            for message in messages where message.role == .assistant {
                let spoken = message.spokenCalls.map(\.text)
                texts += spoken.isEmpty && message.toolCalls == nil ? [message.plainText] : spoken
            }
        }
    }

    private func agents(_ all: [String], _ some: [String], _ call: ToolInvocation) async throws -> [String] {
        guard !all.isEmpty || !some.isEmpty else { throw ToolFailure("Name at least one tag.") }
        let caller = call.caller
        let found = try await engine.read { transaction in
            var filter = AgentFilter()
            filter.tags = all.isEmpty ? some : all
            filter.matchAllTags = !all.isEmpty
            let page = PageRequest(limit: PageRequest.maximumLimit)
            let agents = try transaction.agents.list(filter, page, organization: caller.organization)
            let tags = try transaction.agents.tags(of: agents.map(\.id))
            return agents.map(\.id).filter { id in
                all.isEmpty || some.isEmpty || !Set(tags[id] ?? []).isDisjoint(with: some)
            }
        }
        return Array(found.filter { $0 != call.agent.id && !chain.contains($0) }.prefix(Self.mostAgents))
    }
}
