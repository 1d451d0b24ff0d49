import Domain
import Platform
import RoostTesting
import Testing

@Suite struct CompactionRouteTests {
    @Test func `the oldest messages make room for a summary`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            for number in 1...6 {
                server.model.script(.text("answer \(number)"))
                _ = try await server.post("/v1/agents/\(agent)/messages", ["input": .string("question \(number)")])
            }
            server.model.script(.text("They counted."))
            let reply = try await server.post(
                "/v1/agents/\(agent)/summarize", ["compaction_settings": ["sliding_window_percentage": 0.5]])
            #expect(reply.status == 200)
            #expect(reply["summary"] == "They counted.")
            #expect(reply["num_messages_before"] == 13)
            #expect((reply["num_messages_after"].int ?? 99) < 13)
            server.model.script(.text("seven"))
            _ = try await server.post("/v1/agents/\(agent)/messages", ["input": "question 7"])
            let turns = try #require(server.model.requests.last?.turns)
            guard case .user(let first)? = turns.first, case .assistant? = turns.dropFirst().first else {
                Issue.record("the context does not begin with the summary and an answer")
                return
            }
            #expect(first.first?.text?.contains("They counted.") == true)
            #expect(turns.last == .user("question 7"))
            // Nothing is lost.
            let history = try await server.history(of: agent)
            #expect(history.filter { $0 == "assistant_message" }.count == 7)
        }
    }

    @Test func `a context that the service finds too long is shortened and asked for again`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            for number in 1...4 {
                _ = try await server.post("/v1/agents/\(agent)/messages", ["input": .string("question \(number)")])
            }
            server.model.script(
                .failure(ChatError(.tooLong, "too long")), .text("A summary."), .text("Here I am."))
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "Still there?", "include_compaction_messages": true])
            #expect(reply.status == 200)
            #expect(reply["messages"].array?.last?["content"] == "Here I am.")
            #expect(reply["messages"].array?.first?["message_type"] == "summary_message")
            #expect(server.model.requests.last?.turns.last == .user("Still there?"))
        }
    }

    @Test func `without a model for it the summary tells what was asked`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            for number in 1...4 {
                _ = try await server.post("/v1/agents/\(agent)/messages", ["input": .string("question \(number)")])
            }
            let failure = ScriptedModel.Reply.failure(ChatError(.unavailable, "down"))
            server.model.script(failure, failure)
            let reply = try await server.post(
                "/v1/agents/\(agent)/summarize", ["compaction_settings": ["mode": "all"]])
            #expect(reply["summary"].string?.contains("- question 1") == true)
            #expect(reply["num_messages_after"] == 2)
        }
    }

    @Test func `a system prompt that is too long is told`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            let failure = ScriptedModel.Reply.failure(ChatError(.tooLong, "too long"))
            server.model.script(failure, .text("x"), failure)
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            #expect(reply.status >= 400)
            let next = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            #expect(next.status == 200)
        }
    }

    @Test func `an empty context has nothing to compact`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            #expect(try await server.post("/v1/agents/\(agent)/summarize").status == 400)
        }
    }
}
