import Domain
import Platform
import Testing

@testable import Storage

/// How conversations, runs, steps and their messages are found among many.
@Suite struct RunQueryPlanTests {
    private static let page = PageRequest(limit: 50)

    private func runs(_ change: @escaping @Sendable (inout RunFilter) -> Void) async throws -> String {
        try await queryPlan { tx in
            var filter = RunFilter()
            change(&filter)
            _ = try tx.runs.list(filter, Self.page, organization: "o")
        }
    }

    private func steps(_ change: @escaping @Sendable (inout StepFilter) -> Void) async throws -> String {
        try await queryPlan { tx in
            var filter = StepFilter()
            change(&filter)
            _ = try tx.steps.list(filter, Self.page, organization: "o")
        }
    }

    private func messages(_ change: @escaping @Sendable (inout MessageFilter) -> Void) async throws -> String {
        try await queryPlan { tx in
            var filter = MessageFilter()
            change(&filter)
            _ = try tx.messages.list(filter, Self.page, organization: "o")
        }
    }

    /// In the order of the index, without a sort.
    private func check(_ plan: String, _ index: String) {
        #expect(plan.contains(index), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test func `runs are listed in the order of an index`() async throws {
        check(try await runs { _ in }, "runs_by_creation (organization_id=?")
        check(try await runs { $0.agentIDs = ["a"] }, "runs_by_agent (agent_id=?")
        check(try await runs { $0.conversation = .one("c") }, "runs_by_conversation (conversation_id=?")
        let open = try await runs { $0.statuses = [.created, .running] }
        #expect(open.contains("runs_open"), "\(open)")
    }

    @Test func `single runs are found by an index`() async throws {
        let running = try await queryPlan {
            _ = try $0.runs.running(ofAgent: "a", conversation: nil, organization: "o")
        }
        check(running, "runs_running (agent_id=?")
        let same = try await queryPlan {
            _ = try $0.runs.byOTIDs(["x"], ofAgent: "a", conversation: nil, organization: "o")
        }
        check(same, "runs_by_otids (agent_id=? AND otids=?")
        let expired = try await queryPlan { _ = try $0.runs.expired(at: .now) }
        #expect(expired.contains("USING INDEX runs_open"), "\(expired)")
        let requested = try await queryPlan { _ = try $0.runs.cancelRequested(["a", "b"]) }
        #expect(requested.contains("SEARCH runs USING INDEX sqlite_autoindex_runs_1 (id=?)"), "\(requested)")
    }

    @Test func `steps are listed in the order of an index`() async throws {
        check(try await steps { _ in }, "steps_by_creation (organization_id=?")
        check(try await steps { $0.agentID = "a" }, "steps_by_agent (agent_id=?")
        check(try await steps { $0.runID = "r" }, "steps_by_run (run_id=?")
        #expect(try await steps { $0.ids = ["s"] }.contains("sqlite_autoindex_steps_1 (id=?)"))
        check(try await queryPlan { _ = try $0.steps.ofRun("r", organization: "o") }, "steps_by_run (run_id=?)")
    }

    @Test func `messages are listed in the order of an index`() async throws {
        check(try await messages { _ in }, "messages_by_organization (organization_id=?)")
        check(try await messages { $0.agentID = "a" }, "messages_by_creation (agent_id=?)")
        check(try await messages { $0.conversation = .one("c") }, "messages_by_conversation (conversation_id=?)")
        check(try await messages { $0.runID = "r" }, "messages_by_run (run_id=?)")
        check(try await messages { $0.stepID = "s" }, "messages_by_step (step_id=?)")
    }

    @Test func `conversations are listed in the order of an index`() async throws {
        let indexes: [(ConversationFilter.Order, String, String)] = [
            (.createdAt, "conversations_by_agent ", "conversations_by_creation "),
            (.lastRunCompletion, "conversations_by_agent_and_run ", "conversations_by_run "),
            (.lastMessageAt, "conversations_by_agent_and_message ", "conversations_by_message "),
        ]
        for (order, ofAgent, ofAll) in indexes {
            for agent in ["a", nil] {
                let plan = try await queryPlan { tx in
                    var filter = ConversationFilter()
                    (filter.agentID, filter.order) = (agent, order)
                    _ = try tx.conversations.list(filter, Self.page, organization: "o")
                }
                check(plan, agent == nil ? ofAll : ofAgent)
            }
        }
    }

    @Test func `no write looks at every row`() async throws {
        let plans = try await writePlans { tx in
            let agent = Agent(
                id: "agent-1", name: "a", type: .lettaV1, system: "", llmConfig: .emptyObject, createdAt: tx.now)
            try tx.agents.insert(agent, organization: "o")
            let run = Run(id: "run-1", agentID: "agent-1", createdAt: tx.now)
            try tx.runs.insert(run, by: tx.actor)
            _ = try tx.runs.start("run-1", leaseUntil: tx.now, at: tx.now, organization: "o")
            try tx.runs.renewLease(["run-1"], until: tx.now)
            try tx.runs.requestCancel("run-1", at: tx.now, organization: "o")
            try tx.runs.finish(run, at: tx.now, organization: "o")
            try tx.runEvents.append([(1, "{}")], to: "run-1", at: tx.now, organization: "o")
            try tx.runEvents.delete(olderThan: tx.now)
            try tx.steps.failPending(ofRuns: ["run-1"], stopReason: .error, errorType: nil, at: tx.now)
            try tx.traces.prune(ofAgent: "agent-1", keeping: 20)
            try tx.conversations.touch("conv-1", lastMessageAt: tx.now, organization: "o")
            try tx.agents.recordRun(
                of: "agent-1", completedAt: tx.now, durationMilliseconds: 1, stopReason: "end_turn", organization: "o")
        }
        for table in ["runs", "run_events", "steps", "provider_traces", "conversations", "agents"] {
            for plan in plans { #expect(!plan.split(separator: "\n").contains("SCAN \(table)"), "\(plan)") }
        }
        #expect(plans.count == 12)
    }
}
