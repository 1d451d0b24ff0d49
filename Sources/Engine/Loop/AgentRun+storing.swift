import Domain
import Platform
import Storage

extension AgentRun {
    /// Stores messages of this step with what waited for them, then shows them.
    /// - Parameters:
    ///   - shows: those to show; nil shows all of them.
    ///   - trace: the model's turn, where the step is new.
    ///   - endsStep: nothing more of the step follows.
    mutating func store(
        _ messages: [Message], shows: [Message]? = nil, trace turn: ModelTurn? = nil, endsStep: Bool
    ) async throws {
        if endsStep {
            step.status = .success
            step.durationNanoseconds = step.startedNanoseconds.map { Int(Timestamp.now.microseconds) * 1000 - $0 }
        }
        let all = unstored + messages
        let (step, run, agentID) = (step, run, situation.agent.id)
        let trace = turn.flatMap(providerTrace)
        let (kept, isNew) = (engine.settings.providerTraces, turn != nil)
        let (calls, keptCalls) = (unstoredCalls, engine.settings.toolCalls)
        try await engine.write(by: caller.withoutKey) { transaction in
            try transaction.append(all, toContextOf: run)
            try transaction.keep(calls, of: agentID, atMost: keptCalls)
            if isNew {
                try transaction.steps.insert(step, by: transaction.actor)
                if let trace {
                    try transaction.traces.insert(trace, organization: transaction.actor.organizationID)
                    try transaction.traces.prune(ofAgent: agentID, keeping: kept)
                }
            } else if endsStep {
                try transaction.steps.update(step, at: transaction.now, organization: transaction.actor.organizationID)
            }
        }
        unstored = []
        unstoredCalls = []
        hasAnswered = true
        situation.context += all
        for message in messages { shown.add(message) }
        try await watch(.stored(shows ?? messages))
        try Task.checkCancellation()
    }

    private func providerTrace(_ turn: ModelTurn) -> ProviderTrace? {
        guard engine.settings.providerTraces > 0, let chat = turn.request,
            // What was sent once can be spelled again.
            let payload = try? model.payload(of: chat)
        else { return nil }
        return ProviderTrace(
            id: Identifier.new(.providerTrace), stepID: step.id, agentID: situation.agent.id, runID: run.id,
            request: JSONText(payload), response: JSONText(turn.answer.trace), createdAt: .now)
    }

    /// Stores how the run ended. What a failed call of the model left unanswered is taken out of the context again, so
    /// that the client can send it anew.
    mutating func finish(_ failure: RunFailure?) async {
        run.status = (run.stopReason ?? .error).status
        run.completedAt = .now
        run.durationNanoseconds = (ContinuousClock.now - began).nanoseconds
        if let failure {
            run.metadata = JSONText([
                "error": ["type": .string(failure.type), "message": .string(failure.message), "detail": nil]
            ])
        }
        let (run, situation, step) = (run, situation, step)
        let isUnanswered = run.status != .completed && !hasAnswered && situation.verdicts.isEmpty
        let failedStep = failure != nil && step.status == .pending && step.startedNanoseconds != nil
        do {
            try await engine.writeRegardless(by: caller.withoutKey) { transaction in
                let organization = transaction.actor.organizationID
                if isUnanswered {
                    try transaction.withdraw(situation.inputs, of: run)
                }
                if failedStep { try transaction.insertFailed(step, failure, run.stopReason) }
                try transaction.runs.finish(run, at: transaction.now, organization: organization)
                try transaction.agents.recordRun(
                    of: situation.agent.id, completedAt: transaction.now,
                    durationMilliseconds: run.durationNanoseconds.map { $0 / 1_000_000 },
                    stopReason: run.stopReason?.rawValue, organization: organization)
                if let conversation = run.conversationID {
                    try transaction.conversations.touch(
                        conversation, lastMessageAt: transaction.now, lastRunCompletion: transaction.now,
                        organization: organization)
                }
            }
        } catch {
            // Its lease runs out; then it is ended by whoever looks.
            engine.log.error("run_not_ended", ("run", .string(run.id)), ("error", .string("\(type(of: error))")))
        }
    }
}

extension WriteTransaction {
    /// Stores messages at the end of the context that a run talks in.
    func append(_ messages: [Message], toContextOf run: Run) throws {
        if messages.isEmpty { return }
        try self.messages.insert(messages, by: actor)
        let thread = try reading.thread(of: run, organization: actor.organizationID)
        try replaceMessageIDs(thread.messageIDs + messages.map(\.id), of: thread)
    }

    fileprivate func withdraw(_ inputs: [Message], of run: Run) throws {
        if inputs.isEmpty { return }
        let gone = Set(inputs.map(\.id))
        let thread = try reading.thread(of: run, organization: actor.organizationID)
        try replaceMessageIDs(thread.messageIDs.filter { !gone.contains($0) }, of: thread)
        try messages.markFailed(inputs.map(\.id), at: now)
    }

    fileprivate func insertFailed(_ step: Step, _ failure: RunFailure?, _ reason: StopReason?) throws {
        var step = step
        step.status = .failed
        step.stopReason = reason
        step.errorType = failure?.type
        step.errorData = failure.map { JSONText(["message": .string($0.message)]) }
        try steps.insert(step, by: actor)
    }
}

extension ChatAnswer {
    /// The answer as a completion, whatever the service.
    var trace: JSONValue {
        let reasoning = parts.compactMap { if case .reasoning(let text, _) = $0 { text } else { nil } }.joined()
        return [
            "choices": [
                [
                    "index": 0, "finish_reason": .string((end ?? .other).rawValue),
                    "message": [
                        "role": "assistant", "content": .string(text),
                        "reasoning_content": reasoning.isEmpty ? .null : .string(reasoning),
                        "tool_calls": .array(calls.map(\.stored)),
                    ],
                ]
            ],
            "usage": [
                "prompt_tokens": .int(Int64(usage.prompt)), "completion_tokens": .int(Int64(usage.completion)),
                "total_tokens": .int(Int64(usage.total)),
            ],
        ]
    }
}
