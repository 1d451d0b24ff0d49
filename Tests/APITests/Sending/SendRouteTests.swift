import Domain
import Platform
import RoostTesting
import Testing

@Suite struct SendRouteTests {
    @Test func `an agent answers, and its history has both sides`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.text("Hello Ann."))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi, I am Ann."])
            #expect(reply.status == 200)
            let message = reply["messages"].array?.first ?? .null
            #expect(reply["messages"].array?.count == 1)
            #expect(message["message_type"] == "assistant_message")
            #expect(message["content"] == "Hello Ann.")
            #expect(message["run_id"]?.string?.hasPrefix("run-") == true)
            #expect(message["step_id"]?.string?.hasPrefix("step-") == true)
            #expect(reply["stop_reason"]["stop_reason"] == "end_turn")
            #expect(reply["usage"]["prompt_tokens"] == 10)
            #expect(reply["usage"]["step_count"] == 1)
            #expect(reply["usage"]["context_tokens"] == 12)
            #expect(
                try await server.history(of: agent) == [
                    "system_message", "user_message", "assistant_message",
                ])
            let request = try #require(server.model.requests.first)
            #expect(request.turns == [.user("Hi, I am Ann.")])
            #expect(request.tools.map(\.name) == ["conversation_search", "memory_insert", "memory_replace"])
            #expect(request.instructions.contains("<memory_blocks>"))
        }
    }

    @Test func `the conversation goes on, and its beginning keeps its bytes`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.text("one"), .text("two"))
            _ = try await server.post("/v1/agents/\(agent)/messages", ["input": "first"])
            _ = try await server.post(
                "/v1/agents/\(agent)/messages", ["messages": [["role": "user", "content": "second"]]])
            let requests = server.model.requests
            #expect(requests.last?.turns == [.user("first"), .assistant("one"), .user("second")])
            #expect(requests.first?.instructions == requests.last?.instructions)
            #expect(requests.first?.tools == requests.last?.tools)
        }
    }

    @Test func `an edited block is seen with the next message`() async throws {
        try await withServer { server in
            let agent = try await server.agent(blocks: [("human", "Name: Ann")])
            _ = try await server.post("/v1/agents/\(agent)/messages", ["input": "first"])
            _ = try await server.patch("/v1/agents/\(agent)/core-memory/blocks/human", ["value": "Name: Bea"])
            _ = try await server.post("/v1/agents/\(agent)/messages", ["input": "second"])
            #expect(server.model.requests.first?.instructions.contains("Name: Ann") == true)
            #expect(server.model.requests.last?.instructions.contains("Name: Bea") == true)
        }
    }

    @Test func `a tool is called and its result told`() async throws {
        try await withServer { server in
            let agent = try await server.agent(blocks: [("human", "Name: Ann")])
            server.model.script(
                .calls(("memory_insert", #"{"label": "human", "new_string": "Likes tea"}"#)), .text("Noted."))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "I like tea."])
            #expect(
                reply["messages"].array?.compactMap { $0["message_type"]?.string } == [
                    "tool_call_message", "tool_return_message", "assistant_message",
                ])
            #expect(reply["messages"].array?[1]["status"] == "success")
            #expect(reply["usage"]["step_count"] == 2)
            let block = try await server.get("/v1/agents/\(agent)/core-memory/blocks/human")
            #expect(block["value"].string?.contains("Likes tea") == true)
            guard case .tools(let results)? = server.model.requests.last?.turns.last else {
                Issue.record("the result was not told")
                return
            }
            #expect(results.first?.isError == false)
        }
    }

    @Test func `an agent that acts by tools speaks by send_message`() async throws {
        try await withServer { server in
            let agent = try await server.agent(type: "memgpt_agent")
            server.model.script(
                .calls(("send_message", #"{"message": "Hello!", "request_heartbeat": false}"#)))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            #expect(reply["messages"].array?.map { $0["message_type"]?.string } == ["assistant_message"])
            #expect(reply["messages"].array?.first?["content"] == "Hello!")
            #expect(reply["stop_reason"]["stop_reason"] == "end_turn")
            #expect(server.model.requests.first?.toolChoice == .required)
            let raw = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "Hi", "use_assistant_message": false])
            #expect(raw.status == 200)
        }
    }

    @Test func `a failed model leaves the conversation as it was`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.failure(ChatError(.rateLimited, "Too many requests.", retryAfter: 3)))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            #expect(reply.status == 429)
            #expect(reply["error"]["type"] == "llm_rate_limit")
            #expect(reply.headers["retry-after"] == "3")
            #expect(try await server.history(of: agent) == ["system_message"])
            server.model.script(.text("ok"))
            #expect(try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"]).status == 200)
            #expect(server.model.requests.last?.turns == [.user("Hi")])
        }
    }

    @Test(arguments: [
        (ChatError.Code.authentication, 401), (.insufficientCredits, 402), (.refused, 400), (.tooLong, 400),
        (.timedOut, 504), (.unavailable, 503), (.unusable, 502),
    ])
    func `a failure of the model has its status`(code: ChatError.Code, status: Int) async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.failure(ChatError(code, "It failed.")))
            #expect(try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"]).status == status)
        }
    }

    @Test func `the answer is told piece by piece`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.deltas([.reasoning("Hm."), .text("Hel"), .text("lo"), .end(.finished)]))
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "Hi", "streaming": true, "stream_tokens": true])
            let events = reply.events
            #expect(
                events.map { $0["message_type"]?.string ?? "" } == [
                    "ping", "reasoning_message", "assistant_message", "assistant_message", "stop_reason",
                    "usage_statistics",
                ])
            #expect(events.compactMap { $0["content"]?.string }.joined() == "Hello")
            #expect(reply.text.hasSuffix("data: [DONE]\n\n"))
            #expect(events[2]["otid"] == events[3]["otid"])
            #expect(events[1]["otid"] != events[2]["otid"])
            #expect(!reply.text.contains("event:"))
        }
    }

    @Test func `send_message is streamed as what is said`() async throws {
        try await withServer { server in
            let agent = try await server.agent(type: "memgpt_agent")
            let pieces = [#"{"mess"#, #"age": "Hi \u0"#, #"0e9\n"#, #"you", "request_heartbeat": false}"#]
            let first = ChatDelta.call(index: 0, id: "c", name: "send_message", arguments: "", signature: nil)
            let rest = pieces.map { ChatDelta.call(index: 0, id: nil, name: nil, arguments: $0, signature: nil) }
            server.model.script(.deltas([first] + rest + [.end(.toolCalls)]))
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "Hi", "streaming": true, "stream_tokens": true])
            let said = reply.events.filter { $0["message_type"] == "assistant_message" }
            #expect(said.compactMap { $0["content"]?.string }.joined() == "Hi é\nyou")
        }
    }

    @Test func `an error in a stream is told in it`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.cut([.text("Hel")]))
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "Hi", "streaming": true, "stream_tokens": true])
            #expect(reply.status == 200)
            #expect(reply.text.contains("event: error\ndata: {\"message_type\":\"error_message\""))
            #expect(reply.text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test func `a background run can be come back to`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.text("Hello."))
            let body: JSONValue = [
                "streaming": true, "background": true,
                "messages": [["role": "user", "content": "Hi", "otid": "otid-1"]],
            ]
            let reply = try await server.post("/v1/agents/\(agent)/messages", body)
            let run = try #require(reply.events.first?["run_id"]?.string)
            #expect(reply.events.first?["seq_id"] == 1)
            #expect(reply.events[1]["seq_id"] == 2)
            let rest = try await server.post("/v1/runs/\(run)/stream", ["starting_after": 1])
            #expect(rest.events.first == reply.events[1])
            #expect(rest.events.count == reply.events.count - 1)
            // The same request again is the same run.
            let again = try await server.post("/v1/agents/\(agent)/messages", body)
            #expect(again.events == reply.events)
            #expect(server.model.requests.count == 1)
        }
    }

    @Test func `a run that is not in the background cannot be come back to`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            let run = try #require(reply["messages"].array?.first?["run_id"]?.string)
            #expect(try await server.post("/v1/runs/\(run)/stream", [:]).status == 400)
        }
    }

    @Test func `exactly one of input and messages is needed`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            for body: JSONValue in [
                [:], ["input": "a", "messages": []], ["messages": [["role": "user"]]],
                ["input": "a", "stream_tokens": true], ["input": "a", "max_steps": 0],
            ] {
                #expect(try await server.post("/v1/agents/\(agent)/messages", body).status == 422)
            }
        }
    }
}
