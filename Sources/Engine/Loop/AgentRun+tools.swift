import Domain
import Platform
import Storage

extension AgentRun {
    /// Carries calls out, one after the other, and gives their results as the machine and the context take them.
    mutating func carryOut(
        _ calls: [StepMachine.PlannedCall]
    ) async throws -> (results: [StepMachine.Result], message: Message) {
        var results: [StepMachine.Result] = []
        var returned: [(call: ChatToolCall, outcome: ToolOutcome)] = []
        let start = ContinuousClock.now
        for planned in calls {
            let outcome: ToolOutcome
            var wasRefused = false
            if case .refused(let reason) = planned.fate {
                outcome = ToolOutcome(reason, isError: true)
                wasRefused = true
                record(planned.call, .refused, outcome)
            } else {
                outcome = try await self.outcome(of: planned.call, planned.arguments)
            }
            step.tools.append(planned.call.name)
            returned.append((planned.call, outcome))
            results.append(
                StepMachine.Result(
                    name: planned.call.name, returned: outcome.text, wasRefused: wasRefused, failed: outcome.isError,
                    wantsHeartbeat: planned.wantsHeartbeat))
        }
        step.toolNanoseconds = (ContinuousClock.now - start).nanoseconds
        return (results, resultMessage(returned))
    }

    private mutating func outcome(of call: ChatToolCall, _ arguments: JSONObject) async throws -> ToolOutcome {
        // It was offered, so it is there.
        guard let tool = situation.tools.first(where: { $0.name == call.name }) else {
            return .failure("There is no tool named \(call.name).", tool: call.name)
        }
        let invocation = ToolInvocation(
            name: call.name, arguments: arguments, agent: situation.agent, conversation: situation.conversation,
            caller: caller)
        let start = ContinuousClock.now
        let outcome = try await engine.run(tool, invocation, chain: chain)
        let (shown, characters) = outcome.shown(within: tool.returnCharLimit)
        record(
            call, outcome.isError ? .error : .success, outcome, tool: tool, arguments: arguments,
            shown: characters, took: ContinuousClock.now - start)
        if outcome.changesPrompt { try await renewInstructions() }
        return shown
    }

    /// Keeps a call for whoever looks later; it is stored with the step's results.
    private mutating func record(
        _ call: ChatToolCall, _ status: ToolCallRecord.Status, _ outcome: ToolOutcome, tool: Tool? = nil,
        arguments: JSONObject? = nil, shown: Int? = nil, took: Duration = .zero
    ) {
        guard engine.settings.toolCalls > 0 else { return }
        var record = ToolCallRecord(
            call.name, status, outcome, arguments: arguments ?? StepMachine.arguments(call.arguments), took: took)
        record.agentID = situation.agent.id
        record.conversationID = run.conversationID
        record.runID = run.id
        record.stepID = step.id
        record.callID = call.id
        record.toolID = tool?.id
        record.toolType = tool?.type ?? (machine.tools.client.contains(call.name) ? "client" : nil)
        record.shownCharacters = shown
        unstoredCalls.append(record)
    }

    /// Answers to calls that waited: what was approved is carried out now.
    mutating func settle() async throws -> StepMachine.Next {
        step = Step(id: situation.pendingStep ?? step.id, agentID: situation.agent.id, createdAt: .now)
        var results: [StepMachine.Result] = []
        var returned: [(call: ChatToolCall, outcome: ToolOutcome)] = []
        for (call, verdict) in situation.verdicts {
            let outcome: ToolOutcome
            switch verdict {
            case .denied(let reason):
                outcome = ToolOutcome(Approvals.denial(reason), isError: true)
                record(call, .refused, outcome)
            case .returned(let text, let isError, let stdout, let stderr):
                outcome = ToolOutcome(text, isError: isError, stdout: stdout, stderr: stderr)
                record(call, isError ? .error : .success, outcome)
            case .approved: outcome = try await approved(call)
            }
            returned.append((call, outcome))
            results.append(
                StepMachine.Result(
                    name: call.name, returned: outcome.text, wasRefused: false, failed: outcome.isError,
                    wantsHeartbeat: true))
        }
        let next = machine.ran(results)
        let message = resultMessage(returned)
        try await store([message] + situation.deferred, shows: [message], endsStep: false)
        return next
    }

    private mutating func approved(_ call: ChatToolCall) async throws -> ToolOutcome {
        guard var arguments = StepMachine.arguments(call.arguments) else {
            return .failure("The arguments are not a JSON object.", tool: call.name)
        }
        if machine.tools.client.contains(call.name), !situation.tools.contains(where: { $0.name == call.name }) {
            return .failure("The call was approved, but its client gave no result.", tool: call.name)
        }
        arguments[LoopStyle.heartbeat] = nil
        arguments[LoopStyle.thinking] = nil
        return try await outcome(of: call, arguments)
    }

    private func resultMessage(_ returned: [(call: ChatToolCall, outcome: ToolOutcome)]) -> Message {
        Message.results(returned, step: step.id, of: run, at: .now)
    }

    /// The system message anew, after a tool changed what it shows.
    private mutating func renewInstructions() async throws {
        guard request.overrideSystem == nil else { return }
        let (run, organization) = (run, caller.organization)
        (situation.agent, situation.instructions) = try await engine.write(by: caller.withoutKey) { transaction in
            let thread = try transaction.reading.thread(of: run, organization: organization)
            let text = try transaction.recompile(thread, keepsTime: true)
            return (try transaction.reading.agent(run.agentID, organization: organization), text)
        }
    }
}
