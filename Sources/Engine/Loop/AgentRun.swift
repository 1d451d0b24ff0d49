import Domain
import Platform
import Storage

/// One run: does what `StepMachine` says, and stores every step before it is shown. Belongs to one task.
struct AgentRun {
    typealias Watcher = @Sendable (RunEvent) async throws -> Void

    let engine: Engine
    let caller: Caller
    let request: SendRequest
    let model: any ChatModel
    let wishes: ModelWishes
    /// Agents that wait for this one's answer.
    let chain: [String]
    let watch: Watcher
    var run: Run
    var situation: RunSituation
    var machine: StepMachine
    /// What the model is shown, kept in step with the context.
    var shown: ModelTurns
    /// Messages that belong to the context and are stored with the next step.
    var unstored: [Message] = []
    /// Calls of tools that are kept with the next step.
    var unstoredCalls: [ToolCallRecord] = []
    var step: Step
    var logprobs: JSONText?
    /// Whether anything of the agent was stored in this run.
    var hasAnswered = false
    let began = ContinuousClock.now
    /// Tools by name, as the model is shown them.
    let offered: [String: ChatTool]

    init(
        engine: Engine, caller: Caller, request: SendRequest, model: any ChatModel, run: Run, situation: RunSituation,
        chain: [String] = [], watch: @escaping Watcher
    ) {
        self.engine = engine
        self.caller = caller
        self.request = request
        self.model = model
        self.run = run
        self.situation = situation
        self.chain = chain
        self.watch = watch
        wishes = ModelWishes(situation.agent, overriding: situation.conversation?.modelSettings)
        let style = LoopStyle(situation.agent)
        let rules = ToolRules(situation.agent.toolRules)
        var tools = StepMachine.Tools()
        var offered: [String: ChatTool] = [:]
        for tool in situation.tools where tool.jsonSchema != nil {
            tools.names.append(tool.name)
            offered[tool.name] = ToolOffer.chatTool(
                tool, style: style, endsTurn: rules.ends(tool.name), thinks: wishes.thinksInCalls)
        }
        for tool in request.clientTools {
            // A client's tool stands in for the agent's own of the same name.
            if offered[tool.name] == nil { tools.names.append(tool.name) }
            tools.client.insert(tool.name)
            offered[tool.name] = ToolOffer.chatTool(tool)
        }
        tools.allowsParallel = wishes.allowsParallelCalls
        self.offered = offered
        machine = StepMachine(style: style, tools: tools, rules: rules, maximumSteps: request.maximumSteps)
        shown = ModelTurns(situation.context)
        step = Step(id: Identifier.new(.step), agentID: situation.agent.id, createdAt: .now)
    }

    /// Carries the run out. It is stored as ended when this returns, whatever happened.
    mutating func perform() async -> RunEnd {
        var failure: RunFailure?
        do {
            try await watch(.began(run, situation.agent.type))
            run.stopReason = try await conduct()
        } catch {
            failure = Self.failure(error)
            run.stopReason = failure?.stopReason ?? .cancelled
        }
        await finish(failure)
        return RunEnd(run: run, failure: failure, logprobs: logprobs)
    }

    private mutating func conduct() async throws -> StopReason {
        if situation.isRepetition { return .endTurn }
        var next = situation.verdicts.isEmpty ? machine.proceed() : try await settle()
        while true {
            switch next {
            case .finish(let reason): return reason
            case .callModel(let names, let choice, let heartbeat):
                if let heartbeat { addHeartbeat(heartbeat) }
                beginStep()
                next = try await act(on: try await askMakingRoom(names, choice))
                if isCrowded { _ = try await compact(trigger: "post_step_context_check") }
            }
        }
    }

    /// Nil: somebody cancelled it, or went away.
    private static func failure(_ error: any Error) -> RunFailure? {
        switch error {
        case is CancellationError: nil
        case is WatcherGone: nil
        case let error as ChatError: RunFailure(error)
        case let failure as RunFailure: failure
        case let refusal as Refusal:
            RunFailure(type: "internal_error", message: refusal.message, stopReason: .error)
        default:
            // The type only: an unknown error's text may hold content.
            RunFailure(
                type: "internal_error", message: "An unknown error occurred (\(type(of: error)))", stopReason: .error)
        }
    }

    // MARK: What it answered

    private mutating func act(on turn: ModelTurn) async throws -> StepMachine.Next {
        var plan = machine.plan(turn.answer)
        if case .finish(.invalidLLMResponse)? = plan.next {
            throw RunFailure(
                type: "llm_empty_response", message: "\(model.handle.text) answered with nothing.",
                stopReason: .invalidLLMResponse)
        }
        plan.calls = plan.calls.map(\.identified)
        let settled = plan.calls.filter { !$0.waits }
        let waiting = plan.calls.filter(\.waits)
        var messages: [Message] = []
        if waiting.isEmpty || !settled.isEmpty {
            messages.append(message(.assistant, of: turn, calls: settled.map(\.call), showsParts: true))
        }
        if let next = plan.next {
            try await store(messages, trace: turn, endsStep: true)
            return next
        }
        if !settled.isEmpty {
            try await store(messages, trace: turn, endsStep: false)
            messages = []
            let (results, returned) = try await carryOut(settled)
            if waiting.isEmpty {
                let next = machine.ran(results)
                try await store([returned], endsStep: true)
                return next
            }
            // Their results are told to the model with those of the calls that wait.
            _ = machine.ran(results)
            messages = [returned]
        }
        messages.append(
            message(.approval, of: turn, calls: waiting.map(\.call), showsParts: settled.isEmpty))
        try await store(messages, trace: settled.isEmpty ? turn : nil, endsStep: true)
        return .finish(.requiresApproval)
    }

    private func message(
        _ role: Message.Role, of turn: ModelTurn, calls: [ChatToolCall], showsParts: Bool
    ) -> Message {
        let id = showsParts ? turn.messageID : Identifier.new(.message)
        var message = Message(role, of: run, at: turn.date, id: id)
        message.stepID = step.id
        message.model = model.handle.model
        var calls = calls
        var parts = showsParts ? turn.answer.parts.compactMap(\.stored) : []
        if machine.style.actsByTools {
            // What such a type thinks in a call is kept beside it, as if it had been said there.
            for index in calls.indices {
                if let thought = calls[index].takeThought() {
                    parts.append(["type": "text", "text": .string(thought)])
                }
            }
        }
        message.content = parts.isEmpty ? nil : JSONText(.array(parts))
        if !calls.isEmpty { message.toolCalls = JSONText(.array(calls.map(\.stored))) }
        return message
    }

    private mutating func addHeartbeat(_ reason: String) {
        let envelope: JSONValue = [
            "type": "heartbeat", "reason": .string(reason),
            "time": .string(Timestamp.now.modelText(in: situation.agent.zone)),
        ]
        var message = Message(.user, of: run, at: .now)
        message.content = Message.textContent(envelope.text)
        unstored.append(message)
        shown.add(message)
    }
}
