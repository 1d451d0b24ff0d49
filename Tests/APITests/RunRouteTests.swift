import Domain
import Engine
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct RunRouteTests {
    /// A finished run with one step and two messages, and an open one of a conversation.
    private struct Seed: Sendable {
        let agent: String
        let run = Identifier.new(.run)
        let open = Identifier.new(.run)
        let step = Identifier.new(.step)
        let messages = [Identifier.new(.message), Identifier.new(.message)]
    }

    private func seed(_ server: TestServer) async throws -> Seed {
        let created = try await server.post(
            "/v1/agents/",
            ["model": "openai/gpt-4.1", "tools": ["memory_insert"], "include_base_tools": false, "tags": ["team:a"]])
        let seed = Seed(agent: created.id)
        try await server.store.write(by: .default) { transaction in
            var run = Run(id: seed.run, agentID: seed.agent, createdAt: Timestamp(microseconds: 1_000_000))
            run.status = .completed
            run.stopReason = .endTurn
            run.isBackground = true
            run.metadata = JSONText(["run_type": "send_message"])
            run.requestConfig = JSONText(["use_assistant_message": true, "include_return_message_types": nil])
            run.usage = TokenUsage(prompt: 20, completion: 5, cachedInput: 8, cacheWrite: nil, reasoning: 3)
            run.stepCount = 1
            run.firstTokenNanoseconds = 70
            run.durationNanoseconds = 900
            run.completedAt = Timestamp(microseconds: 2_000_000)
            var open = Run(id: seed.open, agentID: seed.agent, createdAt: Timestamp(microseconds: 3_000_000))
            open.conversationID = "conv-1"
            open.leaseUntil = transaction.now.adding(seconds: 60)
            for run in [run, open] { try transaction.runs.insert(run, by: .default) }

            var step = Step(id: seed.step, agentID: seed.agent, createdAt: Timestamp(microseconds: 1_500_000))
            step.runID = seed.run
            step.model = "gpt-4.1"
            step.modelHandle = "openai/gpt-4.1"
            step.usage = run.usage
            step.status = .success
            step.stopReason = .endTurn
            step.tools = ["memory_insert", "gone"]
            step.startedNanoseconds = 1000
            step.modelStartedNanoseconds = 1100
            step.modelNanoseconds = 500
            step.toolNanoseconds = 200
            step.durationNanoseconds = 800
            var pending = Step(
                id: Identifier.new(.step), agentID: seed.agent, createdAt: Timestamp(microseconds: 3_500_000))
            pending.runID = seed.open
            pending.usage = TokenUsage(prompt: 7, completion: 1)
            for step in [step, pending] { try transaction.steps.insert(step, by: .default) }

            for (index, id) in seed.messages.enumerated() {
                let role: Message.Role = index == 0 ? .user : .assistant
                var message = Message(id: id, agentID: seed.agent, role: role, createdAt: transaction.now)
                message.content = Message.textContent("words \(index)")
                message.runID = seed.run
                message.stepID = index == 0 ? nil : seed.step
                try transaction.messages.insert(message, by: .default)
            }
            let trace = ProviderTrace(
                id: Identifier.new(.providerTrace), stepID: seed.step, agentID: seed.agent, runID: seed.run,
                request: JSONText(["model": "gpt-4.1"]), response: JSONText(["id": "r"]), createdAt: transaction.now)
            try transaction.traces.insert(trace, organization: transaction.actor.organizationID)
        }
        return seed
    }

    @Test func `a run is shown with how it ended`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            let run = try await server.get("/v1/runs/\(seed.run)")
            #expect(run["status"] == "completed" && run["stop_reason"] == "end_turn")
            #expect(run["completed_at"] == "1970-01-01T00:00:02.000000Z")
            #expect(run["ttft_ns"] == 70 && run["total_duration_ns"] == 900)
            #expect(run["request_config"]["use_assistant_message"] == true)
            #expect(try await server.get("/v1/runs/\(Identifier.new(.run))").status == 404)
            #expect(try await server.get("/v1/runs/run-1").status == 422)
        }
    }

    @Test func `runs are listed by what they are and where they ran`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            func ids(_ query: String) async throws -> [String] { try await server.get("/v1/runs/?" + query).ids }
            #expect(try await ids("") == [seed.open, seed.run])
            #expect(try await ids("order=asc") == [seed.run, seed.open])
            #expect(try await ids("agent_id=\(seed.agent)&limit=1&after=\(seed.open)") == [seed.run])
            #expect(try await ids("agent_ids=\(seed.agent)&agent_ids=\(Identifier.new(.agent))").count == 2)
            #expect(try await ids("agent_id=\(Identifier.new(.agent))") == [])
            #expect(try await ids("active=true") == [seed.open])
            #expect(try await ids("statuses=completed&statuses=failed") == [seed.run])
            #expect(try await ids("stop_reason=end_turn") == [seed.run])
            #expect(try await ids("background=true") == [seed.run])
            #expect(try await ids("conversation_id=conv-1") == [seed.open])
            #expect(try await ids("conversation_id=default") == [seed.run])
            #expect(try await server.get("/v1/runs/?statuses=lost").status == 422)
            #expect(try await server.get("/v1/runs/?after=\(Identifier.new(.run))").status == 404)
            #expect(try await server.get("/v1/runs/active").ids == [seed.open])
        }
    }

    @Test func `a run tells its messages, steps, tokens and times`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            let path = "/v1/runs/\(seed.run)"
            #expect(try await server.get(path + "/messages").ids == seed.messages)
            #expect(try await server.get(path + "/messages?order=desc&limit=1").ids == [seed.messages[1]])
            #expect(try await server.get(path + "/steps").ids == [seed.step])
            #expect(
                try await server.get(path + "/usage").json == [
                    "completion_tokens": 5, "prompt_tokens": 20, "total_tokens": 25,
                    "prompt_tokens_details": [
                        "cached_tokens": 8, "cache_read_tokens": 8, "cache_creation_tokens": nil,
                    ],
                    "completion_tokens_details": ["reasoning_tokens": 3],
                ])
            let going = try await server.get("/v1/runs/\(seed.open)/usage")
            #expect(going["total_tokens"] == 8 && going["prompt_tokens_details"].isNull)
            let metrics = try await server.get(path + "/metrics")
            #expect(metrics["num_steps"] == 1 && metrics["run_ns"] == 900 && metrics["run_start_ns"] == 1_000_000_000)
            let tool = try await server.get("/v1/tools/?name=memory_insert").ids
            #expect(metrics["tools_used"].array?.compactMap(\.string) == tool)
            let spans = try await server.get(path + "/trace").array
            #expect(
                spans.compactMap { $0["span_name"]?.string } == [
                    "run", "time_to_first_token", "agent_step", "llm_request", "tool_execution",
                ])
            #expect(spans[4]["start_ns"] == 1600 && spans[4]["parent_span_id"] == .string(seed.step))
            #expect(try await server.get(path + "/trace?limit=2").array.count == 2)
            for part in ["messages", "steps", "usage", "metrics", "trace"] {
                #expect(try await server.get("/v1/runs/\(Identifier.new(.run))/\(part)").status == 404)
            }
        }
    }

    @Test func `only a run that is over is deleted, and what it said stays`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            let open = try await server.delete("/v1/runs/\(seed.open)")
            #expect(open.status == 409 && open.detail.contains("Cancel"))
            #expect(try await server.delete("/v1/runs/\(seed.run)").id == seed.run)
            #expect(try await server.get("/v1/runs/\(seed.run)").status == 404)
            #expect(try await server.delete("/v1/runs/\(seed.run)").status == 404)
            #expect(try await server.get("/v1/messages/\(seed.messages[0])").status == 200)
            #expect(try await server.get("/v1/steps/\(seed.step)").status == 200)
        }
    }

    @Test func `a step is shown, measured and judged`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            let path = "/v1/steps/\(seed.step)"
            let step = try await server.get(path)
            #expect(step["model_handle"] == "openai/gpt-4.1" && step["total_tokens"] == 25)
            #expect(step["prompt_tokens_details"]["cached_tokens"] == 8 && step["status"] == "success")
            #expect(try await server.get(path + "/messages").ids == [seed.messages[1]])
            let metrics = try await server.get(path + "/metrics")
            #expect(metrics["llm_request_ns"] == 500 && metrics["step_ns"] == 800)
            for trace in [path + "/trace", "/v1/telemetry/\(seed.step)"] {
                let kept = try await server.get(trace)
                #expect(kept["request_json"]["model"] == "gpt-4.1" && kept["agent_tags"] == ["team:a"])
            }
            let judged = try await server.patch(path + "/feedback", ["feedback": "positive", "tags": ["kind"]])
            #expect(judged["feedback"] == "positive" && judged["tags"] == ["kind"])
            #expect(try await server.patch(path + "/feedback", ["feedback": "mixed"]).status == 422)
            #expect(try await server.get("/v1/steps/\(Identifier.new(.step))/trace").status == 404)
        }
    }

    @Test func `steps are listed, also without a filter`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            func ids(_ query: String) async throws -> [String] { try await server.get("/v1/steps/?" + query).ids }
            let all = try await ids("")
            #expect(all.count == 2 && all.last == seed.step)
            #expect(try await ids("agent_id=\(seed.agent)&order=asc").first == seed.step)
            #expect(try await ids("model=gpt-4.1") == [seed.step])
            #expect(try await ids("trace_ids=\(seed.step)") == [seed.step])
            #expect(try await ids("start_date=1970-01-01T00:00:02Z") == [all[0]])
            #expect(try await ids("end_date=1970-01-01T00:00:02Z") == [seed.step])
            #expect(try await ids("has_feedback=true") == [])
            let unknown = try await server.get("/v1/steps/\(all[0])/trace")
            #expect(unknown.status == 200 && unknown.text == "null")
        }
    }

    @Test func `a job is a run by its older name`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            #expect(try await server.get("/v1/jobs/").ids == [seed.open, seed.run])
            #expect(try await server.get("/v1/jobs/?active=true").ids == [seed.open])
            #expect(try await server.get("/v1/jobs/active").ids == [seed.open])
            let older = seed.run.replacing("run-", with: "job-")
            #expect(
                try await server.get("/v1/jobs/?after=\(seed.open.replacing("run-", with: "job-"))").ids == [seed.run])
            for id in [seed.run, older] {
                let job = try await server.get("/v1/jobs/\(id)")
                #expect(job["status"] == "completed" && job["job_type"] == "run" && job.id == seed.run)
            }
            // Somebody runs it: it is asked to end. Nobody does: it ends.
            #expect(try await server.patch("/v1/jobs/\(seed.open)/cancel")["status"] == "created")
            try await server.store.write(by: .default) { transaction in
                #expect(try transaction.runs.cancelRequested([seed.open]) == [seed.open])
                try transaction.runs.renewLease([seed.open], until: transaction.now.adding(seconds: -1))
            }
            let ended = try await server.patch("/v1/jobs/\(seed.open)/cancel")
            #expect(ended["status"] == "cancelled" && ended["stop_reason"] == "cancelled")
            let step = try await server.get("/v1/runs/\(seed.open)/steps").array.first
            #expect(step?["status"] == "cancelled")
            #expect(try await server.patch("/v1/jobs/\(seed.run)/cancel")["status"] == "completed")
            #expect(try await server.delete("/v1/jobs/\(older)").id == seed.run)
            #expect(try await server.get("/v1/jobs/job-1").status == 422)
        }
    }

    @Test func `a run whose process stopped has failed, and says so`() async throws {
        try await withServer { server in
            let seed = try await seed(server)
            #expect(try await server.engine.runs.endAbandoned().isEmpty)
            try await server.store.write(by: .default) { transaction in
                try transaction.runs.renewLease([seed.open], until: transaction.now.adding(seconds: -1))
                let organization = transaction.actor.organizationID
                let old = transaction.now.adding(seconds: -4 * 3600)
                try transaction.runEvents.append([(1, "{}")], to: seed.run, at: old, organization: organization)
                try transaction.runEvents.append(
                    [(2, "{}")], to: seed.run, at: transaction.now, organization: organization)
            }
            #expect(try await server.engine.runs.endAbandoned().map(\.id) == [seed.open])
            #expect(try await server.engine.runs.endAbandoned().isEmpty)
            let run = try await server.get("/v1/runs/\(seed.open)")
            #expect(run["status"] == "failed" && run["stop_reason"] == "error")
            #expect(run["metadata"]["error"]?["message"]?.string?.contains("stopped") == true)
            #expect(try await server.get("/v1/runs/\(seed.open)/usage")["total_tokens"] == 8)
            #expect(try await server.get("/v1/runs/\(seed.open)/steps").array.first?["status"] == "failed")
            #expect(try await server.engine.runs.deleteOldEvents() == 1)
        }
    }

    @Test func `an approval that is waited for is shown when it is asked for`() async throws {
        try await withServer { server in
            let agent = try await server.post("/v1/agents/", ["model": "openai/gpt-4.1", "include_base_tools": false])
            let id = Identifier.new(.message)
            try await server.store.write(by: .default) { transaction in
                var message = Message(id: id, agentID: agent.id, role: .approval, createdAt: transaction.now)
                message.toolCalls = JSONText([
                    ["id": "call_1", "type": "function", "function": ["name": "pay", "arguments": "{}"]]
                ])
                try transaction.messages.insert(message, by: .default)
                let system = agent["message_ids"].array?.first?.string ?? ""
                try transaction.agents.replaceMessageIDs([system, id], ofAgent: agent.id)
            }
            let path = "/v1/agents/\(agent.id)"
            #expect(try await server.get(path)["pending_approval"].isNull)
            let shown = try await server.get(path + "?include=agent.pending_approval")["pending_approval"]
            #expect(shown["id"] == .string(id) && shown["otid"] == .string(id))
            #expect(shown["tool_call"]?["name"] == "pay" && shown["message_type"] == "approval_request_message")
            let listed = try await server.get("/v1/agents/?include=agent.pending_approval").array.first
            #expect(listed?["pending_approval"]?["id"] == .string(id))
            try await server.store.write(by: .default) { transaction in
                try transaction.agents.replaceMessageIDs(
                    [agent["message_ids"].array?.first?.string ?? ""], ofAgent: agent.id)
            }
            #expect(try await server.get(path + "?include=agent.pending_approval")["pending_approval"].isNull)
        }
    }
}
