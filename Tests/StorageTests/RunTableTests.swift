import Domain
import Platform
import Testing

@testable import Storage

@Suite struct RunTableTests {
    private let organization = Actor.default.organizationID

    private func at(_ number: Int) -> Timestamp { Timestamp(microseconds: Int64(number)) }

    private func run(_ agentID: String, _ created: Int, _ change: (inout Run) -> Void = { _ in }) -> Run {
        var run = Run(id: Identifier.new(.run), agentID: agentID, createdAt: at(created))
        change(&run)
        return run
    }

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

    @Test func `a run comes back as it was stored`() async throws {
        try await withAgent { tx, agent in
            let stored = run(agent, 5) { run in
                run.conversationID = "conv-1"
                run.isBackground = true
                run.metadata = JSONText(["run_type": "send_message"])
                run.requestConfig = JSONText(["use_assistant_message": true])
                run.otids = ["a", "b"]
                run.callbackURL = "https://example.org"
                run.usage = TokenUsage(prompt: 3, completion: 4, cachedInput: 1, cacheWrite: nil, reasoning: 2)
                run.stepCount = 2
                run.contextTokens = 9
                run.firstTokenNanoseconds = 7
                run.leaseUntil = at(99)
                run.projectID = "p"
            }
            try tx.runs.insert(stored, by: .default)
            let found = try #require(try tx.runs.find(stored.id, organization: organization))
            #expect("\(found)" == "\(stored)")
            #expect(try tx.runs.find(stored.id, organization: "other") == nil)
        }
    }

    @Test func `one run of a conversation runs at a time, and the other is told which`() async throws {
        try await withAgent { tx, agent in
            let first = run(agent, 1)
            let second = run(agent, 2)
            let elsewhere = run(agent, 3) { $0.conversationID = "conv-1" }
            for run in [first, second, elsewhere] { try tx.runs.insert(run, by: .default) }
            func start(_ id: String) throws -> RunTable.Start {
                try tx.runs.start(id, leaseUntil: at(50), at: tx.now, organization: organization)
            }
            #expect(try start(first.id) == .started)
            #expect(try start(second.id) == .busy(runID: first.id))
            #expect(try start(elsewhere.id) == .started)
            #expect(try start(first.id) == .notWaiting)
            #expect(
                try tx.runs.running(ofAgent: agent, conversation: "conv-1", organization: organization)?.id
                    == elsewhere.id)

            var ended = try #require(try tx.runs.find(first.id, organization: organization))
            ended.status = .completed
            ended.stopReason = .endTurn
            ended.usage = TokenUsage(prompt: 10, completion: 5)
            #expect(try tx.runs.finish(ended, at: at(70), organization: organization))
            ended.status = .failed
            #expect(try !tx.runs.finish(ended, at: at(80), organization: organization), "it is over")
            let kept = try #require(try tx.runs.find(first.id, organization: organization))
            #expect(kept.status == .completed && kept.completedAt == at(70) && kept.leaseUntil == nil)
            #expect(kept.usage.total == 15)
            #expect(try start(second.id) == .started)
        }
    }

    @Test func `a run whose process is gone is found by its lease`() async throws {
        try await withAgent { tx, agent in
            let minute: Int64 = 60_000_000
            let now = Timestamp(microseconds: 10 * minute)
            let alive = run(agent, 1) { $0.leaseUntil = now.adding(seconds: 30) }
            let dead = run(agent, 2) { $0.leaseUntil = now.adding(seconds: -30) }
            let forgotten = run(agent, 3)
            let fresh = run(agent, Int(10 * minute) - 1)
            for run in [alive, dead, forgotten, fresh] { try tx.runs.insert(run, by: .default) }
            let found = try tx.runs.expired(at: now)
            #expect(found.map(\.run.id) == [dead.id, forgotten.id])
            #expect(found.allSatisfy { $0.organization == organization })
            #expect(try tx.runs.renewLease([dead.id, forgotten.id], until: now.adding(seconds: 30)) == 2)
            #expect(try tx.runs.expired(at: now).isEmpty)
        }
    }

    @Test func `the end of an open run can be asked for`() async throws {
        try await withAgent { tx, agent in
            var run = run(agent, 1)
            try tx.runs.insert(run, by: .default)
            #expect(try tx.runs.cancelRequested([run.id]) == [])
            #expect(try tx.runs.requestCancel(run.id, at: tx.now, organization: organization))
            #expect(try tx.runs.cancelRequested([run.id]) == [run.id])
            run.status = .cancelled
            try tx.runs.finish(run, at: tx.now, organization: organization)
            #expect(try !tx.runs.requestCancel(run.id, at: tx.now, organization: organization))
        }
    }

    @Test func `the same request is known by what its messages are called`() async throws {
        try await withAgent { tx, agent in
            let older = run(agent, 1) { ($0.otids, $0.isBackground) = (["x"], true) }
            let newer = run(agent, 2) { ($0.otids, $0.isBackground) = (["x"], true) }
            let inFront = run(agent, 3) { $0.otids = ["x"] }
            let unnamed = run(agent, 4) { $0.isBackground = true }
            for run in [older, newer, inFront, unnamed] { try tx.runs.insert(run, by: .default) }
            func find(_ otids: [String], _ conversation: String? = nil) throws -> String? {
                try tx.runs.byOTIDs(otids, ofAgent: agent, conversation: conversation, organization: organization)?.id
            }
            #expect(try find(["x"]) == newer.id)
            #expect(try find(["x", "y"]) == nil)
            #expect(try find(["x"], "conv-1") == nil)
            #expect(try find([]) == nil)
        }
    }

    @Test func `lists keep to their filter`() async throws {
        try await withAgent { tx, agent in
            let open = run(agent, 1) { $0.conversationID = "conv-1" }
            let ended = run(agent, 2) { ($0.status, $0.stopReason) = (.completed, .maxSteps) }
            let inBackground = run(agent, 3) { ($0.status, $0.isBackground, $0.projectID) = (.failed, true, "p") }
            for run in [open, ended, inBackground] { try tx.runs.insert(run, by: .default) }
            func ids(_ change: (inout RunFilter) -> Void) throws -> [String] {
                var filter = RunFilter()
                change(&filter)
                return try tx.runs.list(filter, PageRequest(limit: 9), organization: organization).map(\.id)
            }
            #expect(try ids { _ in } == [inBackground.id, ended.id, open.id])
            #expect(try ids { $0.agentIDs = [agent] }.count == 3)
            #expect(try ids { $0.agentIDs = [agent, "other"] }.count == 3)
            #expect(try ids { $0.agentIDs = ["other"] } == [])
            #expect(try ids { $0.statuses = [.created, .running] } == [open.id])
            #expect(try ids { $0.statuses = [.created, .failed] } == [inBackground.id, open.id])
            #expect(try ids { $0.stopReason = .maxSteps } == [ended.id])
            #expect(try ids { $0.isBackground = true } == [inBackground.id])
            #expect(try ids { $0.conversation = .one("conv-1") } == [open.id])
            #expect(try ids { $0.conversation = .main } == [inBackground.id, ended.id])
            #expect(try ids { $0.projectID = "p" } == [inBackground.id])
            #expect(try ids { ($0.createdFrom, $0.createdUntil) = (at(2), at(2)) } == [ended.id])
            let page = PageRequest(limit: 9, after: inBackground.id)
            let rest = try tx.runs.list(RunFilter(), page, organization: organization).map(\.id)
            #expect(rest == [ended.id, open.id])
            #expect(try tx.runs.list(RunFilter(), PageRequest(limit: 9), organization: "other").isEmpty)
        }
    }

    @Test func `events are read on from a number, and go with their run`() async throws {
        try await withAgent { tx, agent in
            let run = run(agent, 1)
            try tx.runs.insert(run, by: .default)
            #expect(try tx.runEvents.lastNumber(run.id) == 0)
            try tx.runEvents.append([(1, "one"), (2, "two")], to: run.id, at: at(10), organization: organization)
            try tx.runEvents.append([(3, "three")], to: run.id, at: at(20), organization: organization)
            let rest = try tx.runEvents.read(run.id, after: 1, limit: 9, organization: organization)
            #expect(rest.map(\.seq) == [2, 3] && rest.map(\.data) == ["two", "three"])
            #expect(try tx.runEvents.read(run.id, after: 0, limit: 1, organization: organization).map(\.seq) == [1])
            #expect(try tx.runEvents.read(run.id, after: 0, limit: 9, organization: "other").isEmpty)
            #expect(try tx.runEvents.lastNumber(run.id) == 3)
            #expect(throws: StoreError.self) {
                try tx.runEvents.append([(3, "again")], to: run.id, at: at(30), organization: organization)
            }
            #expect(try tx.runEvents.delete(olderThan: at(20)) == 2)
            #expect(try tx.runEvents.read(run.id, after: 0, limit: 9, organization: organization).map(\.seq) == [3])
            try tx.runs.recordCallback(
                run.id, sentAt: at(40), statusCode: 503, error: "busy", organization: organization)
            #expect(try tx.runs.find(run.id, organization: organization)?.callbackStatusCode == 503)
            #expect(try tx.runs.delete(run.id, organization: organization))
            #expect(try tx.runEvents.lastNumber(run.id) == 0)
        }
    }
}
