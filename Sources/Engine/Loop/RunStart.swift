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
        var thread = try reading.thread(of: run, organization: organization)
        if let other = try runs.running(
            ofAgent: run.agentID, conversation: run.conversationID, organization: organization)
        {
            throw RunConflict(runID: other.id)
        }
        var inContext = try reading.contextMessages(of: thread)
        if try renewPrompt(of: thread, thread.systemMessage(in: inContext)) {
            thread = try reading.thread(of: run, organization: organization)
            inContext = try reading.contextMessages(of: thread)
        }
        let (agent, conversation) = (thread.agent, thread.conversation)
        let system = thread.systemMessage(in: inContext)
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
        let kept = LoopStyle(agent).forgets ? [system?.id].compactMap { $0 } : thread.messageIDs
        try replaceMessageIDs(kept + stored.map(\.id), of: thread)
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

    /// Renders the system message anew when it does not show the blocks and rules as they are. What is unchanged stays as
    /// it is, so that services find it in their caches.
    /// - Returns: whether it did.
    private func renewPrompt(of thread: AgentThread, _ stored: Message?) throws -> Bool {
        if let text = stored?.plainText, try reading.showsMemory(text, of: thread, at: now) { return false }
        try recompile(thread, keepsTime: stored != nil)
        return true
    }

    private func message(from input: InputMessage, _ run: Run) -> Message {
        var message = Message(input.role, of: run, at: now)
        message.content = input.content
        message.otid = input.otid
        message.name = input.name
        message.senderID = input.senderID
        message.groupID = input.groupID
        return message
    }

    private func message(from answers: [CallAnswer], otid: String?, _ run: Run) -> Message {
        var message = Message(.approval, of: run, at: now)
        message.approvals = Approvals.stored(answers)
        message.otid = otid
        return message
    }
}

/// Another run of the conversation is going on.
struct RunConflict: Error {
    let runID: String
}

extension ReadTransaction {
    /// The thread that a run talks in.
    func thread(of run: Run, organization: String) throws -> AgentThread {
        let agent = try agent(run.agentID, organization: organization)
        return try thread(of: agent, run.conversationID.map { .one($0) } ?? .main, organization: organization)
    }

    /// Whether a system message shows a thread's blocks and rules as they are now.
    fileprivate func showsMemory(_ text: String, of thread: AgentThread, at time: Timestamp) throws -> Bool {
        let rendering = MemoryRendering(agent: thread.agent, blocks: try blocks(of: thread), compiledAt: time)
        return text.containsBytes(of: rendering.coreMemory) && text.containsBytes(of: rendering.toolUsageRules)
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
