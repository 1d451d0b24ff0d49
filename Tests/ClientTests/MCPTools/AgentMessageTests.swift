import Client
import HTTP
import MCP
import Platform
import Testing

/// Sending messages: the requests that V1 takes, and its answers shaped for a model.
@Suite struct AgentMessageTests {
    private static let hub = AgentHubTests.hub
    private static let agent = "agent-00000000-0000-4000-8000-0000000000aa"
    private static let conversation = "conv-00000000-0000-4000-8000-0000000000bb"

    private static let response: JSONValue = [
        "messages": [
            ["id": "message-1", "message_type": "reasoning_message", "reasoning": "Hm.", "run_id": "run-1"],
            [
                "id": "message-1", "message_type": "tool_call_message",
                "tool_call": ["name": "look", "arguments": "{\"at\":\"sea\"}", "tool_call_id": "call-1"],
                "tool_calls": [["name": "look", "arguments": "{\"at\":\"sea\"}", "tool_call_id": "call-1"]],
            ],
            [
                "id": "message-2", "message_type": "tool_return_message", "tool_return": "blue", "status": "success",
                "tool_call_id": "call-1",
            ],
            ["id": "message-3", "message_type": "assistant_message", "content": "The sea is blue."],
            ["id": "message-4", "message_type": "assistant_message", "content": [["type": "text", "text": "Today."]]],
        ], "stop_reason": ["message_type": "stop_reason", "stop_reason": "end_turn"],
        "usage": ["prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "step_count": 2, "run_ids": nil],
    ]

    private static let shaped: JSONValue = [
        "reply": "The sea is blue.\n\nToday.",
        "tool_calls": [["name": "look", "arguments": "{\"at\":\"sea\"}", "status": "success", "result": "blue"]],
        "stop_reason": "end_turn",
        "usage": ["prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "step_count": 2], "run_id": "run-1",
    ]

    private static let said: JSONValue = [["role": "user", "content": "How is the sea?"]]

    private func path(_ rest: String) -> String { "/v1/agents/\(Self.agent)/\(rest)" }

    /// The arguments of an operation about the agent.
    private func arguments(_ operation: String, _ more: JSONObject = JSONObject()) -> JSONObject {
        var arguments: JSONObject = ["operation": .string(operation), "agent_id": .string(Self.agent)]
        for member in more.members { arguments[member.name] = member.value }
        return arguments
    }

    // MARK: Answers in one piece

    @Test func `an answer is joined, its tool calls summed up`() async throws {
        let script = ScriptedTools(["POST " + path("messages"): .v1(Self.response)])
        let result = try await script.call(Self.hub, arguments("send_message", ["messages": Self.said]))
        #expect(result.value["message"] == "The agent answered.")
        #expect(result.value["data"] == Self.shaped)
        #expect(script.bodies == [["messages": Self.said]])
    }

    @Test func `everything of a run is there when it is asked for`() async throws {
        let script = ScriptedTools(["POST " + path("messages"): .v1(Self.response)])
        let result = try await script.call(
            Self.hub, arguments("send_message", ["messages": Self.said, "verbose": true]))
        #expect(result.value["data"]?["messages"] == Self.response["messages"])
    }

    @Test func `prompt_agent sends one message of the user`() async throws {
        let script = ScriptedTools(["POST " + path("messages"): .v1(Self.response)])
        let result = try await script.call(
            "prompt_agent", ["agent_id": .string(Self.agent), "message": "How is the sea?"])
        #expect(result.value["reply"] == "The sea is blue.\n\nToday.")
        #expect(result.value["stop_reason"] == "end_turn")
        #expect(script.bodies == [["messages": [["content": "How is the sea?", "role": "user"]]]])
    }

    @Test func `a call that waits for approval is told`() async throws {
        let script = ScriptedTools([
            "POST " + path("messages"): .v1([
                "messages": [
                    [
                        "id": "message-1", "message_type": "approval_request_message",
                        "tool_call": ["name": "sail", "arguments": "{}", "tool_call_id": "call-1"],
                    ]
                ], "stop_reason": ["stop_reason": "requires_approval"], "usage": [:],
            ])
        ])
        let result = try await script.call(Self.hub, arguments("send_message", ["messages": Self.said]))
        #expect(result.value["message"]?.string?.contains("approval") == true)
        #expect(result.value["data"]?["waits_for_approval"] == [["name": "sail", "arguments": "{}"]])
    }

    @Test func `a run that stops early says why`() async throws {
        let script = ScriptedTools([
            "POST " + path("messages"): .v1([
                "messages": [], "stop_reason": ["stop_reason": "max_steps"], "usage": [:],
            ])
        ])
        let result = try await script.call(Self.hub, arguments("send_message", ["messages": Self.said]))
        #expect(result.value["message"] == "The agent stopped: max_steps.")
    }

    @Test(arguments: ["[]", "<html>", "{}", ""])
    func `an answer that is none is an error`(body: String) async throws {
        let script = ScriptedTools(["POST " + path("messages"): .text(200, body)])
        let result = try await script.call(Self.hub, arguments("send_message", ["messages": Self.said]))
        #expect(result.isError)
    }

    // MARK: Streams

    private static let stream = """
        data: {"message_type":"ping","id":"ping-1","run_id":"run-1"}

        data: {"id":"message-1","message_type":"tool_call_message","tool_call":{"name":"look","arguments":"","tool_call_id":"call-1"}}

        data: {"id":"message-1","message_type":"tool_call_message","tool_call":{"name":null,"arguments":"{\\"at\\":\\"sea\\"}","tool_call_id":null}}

        data: {"id":"message-2","message_type":"tool_return_message","tool_return":"blue","status":"success","tool_call_id":"call-1"}

        data: {"id":"message-3","message_type":"assistant_message","content":"The sea "}

        data: {"id":"message-3","message_type":"assistant_message","content":"is blue."}

        data: {"id":"message-4","message_type":"assistant_message","content":"Today."}

        data: {"message_type":"stop_reason","stop_reason":"end_turn"}

        data: {"message_type":"usage_statistics","prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"step_count":2}

        data: [DONE]


        """

    @Test(arguments: [false, true])
    func `a stream gives what the answer in one piece gives`(hasCarriageReturns: Bool) async throws {
        let text =
            hasCarriageReturns
            ? Self.stream.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
            : Self.stream
        let script = ScriptedTools(["POST " + path("messages/stream"): .events(text)])
        let result = try await script.call(Self.hub, arguments("stream", ["messages": Self.said]))
        #expect(result.value["data"] == Self.shaped)
        _ = try await script.call(Self.hub, arguments("send_message", ["messages": Self.said, "stream": true]))
        let prompted = try await script.call(
            "prompt_agent", ["agent_id": .string(Self.agent), "message": "How?", "stream": true])
        #expect(prompted.value["reply"] == Self.shaped["reply"])
        #expect(Set(script.calls) == ["POST " + path("messages/stream")])
    }

    @Test func `line separators within a text end no event`() async throws {
        let events = "data: {\"id\":\"m\",\"message_type\":\"assistant_message\",\"content\":\"a\u{2028}b\"}\n\n"
        let script = ScriptedTools(["POST " + path("messages/stream"): .events(events)])
        let result = try await script.call(Self.hub, arguments("stream", ["messages": Self.said]))
        #expect(result.value["data"]?["reply"] == "a\u{2028}b")
    }

    @Test func `an error within a stream is a failure with its reason`() async throws {
        let events = """
            data: {"id":"message-1","message_type":"assistant_message","content":"Let me"}

            data: {"message_type":"stop_reason","stop_reason":"llm_api_error"}

            event: error
            data: {"message_type":"error_message","run_id":"run-1","error_type":"llm_timeout","message":"The model is slow."}

            data: [DONE]


            """
        let script = ScriptedTools(["POST " + path("messages/stream"): .events(events)])
        let result = try await script.call(Self.hub, arguments("stream", ["messages": Self.said]))
        #expect(result.isError)
        #expect(result.value["message"] == "The agent's run failed (llm_timeout): The model is slow.")
        #expect(result.value["hints"]?.strings?.first?.contains("run-1") == true)
    }

    // MARK: Runs

    @Test func `a message in the background gives its run`() async throws {
        let script = ScriptedTools([
            "POST " + path("messages/async"): .v1([
                "id": "run-1", "status": "created", "agent_id": .string(Self.agent), "background": true,
            ])
        ])
        let result = try await script.call(Self.hub, arguments("async_message", ["messages": Self.said]))
        #expect(result.value["data"] == ["id": "run-1", "status": "created", "agent_id": .string(Self.agent)])
        #expect(script.bodies == [["messages": Self.said]])
    }

    @Test func `work is cancelled, previewed and summarized over V1's routes`() async throws {
        let compaction: JSONValue = [
            "summary": "They spoke of the sea.", "num_messages_before": 19, "num_messages_after": 14,
        ]
        let script = ScriptedTools([
            "POST " + path("messages/cancel"): .v1(["run-1": "cancelled"]),
            "POST " + path("messages/preview-raw-payload"): .v1(["model": "gpt"]),
            "POST " + path("summarize"): .v1(compaction),
        ])
        let cancelled = try await script.call(Self.hub, arguments("cancel_message"))
        #expect(cancelled.value["data"] == ["run-1": "cancelled"])
        let preview = try await script.call(Self.hub, arguments("preview_payload", ["messages": Self.said]))
        #expect(preview.value["data"] == ["model": "gpt"])
        let summary = try await script.call(Self.hub, arguments("summarize"))
        #expect(summary.value["message"] == "Summarized: 19 messages became 14.")
        #expect(summary.value["data"] == compaction)
    }

    @Test func `a search reads the best hundred messages and says so`() async throws {
        let found = (0..<100).map { JSONValue.object(["message": ["id": .string("message-\($0)")]]) }
        let script = ScriptedTools(["POST /v1/agents/messages/search": .v1(.array(found))])
        let asked: JSONObject = ["operation": "search_messages", "query": "x", "limit": 20, "offset": 90]
        let answer = try await script.value(Self.hub, asked)
        #expect(answer["count"] == 10 && answer.hints.contains("best 100"))
        #expect(script.body == ["query": "x", "limit": 100])
    }

    // MARK: Conversations

    private static let shown: JSONValue = [
        "id": .string(conversation), "agent_id": .string(agent), "summary": "The sea",
        "in_context_message_ids": ["m", "n"],
        "isolated_block_ids": [],
    ]

    @Test func `conversations are listed and shown shortly`() async throws {
        let script = ScriptedTools([
            "GET /v1/conversations/": .v1([Self.shown]),
            "GET /v1/conversations/\(Self.conversation)": .v1(Self.shown),
        ])
        let short: JSONValue = [
            "id": .string(Self.conversation), "agent_id": .string(Self.agent), "summary": "The sea",
            "messages_in_context": 2,
        ]
        let listed = try await script.call(Self.hub, arguments("list_conversations", ["limit": 1]))
        #expect(listed.value["data"] == [short])
        #expect(listed.value["hints"]?.strings?.first == "There may be more: repeat the call with offset 1.")
        #expect(script.calls == ["GET /v1/conversations/?limit=1&offset=0&agent_id=\(Self.agent)"])
        let one: JSONObject = ["operation": "get_conversation", "conversation_id": .string(Self.conversation)]
        #expect(try await script.call(Self.hub, one).value["data"] == short)
    }

    @Test func `a conversation's route streams only when it is asked to`() async throws {
        let place = "POST /v1/conversations/\(Self.conversation)/messages"
        let script = ScriptedTools([place: .v1(Self.response)])
        let sent: JSONObject = [
            "operation": "send_conversation_message", "conversation_id": .string(Self.conversation),
            "messages": Self.said,
        ]
        let result = try await script.call(Self.hub, sent)
        #expect(result.value["data"] == Self.shaped)
        #expect(script.bodies == [["messages": Self.said, "streaming": false]])
    }

    @Test func `an agent's own thread is the conversation called default`() async throws {
        let script = ScriptedTools([
            "POST /v1/conversations/default/messages": .events(Self.stream),
            "POST /v1/conversations/default/cancel": .v1(["run-1": "cancelled"]),
            "POST /v1/conversations/default/compact": .v1([
                "summary": "s", "num_messages_before": 3, "num_messages_after": 2,
            ]),
        ])
        let own: JSONObject = ["conversation_id": "default", "messages": Self.said, "stream": true]
        let sent = try await script.call(Self.hub, arguments("send_conversation_message", own))
        #expect(sent.value["data"] == Self.shaped)
        let cancelled = try await script.call(Self.hub, arguments("cancel_conversation", own))
        #expect(cancelled.value["success"] == true)
        let compacted = try await script.call(Self.hub, arguments("compact_conversation", own))
        #expect(compacted.value["message"] == "Summarized: 3 messages became 2.")
        #expect(script.bodies.first?["agent_id"] == .string(Self.agent))
        #expect(script.calls[1] == "POST /v1/conversations/default/cancel?agent_id=\(Self.agent)")
        #expect(script.bodies[2] == ["agent_id": .string(Self.agent)])
    }
}
