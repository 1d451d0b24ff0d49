package import Domain
import Platform
import Storage

/// Stopping runs (wire notes, section 7).
extension Sending {
    /// - Returns: `cancelled` or `failed` for each run.
    package func cancel(_ ids: [String], by caller: Caller) async throws -> [(id: String, word: String)] {
        var words: [(String, String)] = []
        for id in ids { words.append((id, try await cancel(id, by: caller) ? "cancelled" : "failed")) }
        return words
    }

    /// Stops a run and gives it as it is then. One that is over stays as it is.
    package func stop(_ id: String, by caller: Caller) async throws -> Run {
        _ = try await cancel(id, by: caller)
        return try await engine.runs.find(id, by: caller)
    }

    /// The newest run of a thread; the contract takes it even when it has ended.
    /// - Throws: `Refusal(.conflict)` when there is none.
    package func newestRun(of place: ConversationPlace, anyThread: Bool, by caller: Caller) async throws -> String {
        var filter = RunFilter()
        filter.agentIDs = [place.agentID]
        if !anyThread { filter.conversation = place.filter }
        let wanted = filter
        let found = try await engine.read { transaction in
            try transaction.requireAgent(place.agentID, organization: caller.organization)
            return try transaction.runs.list(wanted, PageRequest(limit: 1), organization: caller.organization).first
        }
        guard let found else { throw Refusal.conflict("No active runs to cancel for agent \(place.agentID)") }
        return found.id
    }

    /// Asks for the end of a run, wherever it runs, and waits a little for it.
    /// - Returns: whether it has ended as cancelled, or will.
    private func cancel(_ id: String, by caller: Caller) async throws -> Bool {
        let run = try await engine.write(by: caller) { transaction in
            let run = try transaction.reading.run(id, organization: caller.organization)
            if run.stopReason == .requiresApproval { try transaction.denyPending(of: run) }
            return run
        }
        guard run.status.isOpen else { return run.status == .cancelled || run.stopReason == .requiresApproval }
        try await engine.runs.requestCancel(id, by: caller.withoutKey)
        guard engine.liveRuns.cancel(id) else { return true }
        for _ in 0..<100 where engine.liveRuns.isLive(id) { try await Task.sleep(for: .milliseconds(20)) }
        return true
    }
}

extension WriteTransaction {
    /// Calls that wait for approval are denied, so that the conversation is free again.
    fileprivate func denyPending(of run: Run) throws {
        let thread = try reading.thread(of: run, organization: actor.organizationID)
        let last = try thread.messageIDs.last.flatMap { id in
            try reading.messages.find([id], organization: actor.organizationID).first
        }
        guard let pending = Approvals(last) else { return }
        let denied = pending.calls.map { (call: $0, outcome: ToolOutcome(Approvals.cancelled, isError: true)) }
        let message = Message.results(denied, step: pending.request.stepID, of: run, at: now)
        try append([message], toContextOf: run)
    }
}
