import Engine
import HTTP
import Platform
import RoostTesting
import Testing

/// An agent without base tools, so that a test sees only what it made itself.
private func body(_ more: [(String, JSONValue)] = []) -> JSONValue {
    .object(JSONObject([("model", "openai/gpt-4.1"), ("include_base_tools", false)] + more))
}

@Suite struct AgentRouteTests {
    @Test func `an agent comes back as it was created, with both twins of a member`() async throws {
        try await withServer { server in
            let agent = try await server.post(
                "/v1/agents/",
                body([
                    ("name", "ada"), ("embedding", "openai/text-embedding-3-small"), ("description", "d"),
                    ("tags", ["b", "a"]), ("metadata", ["k": 1]), ("secrets", ["TOKEN": "s3"]),
                    (
                        "memory_blocks",
                        [["label": "human", "value": "Ann"], ["label": "notes", "value": "", "limit": 10]]
                    ),
                    ("context_window_limit", 32_000),
                ]))
            #expect(agent.status == 200)
            #expect(agent["agent_type"] == "letta_v1_agent")
            #expect(agent["tags"] == ["a", "b"])
            #expect(agent["blocks"] == agent["memory"]["blocks"])
            #expect(agent["blocks"].array?.compactMap { $0["label"]?.string } == ["human", "notes"])
            #expect(agent["secrets"] == agent["tool_exec_environment_variables"])
            #expect(agent["secrets"].array?.first?["value"] == "s3")
            #expect(agent["llm_config"]["context_window"] == 32_000)
            #expect(agent["llm_config"]["handle"] == "openai/gpt-4.1")
            #expect(agent["embedding_config"]["embedding_dim"] == 1536)
            #expect(agent["message_ids"].array?.count == 1)
            #expect(agent["timezone"] == "UTC")
            let read = try await server.get("/v1/agents/\(agent.id)", headers: ["user-agent": "curl/8"])
            #expect(read.json == agent.json)
        }
    }

    @Test func `relations are left out for the current SDKs unless they are named`() async throws {
        try await withServer { server in
            let id = try await server.post(
                "/v1/agents/", body([("tags", ["t"]), ("memory_blocks", [["label": "human", "value": "x"]])])
            ).id
            let bare = try await server.get("/v1/agents/\(id)", headers: ["x-stainless-package-version": "1.12.1"])
            #expect(bare["tags"] == [] && bare["blocks"] == [])
            let named = try await server.get("/v1/agents/\(id)?include=agent.tags&include=agent.blocks")
            #expect(named["tags"] == ["t"] && named["blocks"].array?.count == 1)
            let older = try await server.get("/v1/agents/\(id)", headers: ["user-agent": "letta-client/0.1.324"])
            #expect(older["tags"] == ["t"] && older["blocks"].array?.count == 1)
            let subset = try await server.get(
                "/v1/agents/\(id)?include_relationships=tags", headers: ["user-agent": "letta-client/0.1.324"])
            #expect(subset["tags"] == ["t"] && subset["blocks"] == [])
        }
    }

    @Test func `a create without a model is refused with the contract's text`() async throws {
        try await withServer(settings: { $0.defaultModel = nil }) { server in
            let reply = try await server.post("/v1/agents/", ["name": "x"])
            #expect(reply.status == 400)
            #expect(reply.detail == "INVALID_ARGUMENT: Must specify either model or llm_config in request")
            let shape = try await server.post("/v1/agents/", ["model": "gpt-4"])
            #expect(shape.status == 400)
            #expect(shape.detail.contains("provider/model-name"))
        }
    }

    @Test func `what a create names must exist, and nothing is left behind when it does not`() async throws {
        try await withServer { server in
            let missing = "block-123e4567-e89b-42d3-8456-426614174000"
            let block = try await server.post("/v1/agents/", body([("block_ids", [.string(missing)])]))
            #expect(block.status == 404)
            let tools = try await server.post("/v1/agents/", body([("tools", ["no_such_tool"])]))
            #expect(tools.status == 400)
            #expect(tools.detail.hasPrefix("Tools not found by name: {'no_such_tool'}"))
            let long = try await server.post(
                "/v1/agents/", body([("memory_blocks", [["label": "a", "value": "12345", "limit": 4]])]))
            #expect(long.status == 422)
            #expect(long.detail.contains("5 characters, its limit is 4"))
            #expect(try await server.get("/v1/agents/count").text == "0")
            #expect(try await server.get("/v1/blocks/count").text == "0")
        }
    }

    @Test func `lists are filtered by name, tags, text and project`() async throws {
        try await withServer { server in
            _ = try await server.post("/v1/agents/", body([("name", "one"), ("tags", ["x", "y"])]))
            _ = try await server.post(
                "/v1/agents/", body([("name", "two"), ("tags", ["x"]), ("description", "Blue 50%")]))
            _ = try await server.post("/v1/agents/", body([("name", "three"), ("project_id", "p1")]))
            func names(_ query: String) async throws -> [String] {
                try await server.get("/v1/agents/?order=asc&" + query).array.compactMap { $0["name"]?.string }
            }
            #expect(try await names("") == ["one", "two", "three"])
            #expect(try await names("name=two") == ["two"])
            #expect(try await names("tags=x&tags=y") == ["one", "two"])
            #expect(try await names("tags=x&tags=y&match_all_tags=true") == ["one"])
            #expect(try await names("query_text=blue%2050%25") == ["two"])
            #expect(try await names("query_text=%25") == ["two"])
            #expect(try await names("project_id=p1") == ["three"])
            #expect(try await names("limit=1&offset=1") == ["two"])
            #expect(try await names("page=2&page_size=2") == ["three"])
        }
    }

    @Test func `cursors walk a list in both directions and end with an empty page`() async throws {
        try await withServer { server in
            for number in 0..<7 { _ = try await server.post("/v1/agents/", body([("name", .string("a\(number)"))])) }
            let all = try await server.get("/v1/agents/").ids
            for order in ["desc", "asc"] {
                let expected = order == "desc" ? all : all.reversed()
                var seen: [String] = []
                while true {
                    let after = seen.last.map { "&after=" + $0 } ?? ""
                    let page = try await server.get("/v1/agents/?limit=3&order=\(order)\(after)").ids
                    if page.isEmpty { break }
                    seen += page
                }
                #expect(seen == expected)
                var back: [String] = [expected[6]]
                while true {
                    let page = try await server.get("/v1/agents/?limit=2&order=\(order)&before=\(back[0])").ids
                    if page.isEmpty { break }
                    back = page + back
                }
                #expect(back == expected)
            }
            let unknown = "agent-123e4567-e89b-42d3-8456-426614174000"
            #expect(try await server.get("/v1/agents/?limit=2&after=\(unknown)").ids == Array(all.prefix(2)))
        }
    }

    @Test func `cursors walk an order that many agents have no value for, which come last`() async throws {
        try await withServer { server in
            for number in 0..<7 { _ = try await server.post("/v1/agents/", body([("name", .string("a\(number)"))])) }
            let ids = try await server.get("/v1/agents/?order=asc").ids
            for (index, day) in [(2, 1), (4, 2)] {
                let time: JSONValue = ["last_run_completion": "2026-01-0\(day)T00:00:00Z"]
                #expect(try await server.patch("/v1/agents/\(ids[index])", time).status == 200)
            }
            for (order, first) in [("asc", [ids[2], ids[4]]), ("desc", [ids[4], ids[2]])] {
                let path = "/v1/agents/?order_by=last_run_completion&order=\(order)"
                let all = try await server.get(path).ids
                #expect(Array(all.prefix(2)) == first && Set(all) == Set(ids))
                var seen: [String] = []
                while true {
                    let page = try await server.get(path + "&limit=2" + (seen.last.map { "&after=" + $0 } ?? "")).ids
                    if page.isEmpty || seen.count > 7 { break }
                    seen += page
                }
                #expect(seen == all)
                var back: [String] = [all[6]]
                while true {
                    let page = try await server.get(path + "&limit=2&before=\(back[0])").ids
                    if page.isEmpty || back.count > 7 { break }
                    back = page + back
                }
                #expect(back == all)
            }
        }
    }

    @Test func `a count takes the filters of the list`() async throws {
        try await withServer { server in
            _ = try await server.post("/v1/agents/", body([("name", "one"), ("tags", ["x", "y"])]))
            _ = try await server.post("/v1/agents/", body([("name", "two"), ("tags", ["x"]), ("hidden", true)]))
            func count(_ query: String) async throws -> String {
                try await server.get("/v1/agents/count" + query).text
            }
            #expect(try await count("") == "2")
            #expect(try await count("?name=one") == "1")
            #expect(try await count("?tags=x&tags=y") == "2")
            #expect(try await count("?tags=x&tags=y&match_all_tags=true") == "1")
            #expect(try await count("?query_text=w") == "1")
            #expect(try await count("?show_hidden_agents=false") == "1")
            #expect(try await count("?identity_id=x").hasPrefix("{"))
        }
    }

    @Test func `members of later work are kept and come back`() async throws {
        try await withServer { server in
            let agent = try await server.post(
                "/v1/agents/", body([("sleeptime_agent_frequency", 3), ("folder_ids", ["source-1"])]))
            #expect(agent["sleeptime_agent_frequency"] == 3)
            let read = try await server.patch("/v1/agents/\(agent.id)", ["name": "n"])
            #expect(read["sleeptime_agent_frequency"] == 3 && read["folder_ids"] == ["source-1"])
        }
    }

    @Test func `a header that is empty counts as not sent`() async throws {
        try await withServer { server in
            let empty: Headers = ["user_id": "", "x-project-id": ""]
            let agent = try await server.send(.post, "/v1/agents/", body(), headers: empty)
            #expect(agent.status == 200 && agent["project_id"] == .null)
            let slug: Headers = ["x-project-id": "", "x-project": "p1"]
            #expect(try await server.send(.post, "/v1/agents/", body(), headers: slug)["project_id"] == "p1")
        }
    }

    @Test func `a patch changes what it names and keeps the rest`() async throws {
        try await withServer { server in
            let agent = try await server.post(
                "/v1/agents/", body([("name", "n"), ("description", "d"), ("tags", ["a"]), ("metadata", ["k": 1])]))
            let changed = try await server.patch(
                "/v1/agents/\(agent.id)",
                ["name": "m", "description": nil, "tags": ["b"], "model": "anthropic/claude-sonnet-4-5-20250929"])
            #expect(changed["name"] == "m")
            #expect(changed["description"] == .null)
            #expect(changed["tags"] == ["b"])
            #expect(changed["metadata"] == ["k": 1])
            #expect(changed["llm_config"]["model_endpoint_type"] == "anthropic")
            #expect(changed["version"] == 2)
            let stale = try await server.patch("/v1/agents/\(agent.id)", ["name": "o", "expected_version": 1])
            #expect(stale.status == 409)
            #expect(stale["detail"]["current_version"] == 2)
        }
    }

    @Test func `a deleted agent is gone and its blocks stay`() async throws {
        try await withServer { server in
            let agent = try await server.post(
                "/v1/agents/", body([("memory_blocks", [["label": "human", "value": "x"]])]))
            let reply = try await server.delete("/v1/agents/\(agent.id)")
            #expect(reply["message"] == .string("Agent id=\(agent.id) successfully deleted"))
            let gone = try await server.get("/v1/agents/\(agent.id)")
            #expect(gone.status == 404)
            #expect(gone.detail == "Agent with ID \(agent.id) not found")
            #expect(try await server.get("/v1/blocks/count").text == "1")
        }
    }

    @Test func `the same idempotency key creates once and answers the same`() async throws {
        try await withServer { server in
            let headers: Headers = ["idempotency-key": "k1"]
            let first = try await server.send(.post, "/v1/agents/", body([("name", "n")]), headers: headers)
            let again = try await server.send(.post, "/v1/agents/", body([("name", "n")]), headers: headers)
            #expect(first.status == 200 && again.bytes == first.bytes)
            #expect(again.headers["idempotent-replayed"] == "true")
            let other = try await server.send(.post, "/v1/agents/", body([("name", "other")]), headers: headers)
            #expect(other.status == 409)
            #expect(try await server.get("/v1/agents/count").text == "1")
        }
    }

    @Test func `requests with one idempotency key that arrive together get one answer`() async throws {
        try await withServer { server in
            let headers: Headers = ["idempotency-key": "k1"]
            let replies = try await withThrowingTaskGroup(of: TestReply.self, returning: [TestReply].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await server.send(.post, "/v1/agents/", body([("name", "n")]), headers: headers)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.map(\.status) == Array(repeating: 200, count: 8))
            #expect(Set(replies.map(\.bytes)).count == 1)
            #expect(try await server.get("/v1/agents/count").text == "1")
        }
    }

    @Test func `a request that was refused leaves its idempotency key free`() async throws {
        try await withServer { server in
            let headers: Headers = ["idempotency-key": "k1"]
            let missing: JSONValue = ["agent-123e4567-e89b-42d3-8456-426614174000"]
            let refused: JSONValue = ["identifier_key": "i", "agent_ids": missing]
            for _ in 0..<2 {
                let reply = try await server.send(.post, "/v1/identities/", refused, headers: headers)
                #expect(reply.status == 404)
            }
            let good: JSONValue = ["identifier_key": "i"]
            let reply = try await server.send(.post, "/v1/identities/", good, headers: headers)
            #expect(reply.status == 200)
        }
    }

    @Test func `a built-in tool that was deleted comes back with the next agent that needs it`() async throws {
        try await withServer { server in
            let tool = try await server.get("/v1/tools/?name=memory_insert").ids[0]
            #expect(try await server.delete("/v1/tools/\(tool)").status == 200)
            let agent = try await server.post("/v1/agents/", ["model": "openai/gpt-4.1"])
            #expect(agent.status == 200)
            #expect(agent["tools"].array?.compactMap { $0["name"]?.string }.contains("memory_insert") == true)
        }
    }

    @Test func `lines of memory are numbered for the models and the types of agent that V1 numbers them for`()
        async throws
    {
        try await withServer { server in
            func system(_ model: JSONValue, _ type: JSONValue) async throws -> String {
                let agent = try await server.post(
                    "/v1/agents/",
                    [
                        "model": model, "agent_type": type, "include_base_tools": false,
                        "memory_blocks": [["label": "notes", "value": "one\n\ntwo"]],
                    ])
                return try await server.get("/v1/agents/\(agent.id)/messages?order=asc").array[0]["content"]?.string
                    ?? ""
            }
            let numbered = "<value>\n1→ one\n2→ \n3→ two\n</value>"
            for type: JSONValue in ["letta_v1_agent", "memgpt_v2_agent", "sleeptime_agent"] {
                let text = try await system("anthropic/claude-sonnet-4-5", type)
                #expect(text.contains(numbered) && text.contains("<warning>\n# NOTE: Line numbers shown below"))
            }
            for (model, type): (JSONValue, JSONValue) in [
                ("anthropic/claude-sonnet-4-5", "memgpt_agent"), ("openai/gpt-4.1", "letta_v1_agent"),
            ] {
                let text = try await system(model, type)
                #expect(text.contains("<value>\none\n\ntwo\n</value>") && !text.contains("<warning>"))
            }
        }
    }

    @Test func `an agent of the older kind opens with a greeting`() async throws {
        try await withServer { server in
            let agent = try await server.post("/v1/agents/", body([("agent_type", "memgpt_agent")]))
            #expect(agent["message_ids"].array?.count == 4)
            let workflow = try await server.post("/v1/agents/", body([("agent_type", "workflow_agent")]))
            #expect(workflow["message_buffer_autoclear"] == true)
        }
    }
}
