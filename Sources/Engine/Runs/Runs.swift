package import Domain
import Platform
import Storage

/// Use cases of runs that are kept, going on or over.
package struct Runs: Sendable {
    let engine: Engine

    package func find(_ id: String, by caller: Caller) async throws -> Run {
        try await engine.read { try $0.run(id, organization: caller.organization) }
    }

    /// - Throws: `Refusal(.notFound)` for an unknown cursor.
    package func list(_ filter: RunFilter, _ page: PageRequest, by caller: Caller) async throws -> [Run] {
        try await engine.read { transaction in
            try page.checkCursors("Run") { try transaction.runs.exists($0, organization: caller.organization) }
            return try transaction.runs.list(filter, page, organization: caller.organization)
        }
    }

    /// Deletes a run with its events; its messages and steps stay. One that is going on is refused.
    package func delete(_ id: String, by caller: Caller) async throws -> Run {
        try await engine.write(by: caller, counting: "run_delete") { transaction in
            let run = try transaction.reading.run(id, organization: caller.organization)
            guard !run.status.isOpen || !run.isAnsweredFor(at: transaction.now) else {
                throw Refusal.conflict("The run \(id) is not over. Cancel it first.")
            }
            try transaction.runs.delete(id, organization: caller.organization)
            try transaction.recordChange(.run, .deleted, id: id, agentID: run.agentID)
            return run
        }
    }

    /// Notes that a run shall end, for whichever process carries it out.
    func requestCancel(_ id: String, by caller: Caller) async throws {
        _ = try await engine.write(by: caller, counting: "run_cancel") { transaction in
            let run = try transaction.reading.run(id, organization: caller.organization)
            return try transaction.cancel(run)
        }
    }

    package func messages(of id: String, _ page: PageRequest, by caller: Caller) async throws -> MessageList {
        _ = try await find(id, by: caller)
        var filter = MessageFilter()
        filter.runID = id
        filter.includesErrors = true
        return try await engine.messages.list(filter, page, by: caller)
    }

    package func steps(of id: String, _ page: PageRequest, by caller: Caller) async throws -> [Step] {
        _ = try await find(id, by: caller)
        var filter = StepFilter()
        filter.runID = id
        return try await engine.steps.list(filter, page, by: caller)
    }

    /// Tokens of the whole run; of the steps so far while it goes on.
    package func usage(of id: String, by caller: Caller) async throws -> TokenUsage {
        try await engine.read { transaction in
            let run = try transaction.run(id, organization: caller.organization)
            if !run.status.isOpen { return run.usage }
            let steps = try transaction.steps.ofRun(id, organization: caller.organization)
            return steps.map(\.usage).reduce(TokenUsage(), +)
        }
    }

    package func metrics(of id: String, by caller: Caller) async throws -> RunMetrics {
        try await engine.read { transaction in
            let run = try transaction.run(id, organization: caller.organization)
            let steps = try transaction.steps.ofRun(id, organization: caller.organization)
            let names = steps.flatMap(\.tools).uniqued
            let found = try transaction.tools.named(names, organization: caller.organization)
            let ids = names.compactMap { name in found.first { $0.name == name }?.id }
            let templateID = try transaction.agents.find(run.agentID, organization: caller.organization)?.templateID
            return RunMetrics(run: run, steps: steps, toolIDs: ids, templateID: templateID)
        }
    }

    /// What a run spent its time on, the run itself first.
    package func trace(of id: String, limit: Int, by caller: Caller) async throws -> [RunSpan] {
        try await engine.read { transaction in
            let run = try transaction.run(id, organization: caller.organization)
            let steps = try transaction.steps.ofRun(id, organization: caller.organization)
            return Array(RunSpan.spans(of: run, steps).prefix(limit))
        }
    }
}

extension Engine {
    package var runs: Runs { Runs(engine: self) }
}

extension Run {
    /// Whether a process carries it out, or has still time to say so.
    func isAnsweredFor(at time: Timestamp) -> Bool { leaseUntil.map { $0 > time } ?? false }
}

extension ReadTransaction {
    func run(_ id: String, organization: String) throws -> Run {
        guard let run = try runs.find(id, organization: organization) else {
            throw Refusal.notFound("Run with ID '\(id)' not found")
        }
        return run
    }
}

extension WriteTransaction {
    /// Asks for the end of a run. One that no process answers for ends here and now.
    func cancel(_ run: Run) throws -> Run {
        guard run.status.isOpen else { return run }
        let organization = actor.organizationID
        if run.isAnsweredFor(at: now) {
            try runs.requestCancel(run.id, at: now, organization: organization)
            return try reading.run(run.id, organization: organization)
        }
        var ended = run
        ended.status = .cancelled
        ended.stopReason = .cancelled
        ended.completedAt = now
        try runs.finish(ended, at: now, organization: organization)
        try steps.failPending(ofRuns: [run.id], status: .cancelled, stopReason: .cancelled, errorType: nil, at: now)
        return try reading.run(run.id, organization: organization)
    }
}
