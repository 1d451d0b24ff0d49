import Domain
import Platform
import Storage

/// What a run works with, read when it starts.
struct RunSituation: Sendable {
    var agent: Agent
    let conversation: Conversation?
    let tools: [Tool]
    /// What the model is told before everything else.
    var instructions: String
    /// Messages in context without the system message, what the client sent included.
    var context: [Message]
    /// The calls that the client answered, each with its verdict.
    let verdicts: [(call: ChatToolCall, verdict: CallAnswer.Verdict)]
    /// The step in which those calls were made.
    let pendingStep: String?
    /// Stored with this run's first transaction.
    let inputs: [Message]
    /// What the client said beside its answers; it follows their results.
    let deferred: [Message]
    /// The client repeats an answer that was taken already, and nothing is left to do.
    let isRepetition: Bool
}

extension WriteTransaction {
    /// Checks what a client sent against the state of the conversation, and stores the run with it.
    /// - Throws: `Refusal`: no such agent or conversation, another run going on, answers to nothing.
    func begin(_ run: Run, _ request: SendRequest, isNew: Bool) throws -> RunSituation {
        let organization = actor.organizationID
        var agent = try reading.agent(run.agentID, organization: organization)
        let conversation = try run.conversationID.map {
            try reading.conversation($0, of: agent, organization: organization)
        }
        if let other = try runs.running(ofAgent: agent.id, conversation: run.conversationID, organization: organization)
        {
            throw RunConflict(runID: other.id)
        }
        agent = try rememberingPrompt(of: agent, conversation)
        let ids = conversation?.messageIDs ?? agent.messageIDs
        let inContext = try reading.messagesInOrder(ids, organization: organization)
        let system = inContext.first { $0.role == .system }
        var context = inContext.filter { $0.id != system?.id }
        if LoopStyle(agent).forgets { context = [] }
        let answers = request.inputs.flatMap { input -> [CallAnswer] in
            if case .answers(let answers, _, _) = input { answers } else { [] }
        }
        let pending = Approvals(context.last)
        var verdicts: [(call: ChatToolCall, verdict: CallAnswer.Verdict)] = []
        var isRepetition = false
        if let pending {
            if answers.isEmpty { throw pending.conflict }
            verdicts = try pending.verdicts(answers)
        } else if !answers.isEmpty {
            guard Approvals.repeats(answers, in: context) else { throw Approvals.nothingWaits }
            isRepetition = context.last?.role == .assistant && request.plainInputs.isEmpty
        }
        let said = request.plainInputs.map { message(from: $0, run) }
        let answered = pending == nil ? [] : request.answerInputs.map { message(from: $0.answers, otid: $0.otid, run) }
        let stored = answered + (pending == nil ? said : [])
        try messages.insert(stored, by: actor)
        let kept = LoopStyle(agent).forgets ? [system?.id].compactMap { $0 } : ids
        try replaceContext(kept + stored.map(\.id), of: agent.id, conversation?.id)
        if isNew { try runs.insert(run, by: actor) } else { try set(going: run) }
        if let conversation, !said.isEmpty {
            try conversations.touch(conversation.id, lastMessageAt: now, organization: organization)
        }
        return RunSituation(
            agent: agent, conversation: conversation, tools: try reading.tools.ofAgents([agent.id])[agent.id] ?? [],
            instructions: request.overrideSystem ?? system?.plainText ?? agent.system, context: context + stored,
            verdicts: verdicts, pendingStep: pending?.request.stepID, inputs: stored,
            deferred: pending == nil ? [] : said, isRepetition: isRepetition)
    }

    /// A run that was made before and waited for its turn.
    private func set(going run: Run) throws {
        let until = now.adding(seconds: RunKeeper.lease)
        switch try runs.start(run.id, leaseUntil: until, at: now, organization: actor.organizationID) {
        case .started: return
        case .busy(let other): throw RunConflict(runID: other)
        case .notWaiting: throw CancellationError()
        }
    }

    func replaceContext(_ ids: [String], of agentID: String, _ conversationID: String?) throws {
        if let conversationID {
            try conversations.replaceMessageIDs(ids, of: conversationID, organization: actor.organizationID)
        } else {
            try agents.replaceMessageIDs(ids, ofAgent: agentID)
        }
    }

    /// The agent with a system message that shows its blocks as they are. What is unchanged stays as it is, so that
    /// services find it in their caches.
    private func rememberingPrompt(of agent: Agent, _ conversation: Conversation?) throws -> Agent {
        let stored = try reading.systemMessage(of: agent, conversation, organization: actor.organizationID)
        if let text = stored?.plainText, try reading.showsMemory(text, of: agent, conversation, at: now) {
            return agent
        }
        try recompile(agent, in: conversation, keepsTime: stored != nil)
        return try reading.agent(agent.id, organization: actor.organizationID)
    }

    private func message(from input: InputMessage, _ run: Run) -> Message {
        var message = newMessage(input.role, run)
        message.content = input.content
        message.otid = input.otid
        message.name = input.name
        message.senderID = input.senderID
        message.groupID = input.groupID
        return message
    }

    private func message(from answers: [CallAnswer], otid: String?, _ run: Run) -> Message {
        var message = newMessage(.approval, run)
        message.approvals = Approvals.stored(answers)
        message.otid = otid
        return message
    }

    private func newMessage(_ role: Message.Role, _ run: Run) -> Message {
        var message = Message(id: Identifier.new(.message), agentID: run.agentID, role: role, createdAt: now)
        message.conversationID = run.conversationID
        message.runID = run.id
        return message
    }
}

/// Another run of the conversation is going on.
struct RunConflict: Error {
    let runID: String
}

extension ReadTransaction {
    func conversation(_ id: String, of agent: Agent, organization: String) throws -> Conversation {
        guard let found = try conversations.find(id, organization: organization), found.agentID == agent.id else {
            throw Refusal.notFound("Conversation with ID '\(id)' not found")
        }
        return found
    }

    func messagesInOrder(_ ids: [String], organization: String) throws -> [Message] {
        let found = try messages.find(ids, organization: organization)
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }
}

extension SendRequest {
    var plainInputs: [InputMessage] {
        inputs.compactMap { if case .message(let message) = $0 { message } else { nil } }
    }

    var answerInputs: [(answers: [CallAnswer], otid: String?)] {
        inputs.compactMap { if case .answers(let answers, let otid, _) = $0 { (answers, otid) } else { nil } }
    }
}
