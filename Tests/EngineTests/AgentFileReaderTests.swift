import Domain
import Engine
import Platform
import Testing

@Suite struct AgentFileReaderTests {
    private static let message: JSONValue = [
        "id": "message-0", "role": "user", "content": [["type": "text", "text": "Hi"]],
        "created_at": "2026-03-01T10:00:00.5+00:00",
    ]
    private static let agent: JSONValue = [
        "id": "agent-0", "name": "a", "system": "s", "agent_type": "letta_v1_agent", "block_ids": ["block-0"],
        "tool_ids": ["tool-0"], "messages": [message], "in_context_message_ids": ["message-0"],
        "llm_config": ["model": "gpt-4o", "model_endpoint_type": "openai", "context_window": 1000],
    ]
    private static let file: JSONValue = [
        "agents": [agent], "blocks": [["id": "block-0", "label": "human", "value": "v", "limit": 10]],
        "tools": [["id": "tool-0", "name": "roll", "tool_type": "custom"]], "groups": [], "files": [["id": "file-0"]],
        "sources": [], "metadata": ["revision_id": "x"],
    ]

    /// The file with one value replaced, at a path such as `agents.0.messages.0.role`.
    private func changed(_ path: String, _ value: JSONValue) -> JSONValue {
        func replaced(_ tree: JSONValue, _ rest: ArraySlice<Substring>) -> JSONValue {
            guard let name = rest.first else { return value }
            if var list = tree.array, let index = Int(name) {
                list[index] = replaced(list[index], rest.dropFirst())
                return .array(list)
            }
            var object = tree.object ?? JSONObject()
            object[String(name)] = replaced(object[String(name)] ?? .null, rest.dropFirst())
            return .object(object)
        }
        return replaced(Self.file, path.split(separator: ".")[...])
    }

    private func refusal(_ value: JSONValue) -> String {
        do {
            _ = try AgentFileReader.file(from: value)
            return "accepted"
        } catch let refusal as Refusal {
            return refusal.code == .invalid ? refusal.message : "another code: \(refusal)"
        } catch { return "\(error)" }
    }

    @Test func `the current form is read`() throws {
        let file = try AgentFileReader.file(from: Self.file)
        let entry = try #require(file.agents.first)
        #expect(entry.agent.name == "a" && entry.blockIDs == ["block-0"] && entry.toolIDs == ["tool-0"])
        #expect(entry.agent.llmConfig?["handle"] == "openai/gpt-4o")
        #expect(entry.messages.first?.createdAt?.iso8601 == "2026-03-01T10:00:00.500000Z")
        #expect(file.unserved.members.map(\.name) == ["files"])
    }

    @Test func `a file inside a text is read as well`() throws {
        let file = try AgentFileReader.file(from: Array(JSONValue.string(Self.file.text).text.utf8))
        #expect(file.agents.count == 1)
        #expect(throws: Refusal.self) { try AgentFileReader.file(from: Array("\"no json\"".utf8)) }
    }

    @Test(
        arguments: [
            ("agents", "text", "agents: should be a list"),
            ("agents", [], "holds no agent"),
            ("agents", [1], "agents[0]: should be an object"),
            ("agents.0.name", 5, "agents[0].name: should be a text"),
            ("agents.0.agent_type", "robot", "agents[0].agent_type: should be one of 'memgpt_agent'"),
            ("agents.0.llm_config", [], "agents[0].llm_config: should be an object"),
            (
                "agents.0.llm_config.context_window", "big",
                "agents[0].llm_config.context_window: should be a whole number"
            ),
            ("agents.0.tags", [1], "agents[0].tags[0]: should be a text"),
            ("agents.0.tool_rules", [1], "agents[0].tool_rules[0]: should be an object"),
            ("agents.0.secrets", ["A": 1], "agents[0].secrets.A: should be a text"),
            ("agents.0.block_ids", ["block-9"], "agents[0].block_ids[0]: 'block-9' is not in the file"),
            ("agents.0.tool_ids", ["tool-9"], "agents[0].tool_ids[0]: 'tool-9' is not in the file"),
            ("agents.0.in_context_message_ids", ["x"], "agents[0].in_context_message_ids[0]: 'x' is not in the file"),
            ("agents.0.messages.0.role", "robot", "agents[0].messages[0].role: should be one of 'system'"),
            ("agents.0.messages.0.role", nil, "agents[0].messages[0]: has no 'role'"),
            ("agents.0.messages.0.content", 5, "agents[0].messages[0].content: should be a list"),
            ("agents.0.messages.0.content", [["type": "text"]], "agents[0].messages[0].content[0]: has no 'text'"),
            ("agents.0.messages.0.tool_calls", [["id": "c"]], "agents[0].messages[0].tool_calls[0]: has no 'function'"),
            ("agents.0.messages.0.created_at", "now", "agents[0].messages[0].created_at: should be a date"),
            ("blocks.0.label", "", "blocks[0].label: should not be empty"),
            ("blocks.0.limit", 0, "blocks[0].limit: should be at least 1"),
            ("blocks.0.id", nil, "blocks[0]: has no 'id'"),
            ("tools.0.name", nil, "tools[0]: has no 'name'"),
            ("tools.0.json_schema", "x", "tools[0].json_schema: should be an object"),
        ] as [(String, JSONValue, String)])
    func `what is broken is named by its place`(path: String, value: JSONValue, expected: String) {
        let message = refusal(changed(path, value))
        #expect(message.hasPrefix("Corrupted agent file format. ") && message.contains(expected), "\(message)")
    }

    @Test func `ids that occur twice are refused`() {
        let twice: JSONValue = [
            "agents": [Self.agent],
            "blocks": [["id": "block-0", "label": "a"], ["id": "block-0", "label": "b"]],
        ]
        #expect(refusal(twice).contains("blocks[1].id: 'block-0' occurs twice"))
        #expect(refusal(changed("agents.0.messages", [Self.message, Self.message])).contains("messages[1]: repeats"))
    }

    @Test func `a file that is no agent file says so`() {
        #expect(refusal(["x": 1]).contains("has no 'agents' list"))
        #expect(refusal([]).contains("should be an object"))
        do {
            _ = try AgentFileReader.file(from: Array("{".utf8))
            Issue.record("half a file was read")
        } catch {
            #expect("\(error)".contains("Corrupted agent file format. The file is not JSON"))
        }
    }

    @Test func `the older form of a single agent is read`() throws {
        let older: JSONValue = [
            "agent_type": "memgpt_agent", "name": "old", "system": "You are old.", "version": "0.6.47",
            "core_memory": [
                ["label": "human", "value": "Ann", "limit": 2, "is_template": false, "metadata_": ["k": 1]]
            ],
            "llm_config": ["model": "gpt-4", "handle": "openai/gpt-4", "context_window": 8192],
            "embedding_config": ["embedding_model": "ada", "embedding_endpoint_type": "openai", "embedding_dim": 3],
            "in_context_message_indices": [0, 2], "multi_agent_group": nil, "metadata_": ["from": "elsewhere"],
            "messages": [
                [
                    "role": "system", "content": [["type": "text", "text": "You are old."]],
                    "created_at": "2025-04-01T03:47:27.49",
                ],
                ["role": "user", "text": "an even older turn", "id": "message-x"],
                [
                    "role": "assistant", "content": [],
                    "tool_calls": [["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]]],
                ],
            ],
            "tags": [["tag": "red"], "blue"], "tool_exec_environment_variables": [["key": "TOKEN", "value": "t"]],
            "tool_rules": [["tool_name": "f", "type": "exit_loop"]],
            "tools": [["name": "f", "tool_type": "custom", "source_code": "def f(): pass", "tags": []]],
        ]
        let file = try AgentFileReader.file(from: older)
        let entry = try #require(file.agents.first)
        #expect(entry.agent.type == .memgpt && entry.agent.tags == ["red", "blue"])
        #expect(entry.agent.secrets.map(\.key) == ["TOKEN"] && entry.agent.secrets.map(\.value) == ["t"])
        #expect(entry.agent.embeddingConfig?["handle"] == "openai/ada")
        #expect(entry.agent.metadata?.value["from"] == "elsewhere")
        #expect(file.blocks.map(\.block.value) == ["Ann"] && file.blocks.first?.block.limit == 2)
        #expect(file.tools.map(\.tool.name) == ["f"])
        #expect(entry.inContext == ["message-0", "message-2"])
        #expect(entry.messages[1].content == Message.textContent("an even older turn"))
        let message = refusal(["system": "s", "messages": [], "in_context_message_indices": [0]])
        #expect(message.contains("in_context_message_indices[0]: there is no message 0"))
    }
}
