import HTTP
import Platform
import RoostTesting
import Testing

/// Sends a file as the SDKs do.
private func upload(
    _ server: TestServer, _ file: String, fields: [(String, String)] = [], query: String = "", headers: Headers = [:]
) async throws -> TestReply {
    var body = ""
    for (name, value) in fields {
        body += "--sep\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    body += "--sep\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.af\"\r\n"
    body += "Content-Type: application/octet-stream\r\n\r\n\(file)\r\n--sep--\r\n"
    var headers = headers
    headers.set("content-type", "multipart/form-data; boundary=sep")
    return try await server.send(.post, "/v1/agents/import\(query)", bytes: Array(body.utf8), headers: headers)
}

private func state(_ server: TestServer, _ reply: TestReply, _ index: Int = 0) async throws -> TestReply {
    try await server.get("/v1/agents/\(reply["agent_ids"].array?[index].string ?? "")")
}

/// Two agents with one shared block, a custom and an unknown built-in tool, and a history of every role.
private let family: JSONValue = [
    "agents": [
        [
            "id": "agent-0", "name": "anna", "system": "You help.", "agent_type": "memgpt_v2_agent",
            "block_ids": ["block-0", "block-1"], "tool_ids": ["tool-0", "tool-1"], "tags": ["x", "y"],
            "llm_config": [
                "model": "gpt-4o-mini", "model_endpoint_type": "openai", "context_window": 32000,
                "handle": "openai/gpt-4o-mini", "temperature": 0.5,
            ],
            "tool_rules": [["tool_name": "roll_die", "type": "exit_loop", "prompt_template": nil]],
            "metadata": ["team": "red"], "secrets": ["TOKEN": "", "URL": ""], "files_agents": [["file_id": "file-0"]],
            "in_context_message_ids": ["message-0", "message-2", "message-3", "message-4", "message-5"],
            "messages": [
                [
                    "id": "message-0", "role": "system", "created_at": "2026-01-01T00:00:00+00:00",
                    "content": [["type": "text", "text": "You help.\n- AGENT_ID: agent-old\nend"]],
                ],
                [
                    "id": "message-1", "role": "user", "created_at": "2026-01-01T00:00:01+00:00", "otid": "o-1",
                    "content": [["type": "text", "text": "Roll"]],
                ],
                [
                    "id": "message-2", "role": "assistant", "created_at": "2026-01-01T00:00:02+00:00", "content": [],
                    "model": "gpt-4o-mini",
                    "tool_calls": [
                        ["id": "call_1", "type": "function", "function": ["name": "roll_die", "arguments": "{}"]]
                    ],
                ],
                [
                    "id": "message-3", "role": "tool", "created_at": "2026-01-01T00:00:02+00:00", "name": "roll_die",
                    "tool_call_id": "call_1", "content": [["type": "text", "text": "6"]],
                    "tool_returns": [["tool_call_id": "call_1", "status": "success", "func_response": "6"]],
                ],
                [
                    "id": "message-4", "role": "approval", "created_at": "2026-01-01T00:00:03+00:00",
                    "content": [["type": "text", "text": "May I?"]],
                    "tool_calls": [
                        ["id": "call_2", "type": "function", "function": ["name": "roll_die", "arguments": "{}"]]
                    ],
                ],
                [
                    "id": "message-5", "role": "approval", "created_at": "2026-01-01T00:00:04+00:00", "content": [],
                    "approve": true, "denial_reason": nil,
                    "approvals": [["type": "approval", "tool_call_id": "call_2", "approve": true, "reason": nil]],
                ],
            ],
        ],
        [
            "id": "agent-1", "name": "bert", "system": "You help too.", "block_ids": ["block-0"],
            "llm_config": ["model": "gpt-4o", "model_endpoint_type": "openai", "context_window": 1000],
        ],
    ],
    "groups": [], "files": [["id": "file-0"]], "sources": [], "mcp_servers": [],
    "blocks": [
        ["id": "block-0", "label": "shared", "value": "Everyone knows.", "limit": 5, "read_only": true, "tags": ["t"]],
        ["id": "block-1", "label": "human", "value": "Ann", "limit": 100, "description": "d", "metadata": ["k": 1]],
    ],
    "tools": [
        [
            "id": "tool-0", "name": "roll_die", "tool_type": "custom", "source_code": "def roll_die(): return 6",
            "source_type": "python", "tags": ["games"], "return_char_limit": 500,
            "json_schema": ["name": "roll_die", "parameters": ["type": "object", "properties": [:]]],
        ],
        ["id": "tool-1", "name": "no_such_builtin", "tool_type": "letta_core"],
    ],
    "metadata": ["revision_id": "abc"], "created_at": "2026-01-02T00:00:00+00:00",
]

@Suite struct PortabilityRouteTests {
    @Test func `a file of several agents is stored with everything that hangs on them`() async throws {
        try await withServer { server in
            let reply = try await upload(server, family.text)
            #expect(reply.status == 200 && reply["agent_ids"].array?.count == 2)
            let anna = try await state(server, reply)
            let bert = try await state(server, reply, 1)
            #expect(anna["name"] == "anna_copy" && bert["name"] == "bert_copy")
            #expect(anna["agent_type"] == "memgpt_v2_agent" && anna["tags"] == ["x", "y"])
            #expect(anna["llm_config"]["temperature"] == 0.5 && anna["model"] == "openai/gpt-4o-mini")
            #expect(anna["tools"].array?.compactMap { $0["name"]?.string } == ["roll_die"])
            #expect(anna["secrets"].array?.compactMap { $0["key"]?.string } == ["TOKEN", "URL"])
            let blocks = anna["blocks"].array ?? []
            #expect(blocks.compactMap { $0["label"]?.string } == ["shared", "human"])
            #expect(blocks.first?["id"] == bert["blocks"].array?.first?["id"], "a shared block stays shared")
            #expect(anna["message_ids"].array?.count == 5)
            let messages = try await server.get("/v1/agents/\(anna.id)/messages?order=asc").array
            #expect(
                messages.compactMap { $0["message_type"]?.string } == [
                    "system_message", "user_message", "tool_call_message", "tool_return_message", "reasoning_message",
                    "approval_request_message", "approval_response_message",
                ])
            #expect(messages[1]["date"] == "2026-01-01T00:00:01+00:00" && messages[1]["otid"] == "o-1")
            #expect(messages[0]["content"]?.string == "You help.\n- AGENT_ID: \(anna.id)\nend")
            // An agent without messages gets a system message of its own.
            #expect(bert["message_ids"].array?.count == 1)
        }
    }

    @Test func `a value over its limit is kept, may shrink and may not grow`() async throws {
        try await withServer { server in
            let anna = try await state(server, try await upload(server, family.text))
            let block = anna["blocks"].array?.first?["id"]?.string ?? ""
            #expect(try await server.get("/v1/blocks/\(block)")["value"] == "Everyone knows.")
            #expect(try await server.patch("/v1/blocks/\(block)", ["value": "Everyone knows!!"]).status == 422)
            #expect(try await server.patch("/v1/blocks/\(block)", ["value": "Everyone"]).status == 200)
        }
    }

    @Test func `export, import and export again is the same file`() async throws {
        try await withServer { server in
            let anna = try await state(
                server, try await upload(server, family.text, fields: [("append_copy_suffix", "false")]))
            let first = try await server.get("/v1/agents/\(anna.id)/export")
            #expect(first.text.hasPrefix("{\n  \"agents\": [\n    {\n      \"name\": \"anna\","))
            let again = try await upload(server, first.text, query: "?append_copy_suffix=false")
            let second = try await server.get("/v1/agents/\(again["agent_ids"].array?[0].string ?? "")/export")
            func comparable(_ reply: TestReply) -> JSONValue {
                var object = reply.json.object ?? JSONObject()
                object["created_at"] = nil
                let ids = [anna.id, again["agent_ids"].array?[0].string ?? ""]
                var text = JSONValue.object(object).text
                for id in ids { text = text.replacing(id, with: "agent-") }
                return .string(text)
            }
            #expect(comparable(first) == comparable(second))
            let agent = first["agents"].array?.first
            #expect(agent?["in_context_message_ids"]?.array?.count == 5 && agent?["messages"]?.array?.count == 6)
            #expect(agent?["messages"]?.array?[1]["created_at"] == "2026-01-01T00:00:01.000000+00:00")
            #expect(agent?["messages"]?.array?[5]["approve"] == true)
            #expect(first["tools"].array?.first?["return_char_limit"] == 500)
        }
    }

    @Test func `an exported file has the members that V1 writes, in their order`() async throws {
        try await withServer { server in
            let anna = try await state(server, try await upload(server, family.text))
            let file = try await server.get("/v1/agents/\(anna.id)/export").json
            func names(_ value: JSONValue?) -> String {
                (value?.object?.members.map(\.name) ?? []).joined(separator: " ")
            }
            #expect(
                names(file)
                    == "agents groups blocks files sources tools mcp_servers skills metadata created_at")
            #expect(
                names(file["agents"]?.array?[0])
                    == "name memory_blocks tools tool_ids source_ids folder_ids block_ids tool_rules tags system "
                    + "agent_type initial_message_sequence include_base_tools include_multi_agent_tools "
                    + "include_base_tool_rules include_default_source description metadata llm_config embedding_config "
                    + "model embedding model_settings compaction_settings context_window_limit embedding_chunk_size "
                    + "max_tokens max_reasoning_tokens enable_reasoner reasoning from_template template project "
                    + "tool_exec_environment_variables secrets memory_variables project_id template_id "
                    + "base_template_id identity_ids message_buffer_autoclear enable_sleeptime response_format timezone "
                    + "max_files_open per_file_view_window_char_limit hidden parallel_tool_calls id "
                    + "in_context_message_ids messages files_agents group_ids")
            #expect(
                names(file["agents"]?.array?[0]["messages"]?.array?[0])
                    == "type otid group_id role content name sender_id batch_item_id id model agent_id tool_calls "
                    + "tool_call_id tool_returns created_at approve approval_request_id denial_reason approvals")
            #expect(
                names(file["blocks"]?.array?[0])
                    == "value limit project_id template_name is_template template_id base_template_id deployment_id "
                    + "entity_id preserve_on_migration label read_only description metadata hidden tags id")
            #expect(
                names(file["tools"]?.array?[0])
                    == "id tool_type description source_type name tags source_code json_schema args_json_schema "
                    + "return_char_limit pip_requirements npm_requirements default_requires_approval "
                    + "enable_parallel_execution created_by_id last_updated_by_id metadata_ project_id")
        }
    }

    @Test func `secrets never leave with an export`() async throws {
        try await withServer { server in
            let fields = [("secrets", #"{"TOKEN": "hunter2"}"#), ("env_vars_json", #"{"MORE": "hunter3"}"#)]
            let anna = try await state(server, try await upload(server, family.text, fields: fields))
            #expect(anna["secrets"].array?.compactMap { $0["value"]?.string } == ["hunter3", "hunter2", ""])
            let file = try await server.get("/v1/agents/\(anna.id)/export")
            #expect(!file.text.contains("hunter"))
            #expect(file["agents"].array?.first?["secrets"]?["TOKEN"] == "")
            let wrong = try await upload(server, family.text, fields: [("secrets", "[hunter2")])
            #expect(wrong.status == 422 && !wrong.text.contains("hunter2"))
        }
    }

    @Test func `the options of an import are followed`() async throws {
        try await withServer { server in
            let fields = [
                ("override_name", "carla"), ("strip_messages", "true"), ("model", "anthropic/claude-sonnet-4"),
                ("override_embedding_handle", "openai/text-embedding-3-large"), ("project_id", "p1"),
            ]
            let reply = try await upload(server, family.text, fields: fields)
            let carla = try await state(server, reply)
            #expect(carla["name"] == "carla" && carla["project_id"] == "p1")
            #expect(carla["message_ids"].array?.count == 1)
            #expect(carla["model"] == "anthropic/claude-sonnet-4")
            #expect(carla["llm_config"]["model_endpoint_type"] == "anthropic")
            #expect(carla["llm_config"]["context_window"] == 32000, "the rest is the file's")
            #expect(carla["embedding_config"]["embedding_dim"] == 3072)
            let other = try await upload(
                server, family.text, headers: ["x-override-embedding-model": "openai/text-embedding-ada-002"])
            #expect(try await state(server, other)["embedding"] == "openai/text-embedding-ada-002")
            let bad = try await upload(server, family.text, fields: [("strip_messages", "perhaps")])
            #expect(bad.status == 422 && bad.detail.contains("body.strip_messages"))
        }
    }

    @Test func `custom tools are replaced only when that is wanted`() async throws {
        try await withServer { server in
            func source(_ reply: TestReply) async throws -> JSONValue? {
                try await state(server, reply)["tools"].array?.first?["source_code"]
            }
            _ = try await upload(server, family.text)
            let newer = family.text.replacing("return 6", with: "return 7")
            let kept = try await upload(server, newer, fields: [("override_existing_tools", "false")])
            #expect(try await source(kept) == "def roll_die(): return 6")
            let replaced = try await upload(server, newer)
            #expect(try await source(replaced) == "def roll_die(): return 7")
        }
    }

    @Test func `a broken file stores nothing`() async throws {
        try await withServer { server in
            let reply = try await upload(server, "no json")
            #expect(reply.status == 400 && reply.detail.hasPrefix("Corrupted agent file format."))
            let role = try await upload(server, family.text.replacing("\"approval\"", with: "\"robot\""))
            #expect(role.status == 400 && role.detail.contains("agents[0].messages[4].role"))
            // The second agent's model makes no sense; the first one must not stay.
            let half = family.text.replacing("\"name\":\"bert\"", with: "\"name\":\"bert\",\"model\":\"nonsense\"")
            #expect(try await upload(server, half).status == 400)
            #expect(try await server.get("/v1/agents/count").text == "0")
            #expect(try await server.get("/v1/blocks/count").text == "0")
        }
    }

    @Test func `an upload without a file, or that is none, is refused`() async throws {
        try await withServer { server in
            let bytes = Array("--sep\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--sep--".utf8)
            let missing = try await server.send(
                .post, "/v1/agents/import", bytes: bytes, headers: ["content-type": "multipart/form-data; boundary=sep"]
            )
            #expect(missing.status == 422 && missing.detail.contains("body.file: Field required"))
            #expect(try await server.post("/v1/agents/import", family).status == 422)
            let cut = try await server.send(
                .post, "/v1/agents/import", bytes: Array(bytes.dropLast(4)),
                headers: ["content-type": "multipart/form-data; boundary=sep"])
            #expect(cut.status == 400)
        }
    }

    @Test func `an export without messages, with skills, and in the legacy form`() async throws {
        try await withServer { server in
            let anna = try await state(server, try await upload(server, family.text))
            let scrubbed = try await server.get("/v1/agents/\(anna.id)/export?scrub_messages=true")
            #expect(scrubbed["agents"].array?.first?["messages"] == [])
            #expect(scrubbed["agents"].array?.first?["in_context_message_ids"] == [])
            let restored = try await state(server, try await upload(server, scrubbed.text))
            #expect(restored["message_ids"].array?.count == 1)
            let skill: JSONValue = ["name": "sail", "files": ["SKILL.md": "# Sail"]]
            let skilled = try await server.post("/v1/agents/\(anna.id)/export", ["skills": [skill]])
            #expect(skilled["skills"] == [skill])
            let kept = try await state(server, try await upload(server, skilled.text))
            #expect(try await server.get("/v1/agents/\(kept.id)/export")["skills"] == [skill])
            #expect(try await server.get("/v1/agents/\(anna.id)/export?use_legacy_format=true").status == 400)
            #expect(try await server.get("/v1/agents/\(Identifier.new(.agent))/export").status == 404)
        }
    }

    @Test func `a clone has its own blocks and messages, or shares what it is told to`() async throws {
        try await withServer { server in
            let anna = try await state(server, try await upload(server, family.text))
            let clone = try await server.post("/v1/agents/\(anna.id)/clone", ["new_name": "second"])
            #expect(clone["name"] == "second" && clone.id != anna.id)
            #expect(clone["tags"] == anna["tags"] && clone["metadata"] == anna["metadata"])
            #expect(clone["tools"] == anna["tools"] && clone["secrets"].array?.count == 2)
            func blocks(_ reply: TestReply, _ name: String) -> [JSONValue?] {
                (reply["blocks"].array ?? []).map { $0[name] }
            }
            #expect(blocks(clone, "value") == blocks(anna, "value"))
            let own = Set(anna["blocks"].array?.compactMap { $0["id"]?.string } ?? [])
            #expect(own.isDisjoint(with: clone["blocks"].array?.compactMap { $0["id"]?.string } ?? []))
            #expect(clone["message_ids"].array?.count == 5)
            let messages = try await server.get("/v1/agents/\(clone.id)/messages?order=asc").array
            #expect(messages.count == 7 && messages[0]["content"]?.string?.contains(clone.id) == true)
            let shared = try await server.post(
                "/v1/agents/\(anna.id)/clone", ["shared": true, "include_messages": false])
            #expect(blocks(shared, "id") == blocks(anna, "id"))
            #expect(shared["name"] == "anna_copy_copy" && shared["message_ids"].array?.count == 1)
        }
    }

    @Test func `built-in tools are matched by name and never replaced`() async throws {
        try await withServer { server in
            _ = try await server.post("/v1/tools/add-base-tools")
            let file = family.text.replacing("no_such_builtin", with: "memory_insert")
            let anna = try await state(server, try await upload(server, file))
            let names = anna["tools"].array?.compactMap { $0["name"]?.string }
            #expect(names == ["roll_die", "memory_insert"])
            #expect(anna["tools"].array?.last?["json_schema"]?.object != nil, "the server's own definition stays")
            let posing = file.replacing(
                "\"tool_type\":\"letta_core\"", with: "\"tool_type\":\"custom\",\"source_code\":\"x\"")
            let other = try await state(server, try await upload(server, posing))
            #expect(other["tools"].array?.last?["source_code"] == .null)
        }
    }

    @Test func `an archive is searched by a clone only when that is wanted`() async throws {
        try await withServer { server in
            let anna = try await state(server, try await upload(server, family.text))
            _ = try await server.post("/v1/agents/\(anna.id)/archival-memory", ["text": "WAL", "tags": ["db"]])
            let window = try await server.get("/v1/agents/\(anna.id)/context")
            #expect(window["num_archival_memory"] == 1)
            #expect(window["external_memory_summary"].string?.contains("archival memory tags: db") == true)
            let alone = try await server.post("/v1/agents/\(anna.id)/clone").id
            #expect(try await server.get("/v1/agents/\(alone)/context")["num_archival_memory"] == 0)
            let sharing = try await server.post("/v1/agents/\(anna.id)/clone", ["include_archives": true]).id
            #expect(try await server.get("/v1/agents/\(sharing)/context")["num_archival_memory"] == 1)
        }
    }
}
