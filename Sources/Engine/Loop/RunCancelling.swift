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

    /// The newest run of a thread; the contract takes it even when it has ended.
    /// - Throws: `Refusal(.conflict)` when there is none.
    package func newestRun(of place: ConversationPlace, anyThread: Bool, by caller: Caller) async throws -> String {
        var filter = RunFilter()
        filter.agentIDs = [place.agentID]
        if !anyThread { filter.conversation = place.conversationID.map { .one($0) } ?? .main }
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
            guard let run = try transaction.runs.find(id, organization: caller.organization) else {
                throw Refusal.notFound("Run with ID '\(id)' not found")
            }
            if run.status.isOpen {
                try transaction.runs.requestCancel(id, at: transaction.now, organization: caller.organization)
            } else if run.stopReason == .requiresApproval {
                try transaction.denyPending(of: run)
            }
            return run
        }
        guard run.status.isOpen else { return run.status == .cancelled || run.stopReason == .requiresApproval }
        guard engine.runs.cancel(id) else { return true }
        for _ in 0..<100 where engine.runs.isLive(id) { try await Task.sleep(for: .milliseconds(20)) }
        return true
    }
}

extension WriteTransaction {
    /// Calls that wait for approval are denied, so that the conversation is free again.
    fileprivate func denyPending(of run: Run) throws {
        let organization = actor.organizationID
        let ids = try reading.contextIDs(of: run.agentID, run.conversationID, organization: organization)
        let last = try ids.last.map { try reading.messagesInOrder([$0], organization: organization) }?.first
        guard let pending = Approvals(last) else { return }
        var message = Message(id: Identifier.new(.message), agentID: run.agentID, role: .tool, createdAt: now)
        message.conversationID = run.conversationID
        message.runID = run.id
        message.stepID = pending.request.stepID
        message.name = pending.calls.first?.name
        message.toolCallID = pending.calls.first?.id
        message.toolReturns = JSONText(
            .array(
                pending.calls.map { call in
                    [
                        "tool_call_id": .string(call.id), "name": .string(call.name), "status": "error",
                        "func_response": .string(Approvals.cancelled), "stdout": nil, "stderr": nil,
                    ]
                }))
        try append([message], toContextOf: run.agentID, run.conversationID)
    }
}
