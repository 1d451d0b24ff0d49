import Platform
import RoostTesting
import Testing

/// An agent without base tools and with some history.
private func agent(_ more: [(String, JSONValue)] = []) -> JSONValue {
    .object(
        JSONObject(
            [
                ("model", "openai/gpt-4.1"), ("include_base_tools", false),
                (
                    "initial_message_sequence",
                    [
                        ["role": "user", "content": "Where is the red bicycle?"],
                        ["role": "assistant", "content": "The bicycle stands in the cellar."],
                        ["role": "user", "content": "Thanks", "otid": "mine"],
                    ]
                ),
            ] + more))
}

@Suite struct MessageRouteTests {
    @Test func `messages are listed newest first, or as asked`() async throws {
        try await withServer { server in
            let id = try await server.post("/v1/agents/", agent()).id
            let all = try await server.get("/v1/agents/\(id)/messages").array
            #expect(
                all.compactMap { $0["message_type"]?.string } == [
                    "user_message", "assistant_message", "user_message", "system_message",
                ])
            #expect(all.first?["otid"] == "mine")
            let oldest = try await server.get("/v1/agents/\(id)/messages?order=asc").ids
            #expect(oldest == all.compactMap { $0["id"]?.string }.reversed())
            let users = try await server.get("/v1/agents/\(id)/messages?include_return_message_types=user_message")
            #expect(users.array.count == 2)
            #expect(try await server.get("/v1/agents/\(id)/messages?conversation_id=default").array.count == 4)
            #expect(try await server.get("/v1/agents/\(id)/messages?conversation_id=conv-1").array.isEmpty)
            #expect(try await server.get("/v1/messages/?limit=2").array.count == 2)
        }
    }

    @Test func `pages meet and end, also where a stored message is not shown`() async throws {
        try await withServer { server in
            let id = try await server.post("/v1/agents/", agent()).id
            let shown = "/v1/agents/\(id)/messages?limit=1&order=asc&include_return_message_types=user_message"
            var seen: [String] = []
            for _ in 0..<5 {
                let page = try await server.get(shown + (seen.last.map { "&after=\($0)" } ?? "")).ids
                if page.isEmpty { break }
                seen += page
            }
            let all = try await server.get("/v1/agents/\(id)/messages?order=asc").array
            #expect(seen == all.filter { $0["message_type"] == "user_message" }.compactMap { $0["id"]?.string })
            let unknown = Identifier.new(.message)
            let reply = try await server.get("/v1/agents/\(id)/messages?after=\(unknown)")
            #expect(reply.status == 404 && reply.detail.contains(unknown))
        }
    }

    @Test func `a memgpt agent opens with the four messages of its type`() async throws {
        try await withServer { server in
            let body: JSONValue = [
                "model": "openai/gpt-4.1", "agent_type": "memgpt_agent", "include_base_tools": false,
            ]
            let agent = try await server.post("/v1/agents/", body)
            #expect(agent["message_ids"].array?.count == 4)
            let listed = try await server.get("/v1/agents/\(agent.id)/messages?order=asc").array
            #expect(
                listed.compactMap { $0["message_type"]?.string } == [
                    "system_message", "reasoning_message", "assistant_message", "user_message",
                ])
            #expect(listed[1]["id"] == listed[2]["id"])
            let calls = try await server.get("/v1/agents/\(agent.id)/messages?order=asc&use_assistant_message=false")
            #expect(
                calls.array.compactMap { $0["message_type"]?.string } == [
                    "system_message", "reasoning_message", "tool_call_message", "tool_return_message", "user_message",
                ])
            let reasoning = try await server.patch(
                "/v1/agents/\(agent.id)/messages/\(listed[1]["id"]?.string ?? "")",
                ["message_type": "reasoning_message", "reasoning": "other"])
            #expect(reasoning["reasoning"] == "other")
            let spoken = try await server.patch(
                "/v1/agents/\(agent.id)/messages/\(listed[1]["id"]?.string ?? "")",
                ["message_type": "assistant_message", "content": "Welcome back"])
            #expect(spoken["content"] == "Welcome back")
            let found = try await server.post("/v1/messages/search", ["query": "welcome"])
            #expect(found.array.contains { $0["content"] == "Welcome back" })
        }
    }

    @Test func `one stored message is a list of what it is shown as`() async throws {
        try await withServer { server in
            let id = try await server.post("/v1/agents/", agent()).id
            let message = try await server.get("/v1/agents/\(id)/messages?limit=1").ids[0]
            #expect(try await server.get("/v1/messages/\(message)").ids == [message])
            #expect(try await server.get("/v1/messages/\(Identifier.new(.message))").status == 404)
            #expect(try await server.get("/v1/messages/nonsense").status == 422)
        }
    }

    @Test func `an edit keeps to its agent and its role`() async throws {
        try await withServer { server in
            let id = try await server.post("/v1/agents/", agent()).id
            let other = try await server.post("/v1/agents/", agent()).id
            let message = try await server.get("/v1/agents/\(id)/messages?limit=1").ids[0]
            let edit: JSONValue = ["message_type": "user_message", "content": "Thank you very much"]
            let edited = try await server.patch("/v1/agents/\(id)/messages/\(message)", edit)
            #expect(edited["content"] == "Thank you very much" && edited["otid"] == "mine")
            #expect(try await server.patch("/v1/agents/\(other)/messages/\(message)", edit).status == 404)
            let wrong = try await server.patch("/v1/agents/\(id)/messages/\(message)", ["content": "as system"])
            #expect(wrong.status == 400 && wrong.detail.contains("'user'"))
            let empty = try await server.patch("/v1/agents/\(id)/messages/\(message)", ["message_type": "user_message"])
            #expect(empty.status == 422)
        }
    }

    @Test func `a reset empties recall memory and keeps the blocks`() async throws {
        try await withServer { server in
            let blocks: JSONValue = [["label": "human", "value": "Ann"]]
            let id = try await server.post("/v1/agents/", agent([("memory_blocks", blocks)])).id
            let reset = try await server.patch("/v1/agents/\(id)/reset-messages", [:])
            #expect(reset["message_ids"].array?.count == 1 && reset["blocks"].array?.count == 1)
            let left = try await server.get("/v1/agents/\(id)/messages").array
            #expect(left.compactMap { $0["message_type"]?.string } == ["system_message"])
            #expect(left.first?["content"]?.string?.contains("Ann") == true)
            #expect(try await server.post("/v1/messages/search", ["query": "bicycle"]).array.isEmpty)
            #expect(try await server.patch("/v1/agents/\(Identifier.new(.agent))/reset-messages").status == 404)
        }
    }

    @Test func `search finds words, within an agent, a time and a role`() async throws {
        try await withServer { server in
            let first = try await server.post("/v1/agents/", agent()).id
            let second = try await server.post("/v1/agents/", agent()).id
            #expect(try await server.post("/v1/messages/search", ["query": "bicycles"]).array.count == 4)
            let own = try await server.post("/v1/messages/search", ["query": "bicycle", "agent_id": .string(first)])
            #expect(own.array.count == 2 && own.array.allSatisfy { $0["agent_id"] == .string(first) })
            let ranked = try await server.post(
                "/v1/agents/messages/search",
                ["query": "bicycle cellar", "agent_id": .string(second), "roles": ["assistant"]])
            #expect(ranked.array.count == 1 && ranked.array[0]["fts_rank"] == 1)
            #expect(ranked.array[0]["message"]?["role"] == "assistant")
            let future = try await server.post(
                "/v1/agents/messages/search", ["query": "bicycle", "start_date": "2100-01-01"])
            #expect(future.array.isEmpty)
            let past = try await server.post("/v1/messages/search", ["query": "bicycle", "end_date": "2000-01-01"])
            #expect(past.array.isEmpty)
            let all = try await server.post("/v1/agents/messages/search", ["agent_id": .string(first), "limit": 2])
            #expect(all.array.count == 2 && all.array[0]["embedded_text"] == "Thanks")
            #expect(try await server.post("/v1/messages/search", ["query": "\" OR * NEAR("]).status == 200)
            #expect(try await server.post("/v1/messages/search", ["limit": 1]).status == 422)
        }
    }

    @Test func `the context window says what is in it`() async throws {
        try await withServer { server in
            let blocks: JSONValue = [["label": "human", "value": "Ann"]]
            let id = try await server.post(
                "/v1/agents/",
                agent([("memory_blocks", blocks), ("system", "You help."), ("context_window_limit", 9000)])
            ).id
            let window = try await server.get("/v1/agents/\(id)/context")
            #expect(window["num_messages"] == 4 && window["num_recall_memory"] == 4)
            #expect(window["context_window_size_max"] == 9000 && window["system_prompt"] == "You help.")
            #expect(window["num_tokens_system"] == 3)
            #expect(window["core_memory"].string?.contains("<value>\nAnn\n</value>") == true)
            let parts = [
                "external_memory_summary", "system", "core_memory", "summary_memory", "functions_definitions",
                "messages", "tool_usage_rules",
            ].compactMap { window["num_tokens_\($0)"].int }
            #expect(window["context_window_size_current"].int == parts.reduce(0, +))
            #expect(window["messages"].array?.first?["role"] == "system")
            #expect(try await server.get("/v1/agents/\(id)/context?conversation_id=conv-x").status == 404)
        }
    }

    @Test func `recompiling shows the memory of now, and a dry run stores nothing`() async throws {
        try await withServer { server in
            let blocks: JSONValue = [["label": "human", "value": "Ann"]]
            let id = try await server.post("/v1/agents/", agent([("memory_blocks", blocks)])).id
            func system() async throws -> String {
                let messages = try await server.get("/v1/agents/\(id)/messages?order=asc&limit=1").array
                return messages.first?["content"]?.string ?? ""
            }
            let before = try await system()
            _ = try await server.patch("/v1/agents/\(id)/core-memory/blocks/human", ["value": "Anna Lind"])
            let dry = try await server.post("/v1/agents/\(id)/recompile?dry_run=true").json.string ?? ""
            #expect(dry.contains("Anna Lind"))
            #expect(try await system() == before)
            let text = try await server.post("/v1/agents/\(id)/system-prompt/recompile").json.string
            #expect(text == dry)
            #expect(try await system() == dry)
        }
    }
}
