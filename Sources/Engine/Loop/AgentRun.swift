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
    var step: Step
    var logprobs: JSONText?
    /// Whether anything of the agent was stored in this run.
    var hasAnswered = false
    let began = ContinuousClock.now
    private let offered: [String: ChatTool]

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

    // MARK: The model

    private mutating func beginStep() {
        step = Step(id: Identifier.new(.step), agentID: situation.agent.id, createdAt: .now)
        step.runID = run.id
        step.conversationID = run.conversationID
        step.providerName = model.handle.provider
        step.providerCategory = "base"
        step.model = model.handle.model
        step.modelHandle = model.handle.text
        step.modelEndpoint = situation.agent.llmConfig.value["model_endpoint"]?.string
        step.contextWindow = wishes.contextWindow
        step.projectID = situation.agent.projectID
        step.startedNanoseconds = Int(Timestamp.now.microseconds) * 1000
    }

    func chatRequest(_ names: [String], _ choice: ToolChoice) -> ChatRequest {
        var chat = ChatRequest(instructions: instructions, turns: shown.complete)
        wishes.apply(to: &chat)
        chat.tools = names.compactMap { offered[$0] }
        chat.toolChoice = chat.tools.isEmpty ? .automatic : choice
        chat.allowsParallelCalls = machine.tools.allowsParallel
        chat.cacheKey = run.conversationID ?? situation.agent.id
        chat.topLogprobs = request.topLogprobs
        return chat
    }

    /// The system message, and what the client can do beside its tools.
    private var instructions: String {
        if request.clientSkills.isEmpty { return situation.instructions }
        let skills = request.clientSkills.map { "- \($0.name) (\($0.location)): \($0.description)" }
        return situation.instructions + "\n\n<available_skills>\n" + skills.joined(separator: "\n")
            + "\n</available_skills>"
    }

    /// Asks again with a shorter context when the service finds it too long.
    private mutating func askMakingRoom(_ names: [String], _ choice: ToolChoice) async throws -> ModelTurn {
        let tools = names.compactMap { offered[$0] }
        let fixed = ContextWindow.tokens(instructions) + tools.reduce(0) { $0 + $1.tokens }
        if fixed > wishes.contextWindow { throw Self.overflow }
        do {
            return try await ask(names, choice)
        } catch let error as ChatError where error.code == .tooLong {
            guard try await compact(trigger: "context_window_exceeded") else { throw Self.overflow }
            return try await ask(names, choice)
        }
    }

    private static let overflow = RunFailure(
        type: "context_window_overflow_in_system_prompt",
        message:
            "The system prompt with its memory blocks and tools is longer than the model's context window. Shorten the "
            + "blocks or choose a model with a larger window.",
        stopReason: .contextWindowOverflow)

    private mutating func ask(_ names: [String], _ choice: ToolChoice) async throws -> ModelTurn {
        let chat = chatRequest(names, choice)
        let start = ContinuousClock.now
        step.modelStartedNanoseconds = Int(Timestamp.now.microseconds) * 1000
        var turn = ModelTurn(messageID: Identifier.new(.message), date: .now)
        var first: ContinuousClock.Instant?
        let tells = request.streamsTokens
        let (watch, stepID, runID, machine) = (watch, step.id, run.id, machine)
        try await model.respond(to: chat) { delta in
            if first == nil { first = .now }
            let piece = turn.add(delta) { machine.waits($0) }
            if tells, let piece {
                try await watch(
                    .piece(
                        MessagePiece(
                            messageID: turn.messageID, part: piece.part, content: piece.content, stepID: stepID,
                            runID: runID, date: turn.date)))
            }
        }
        step.modelNanoseconds = (ContinuousClock.now - start).nanoseconds
        if run.firstTokenNanoseconds == nil, let first { run.firstTokenNanoseconds = (first - began).nanoseconds }
        guard turn.answer.end != nil else {
            throw ChatError(.unusable, "The answer of \(model.handle.text) was cut off.")
        }
        step.usage = turn.answer.usage
        run.usage = run.usage + turn.answer.usage
        run.stepCount += 1
        run.contextTokens = turn.answer.usage.total
        logprobs = turn.answer.logprobs ?? logprobs
        turn.request = chat
        return turn
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
        var message = Message(id: id, agentID: situation.agent.id, role: role, createdAt: turn.date)
        message.conversationID = run.conversationID
        message.runID = run.id
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
        var message = Message(
            id: Identifier.new(.message), agentID: situation.agent.id, role: .user, createdAt: .now)
        message.conversationID = run.conversationID
        message.runID = run.id
        message.content = Message.textContent(envelope.text)
        unstored.append(message)
        shown.add(message)
    }
}

/// An answer as it comes in, and the message it will be.
struct ModelTurn: Sendable {
    let messageID: String
    let date: Timestamp
    private(set) var answer = ChatAnswer()
    /// What was asked; set when the answer is whole.
    var request: ChatRequest?

    init(messageID: String, date: Timestamp) {
        self.messageID = messageID
        self.date = date
    }

    /// What to show of a piece; nil for nothing.
    /// - Parameter waits: whether calls of a tool wait for a person or the client.
    mutating func add(
        _ delta: ChatDelta, waits: (String) -> Bool
    ) -> (part: Int, content: MessagePiece.Content)? {
        answer.add(delta)
        let last = max(0, answer.parts.count - 1)
        switch delta {
        case .text(let text): return text.isEmpty ? nil : (last, .text(text))
        case .reasoning(let text): return text.isEmpty ? nil : (last, .reasoning(text))
        case .reasoningSignature(let signature): return (last, .signature(signature))
        case .call(let index, let id, let name, let arguments, _):
            return (
                answer.parts.count,
                .call(
                    index: index, id: id, name: name, arguments: arguments, waits: waits(answer.calls[index].name))
            )
        case .redactedReasoning, .usage, .logprobs, .end: return nil
        }
    }
}

/// The client that watched a run is gone.
struct WatcherGone: Error {}

extension ChatToolCall {
    /// Takes the thoughts out of the arguments.
    mutating func takeThought() -> String? {
        guard var given = StepMachine.arguments(arguments), let thought = given[LoopStyle.thinking]?.string else {
            return nil
        }
        given[LoopStyle.thinking] = nil
        arguments = JSONValue.object(given).text
        return thought.isEmpty ? nil : thought
    }
}

extension ChatTool {
    /// An estimate: a token for every four bytes.
    var tokens: Int {
        ContextWindow.tokens(name) + ContextWindow.tokens(description) + ContextWindow.tokens(parameters.text)
    }
}

extension StepMachine.PlannedCall {
    /// Services that give no ids get some here.
    var identified: StepMachine.PlannedCall {
        guard call.id.isEmpty else { return self }
        var named = call
        named.id = "call_" + String(Identifier.uuid().prefix(24))
        return StepMachine.PlannedCall(call: named, arguments: arguments, fate: fate, wantsHeartbeat: wantsHeartbeat)
    }
}

extension Duration {
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
