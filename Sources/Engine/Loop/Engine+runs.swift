import Domain
import Platform
import Storage

extension Engine {
    /// Carries out one call of a tool that the agent has.
    /// - Parameter chain: agents that wait for this one's answer.
    func run(_ tool: Tool, _ invocation: ToolInvocation, chain: [String] = []) async throws -> ToolOutcome {
        var builtIn = builtInTools
        if builtIn.canRun(tool) {
            let messaging = AgentToAgent(engine: self, chain: chain)
            builtIn.agentMessaging = { try await messaging.send($0, $1) }
            return try await builtIn.run(invocation)
        }
        if tool.isCustom { return try await codeTools.run(tool, invocation) }
        if ServedToolRun.canRun(tool) { return try await ServedToolRun(engine: self).run(tool, invocation) }
        return .failure(
            "\(tool.name) is a tool of type \(tool.type), which this version cannot carry out yet.", tool: tool.name,
            kind: "NotImplementedError")
    }

    /// Writes although the caller's task is cancelled: what happened has to be stored.
    func writeRegardless<Value: Sendable>(
        by caller: Caller, _ body: @escaping @Sendable (WriteTransaction) throws -> Value
    ) async throws -> Value {
        try await Task { try await write(by: caller, body) }.value
    }

    /// Ends a run that never came to its first step.
    func endRun(_ run: Run, by caller: Caller) async {
        var run = run
        run.status = (run.stopReason ?? .error).status
        run.completedAt = .now
        let ended = run
        do {
            try await writeRegardless(by: caller.withoutKey) { transaction in
                _ = try transaction.runs.finish(ended, at: transaction.now, organization: caller.organization)
            }
        } catch {
            // Its lease runs out; then it is ended by whoever looks.
            log.error("run_not_ended", ("run", .string(run.id)), ("error", .string("\(type(of: error))")))
        }
    }

    /// Tells an address of the client's that its run has ended, and notes what came of it.
    func tell(_ address: String, ofEndOf run: Run, by caller: Caller) async {
        let result = await announce(address, run)
        do {
            try await writeRegardless(by: caller.withoutKey) { transaction in
                try transaction.runs.recordCallback(
                    run.id, sentAt: transaction.now, statusCode: result.status, error: result.error,
                    organization: caller.organization)
            }
        } catch {
            log.warning("callback_not_recorded", ("run", .string(run.id)), ("error", .string("\(type(of: error))")))
        }
    }
}

extension Caller {
    /// For the writes that follow the first of a request: its idempotency key is used up.
    var withoutKey: Caller {
        var caller = self
        caller.idempotencyKey = nil
        return caller
    }
}
