import Domain
import Platform

/// Asking the model.
extension AgentRun {
    mutating func beginStep() {
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
    mutating func askMakingRoom(_ names: [String], _ choice: ToolChoice) async throws -> ModelTurn {
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
        var turn = ModelTurn(
            messageID: Identifier.new(.message), date: .now, thinksInCalls: machine.style.actsByTools)
        var first: ContinuousClock.Instant?
        let tells = request.streamsTokens
        let (watch, stepID, runID, machine) = (watch, step.id, run.id, machine)
        try await model.respond(to: chat) { delta in
            if first == nil { first = .now }
            let pieces = turn.add(delta) { machine.waits($0) }
            for piece in pieces where tells {
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
}
