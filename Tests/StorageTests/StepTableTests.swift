import Domain
import Platform
import Testing

@testable import Storage

@Suite struct StepTableTests {
    private let organization = Actor.default.organizationID
    private let page = PageRequest(limit: 9)

    private func at(_ number: Int) -> Timestamp { Timestamp(microseconds: Int64(number)) }

    private func withAgent(_ body: @escaping @Sendable (WriteTransaction, String) throws -> Void) async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                let agent = Agent(
                    id: Identifier.new(.agent), name: "a", type: .lettaV1, system: "", llmConfig: .emptyObject,
                    createdAt: tx.now)
                try tx.agents.insert(agent, organization: tx.actor.organizationID)
                try body(tx, agent.id)
            }
        }
    }

    private func step(_ agent: String, _ created: Int, _ change: (inout Step) -> Void = { _ in }) -> Step {
        var step = Step(id: Identifier.new(.step), agentID: agent, createdAt: at(created))
        change(&step)
        return step
    }

    @Test func `a step comes back as it was stored, and as it was changed`() async throws {
        try await withAgent { tx, agent in
            var stored = step(agent, 5) { step in
                step.runID = "run-1"
                step.conversationID = "conv-1"
                step.tags = ["t"]
                step.projectID = "p"
            }
            try tx.steps.insert(stored, by: .default)
            func found() throws -> Step { try #require(try tx.steps.find(stored.id, organization: organization)) }
            #expect("\(try found())" == "\(stored)")
            stored.status = .success
            stored.stopReason = .endTurn
            stored.usage = TokenUsage(prompt: 3, completion: 2, cachedInput: 1, cacheWrite: 4, reasoning: 5)
            stored.providerName = "openai"
            stored.providerCategory = "base"
            stored.model = "gpt"
            stored.modelHandle = "openai/gpt"
            stored.modelEndpoint = "https://example.org"
            stored.contextWindow = 100
            stored.errorType = "none"
            stored.errorData = JSONText(["message": "m"])
            stored.requestID = "req-1"
            stored.tools = ["send_message"]
            stored.startedNanoseconds = 1
            stored.modelStartedNanoseconds = 2
            stored.modelNanoseconds = 3
            stored.toolNanoseconds = 4
            stored.durationNanoseconds = 5
            try tx.steps.update(stored, at: tx.now, organization: organization)
            #expect("\(try found())" == "\(stored)")
            try tx.steps.setFeedback("positive", tags: nil, of: stored.id, at: tx.now, organization: organization)
            #expect(try found().feedback == "positive" && found().tags == ["t"])
            try tx.steps.setFeedback(nil, tags: ["u"], of: stored.id, at: tx.now, organization: organization)
            #expect(try found().feedback == nil && found().tags == ["u"])
            #expect(try tx.steps.find(stored.id, organization: "other") == nil)
        }
    }

    @Test func `lists keep to their filter`() async throws {
        try await withAgent { tx, agent in
            let first = step(agent, 1) { ($0.runID, $0.model, $0.tags) = ("run-1", "gpt", ["a", "b"]) }
            let second = step(agent, 2) { ($0.runID, $0.projectID, $0.feedback) = ("run-1", "p", "negative") }
            let third = step(agent, 3) { $0.runID = "run-2" }
            for step in [first, second, third] { try tx.steps.insert(step, by: .default) }
            func ids(_ change: (inout StepFilter) -> Void) throws -> [String] {
                var filter = StepFilter()
                change(&filter)
                return try tx.steps.list(filter, page, organization: organization).map(\.id)
            }
            #expect(try ids { _ in } == [third.id, second.id, first.id])
            #expect(try ids { $0.agentID = agent }.count == 3)
            #expect(try ids { $0.runID = "run-1" } == [second.id, first.id])
            #expect(try ids { $0.model = "gpt" } == [first.id])
            #expect(try ids { $0.ids = [third.id, first.id] } == [third.id, first.id])
            #expect(try ids { $0.feedback = "negative" } == [second.id])
            #expect(try ids { $0.hasFeedback = true } == [second.id])
            #expect(try ids { $0.hasFeedback = false } == [third.id, first.id])
            #expect(try ids { $0.tags = ["b", "c"] } == [first.id])
            #expect(try ids { $0.projectID = "p" } == [second.id])
            #expect(try ids { ($0.start, $0.end) = (at(2), at(2)) } == [second.id])
            let ofRun = try tx.steps.ofRun("run-1", organization: organization).map(\.id)
            #expect(ofRun == [first.id, second.id])
            #expect(try tx.steps.ofRun("run-1", organization: "other").isEmpty)
        }
    }

    @Test func `what runs left behind is ended, what is over stays`() async throws {
        try await withAgent { tx, agent in
            let over = step(agent, 1) { ($0.runID, $0.status) = ("run-1", .success) }
            let pending = step(agent, 2) { $0.runID = "run-1" }
            let other = step(agent, 3) { $0.runID = "run-2" }
            for step in [over, pending, other] { try tx.steps.insert(step, by: .default) }
            try tx.steps.failPending(ofRuns: ["run-1"], stopReason: .error, errorType: "lost", at: tx.now)
            let statuses = try [over, pending, other].map {
                try tx.steps.find($0.id, organization: organization)?.status
            }
            #expect(statuses == [.success, .failed, .pending])
            let ended = try tx.steps.find(pending.id, organization: organization)
            #expect(ended?.stopReason == .error && ended?.errorType == "lost")
        }
    }

    @Test func `the newest traces of each agent are kept`() async throws {
        try await withAgent { tx, agent in
            for number in 1...5 {
                let trace = ProviderTrace(
                    id: "provider_trace-\(number)", stepID: "step-\(number)", agentID: agent, runID: "run-1",
                    request: JSONText(["n": .int(Int64(number))]), response: .emptyObject, createdAt: at(number))
                try tx.traces.insert(trace, organization: organization)
            }
            func kept() throws -> [Int] {
                try (1...5).filter { try tx.traces.find(ofStep: "step-\($0)", organization: organization) != nil }
            }
            try tx.traces.prune(ofAgent: agent, keeping: 9)
            #expect(try kept() == [1, 2, 3, 4, 5])
            try tx.traces.prune(ofAgent: agent, keeping: 2)
            #expect(try kept() == [4, 5])
            #expect(try tx.traces.latest(ofRun: "run-1", organization: organization)?.stepID == "step-5")
            #expect(try tx.traces.find(ofStep: "step-5", organization: "other") == nil)
            let again = ProviderTrace(
                id: "provider_trace-6", stepID: "step-5", agentID: agent, runID: "run-1", request: .emptyObject,
                response: JSONText(["again": true]), createdAt: at(6))
            try tx.traces.insert(again, organization: organization)
            let found = try tx.traces.find(ofStep: "step-5", organization: organization)
            #expect(found?.response == again.response)
            try tx.traces.prune(ofAgent: agent, keeping: 0)
            #expect(try kept() == [])
        }
    }
}
