package import Domain
import Platform
import Storage

/// Use cases of steps.
package struct Steps: Sendable {
    let engine: Engine

    package func find(_ id: String, by caller: Caller) async throws -> Step {
        try await engine.read { try $0.step(id, organization: caller.organization) }
    }

    /// - Throws: `Refusal(.notFound)` for an unknown cursor.
    package func list(_ filter: StepFilter, _ page: PageRequest, by caller: Caller) async throws -> [Step] {
        try await engine.read { transaction in
            try page.checkCursors("Step") { try transaction.steps.exists($0, organization: caller.organization) }
            return try transaction.steps.list(filter, page, organization: caller.organization)
        }
    }

    package func messages(of id: String, _ page: PageRequest, by caller: Caller) async throws -> MessageList {
        _ = try await find(id, by: caller)
        var filter = MessageFilter()
        filter.stepID = id
        filter.includesErrors = true
        return try await engine.messages.list(filter, page, by: caller)
    }

    /// With the templates that its agent was made from.
    package func metrics(of id: String, by caller: Caller) async throws -> (step: Step, agent: Agent?) {
        try await engine.read { transaction in
            let step = try transaction.step(id, organization: caller.organization)
            return (step, try transaction.agents.find(step.agentID, organization: caller.organization))
        }
    }

    /// What was sent to the model's service and came back; nil when it is not kept any more, or never was.
    package func trace(of id: String, by caller: Caller) async throws -> (trace: ProviderTrace, tags: [String])? {
        try await engine.read { transaction in
            _ = try transaction.step(id, organization: caller.organization)
            guard let trace = try transaction.traces.find(ofStep: id, organization: caller.organization) else {
                return nil
            }
            return (trace, try transaction.agents.tags(of: [trace.agentID])[trace.agentID] ?? [])
        }
    }

    /// - Parameters:
    ///   - feedback: `positive`, `negative`, or nil for none.
    ///   - tags: nil leaves them as they are.
    package func setFeedback(
        _ feedback: String?, tags: [String]?, of id: String, by caller: Caller
    ) async throws -> Step {
        try await engine.write(by: caller, counting: "step_feedback") { transaction in
            _ = try transaction.reading.step(id, organization: caller.organization)
            try transaction.steps.setFeedback(
                feedback, tags: tags, of: id, at: transaction.now, organization: caller.organization)
            return try transaction.reading.step(id, organization: caller.organization)
        }
    }
}

extension Engine {
    package var steps: Steps { Steps(engine: self) }
}

extension ReadTransaction {
    fileprivate func step(_ id: String, organization: String) throws -> Step {
        guard let step = try steps.find(id, organization: organization) else {
            throw Refusal.notFound("Step with ID '\(id)' not found")
        }
        return step
    }
}
