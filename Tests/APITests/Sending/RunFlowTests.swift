import Domain
import Engine
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct RunFlowTests {
    private func ended(_ run: String, _ server: TestServer) async throws -> TestReply {
        var reply = try await server.get("/v1/runs/\(run)")
        for _ in 0..<500 where ["created", "running"].contains(reply["status"].string ?? "") {
            try await Task.sleep(for: .milliseconds(20))
            reply = try await server.get("/v1/runs/\(run)")
        }
        return reply
    }

    @Test func `an answer that nobody waits for comes with its run`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.text("Later."))
            let reply = try await server.post("/v1/agents/\(agent)/messages/async", ["input": "Hi"])
            #expect(reply["status"] == "created")
            let run = try #require(reply["id"].string)
            let end = try await ended(run, server)
            #expect(end["status"] == "completed")
            #expect(end["stop_reason"] == "end_turn")
            let messages = try await server.get("/v1/runs/\(run)/messages")
            #expect(messages.json.array?.last?["content"] == "Later.")
        }
    }

    @Test func `a run is stopped, and the conversation goes on`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.silence, .text("Here."))
            let run = try #require(
                try await server.post("/v1/agents/\(agent)/messages/async", ["input": "Hi"])["id"].string)
            for _ in 0..<500 where server.model.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            let reply = try await server.post("/v1/agents/\(agent)/messages/cancel", ["run_ids": [.string(run)]])
            #expect(reply.json[run] == "cancelled")
            #expect(try await ended(run, server)["status"] == "cancelled")
            #expect(try await server.post("/v1/agents/\(agent)/messages", ["input": "Hello"]).status == 200)
        }
    }

    @Test func `a job is stopped as a run is: it is over when the reply comes`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.silence)
            let run = try #require(
                try await server.post("/v1/agents/\(agent)/messages/async", ["input": "Hi"])["id"].string)
            for _ in 0..<500 where server.model.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            let job = "job-" + run.dropFirst("run-".count)
            let reply = try await server.patch("/v1/jobs/\(job)/cancel")
            #expect(reply["status"] == "cancelled" && reply["stop_reason"] == "cancelled")
        }
    }

    @Test func `cancelling without a run is a conflict`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            #expect(try await server.post("/v1/agents/\(agent)/messages/cancel", [:]).status == 409)
        }
    }

    @Test func `messages to one agent wait for one another`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await server.post("/v1/agents/\(agent)/messages", ["input": .string("n\(number)")]).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 8))
            let history = try await server.history(of: agent)
            let expected = ["system_message"] + (0..<8).flatMap { _ in ["user_message", "assistant_message"] }
            #expect(history == expected)
        }
    }

    @Test func `an agent that is busy says with which run`() async throws {
        try await withServer(settings: { $0.busySeconds = 0.01 }) { server in
            let agent = try await server.agent()
            server.model.script(.silence)
            let run = try #require(
                try await server.post("/v1/agents/\(agent)/messages/async", ["input": "Hi"])["id"].string)
            for _ in 0..<500 where server.model.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "And?"])
            #expect(reply.status == 409)
            #expect(reply["run_id"].string == run)
            #expect(reply["detail"].string?.contains("is currently being processed for this conversation") == true)
            _ = try await server.post("/v1/runs/\(run)/cancel")
        }
    }

    @Test func `a run whose process is gone does not hold its conversation for ever`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            let caller = Caller()
            var left = Run(id: Identifier.new(.run), agentID: agent, createdAt: .now)
            left.status = .running
            left.leaseUntil = Timestamp.now.adding(seconds: -1)
            let run = left
            try await server.store.write(by: caller.actor) { try $0.runs.insert(run, by: caller.actor) }
            #expect(try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"]).status == 200)
            #expect(try await server.get("/v1/runs/\(run.id)")["status"] == "failed")
        }
    }

    @Test func `an agent is reached by OpenAI's interface`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.text("Hello."), .deltas([.text("Hel"), .text("lo."), .end(.finished)]))
            var body: JSONObject = JSONObject([
                ("model", .string(agent)), ("messages", [["role": "user", "content": "Hi"]]),
            ])
            let whole = try await server.post("/v1/chat/completions", .object(body))
            #expect(whole["choices"].array?.first?["message"]?["content"] == "Hello.")
            #expect(whole["choices"].array?.first?["finish_reason"] == "stop")
            body["stream"] = true
            let streamed = try await server.post("/v1/chat/completions", .object(body))
            let text = streamed.events.compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }.joined()
            #expect(text == "Hello.")
            body["model"] = "gpt-4o"
            #expect(try await server.post("/v1/chat/completions", .object(body)).status == 400)
        }
    }

    @Test func `what a model would be sent is shown, and nothing stored`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages/preview-raw-payload", ["input": "Hi"])
            #expect(reply["turns"] == 1)
            #expect(try await server.history(of: agent) == ["system_message"])
            #expect(server.model.requests.isEmpty)
        }
    }

    @Test func `agents write to one another`() async throws {
        try await withServer { server in
            let other = try await server.agent()
            let reply = try await server.post(
                "/v1/agents/",
                [
                    "name": "asker", "include_multi_agent_tools": true, "model": "openai/gpt-4o-mini",
                ])
            let asker = reply["id"].string ?? ""
            server.model.script(
                .calls(
                    (
                        "send_message_to_agent_and_wait_for_reply",
                        #"{"message": "What is the code?", "other_agent_id": "\#(other)"}"#
                    )), .text("It is 42."), .text("The code is 42."))
            let answer = try await server.post("/v1/agents/\(asker)/messages", ["input": "Ask the other one."])
            #expect(answer["messages"].array?[1]["tool_return"]?.string?.contains("It is 42.") == true)
            #expect(answer["messages"].array?.last?["content"] == "The code is 42.")
        }
    }
}
