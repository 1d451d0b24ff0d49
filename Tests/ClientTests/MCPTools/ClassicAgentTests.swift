import Client
import MCP
import Platform
import RoostTesting
import Testing
import Wire

@Suite struct ClassicAgentTests {
    static let contract: [(name: String, required: [String], optional: [String])] = [
        ("create_agent", ["name", "description"], ["model", "embedding", "memory_blocks"]),
        ("list_agents", [], ["filter", "page", "pageSize"]), ("retrieve_agent", ["agent_id"], []),
        ("get_agent", ["alias"], []), ("get_agent_summary", ["agent_id"], []),
        ("modify_agent", ["agent_id"], ["update_data", "name", "model"]), ("delete_agent", ["agent_id"], []),
        (
            "clone_agent", [],
            [
                "source_agent_id", "agent_id", "new_agent_name", "new_name", "override_existing_tools", "project_id",
            ]
        ), ("export_agent", ["agent_id"], ["output_path", "return_base64"]),
        (
            "import_agent", [],
            ["file_path", "backup_data", "append_copy_suffix", "override_existing_tools", "project_id"]
        ), ("bulk_delete_agents", [], ["agent_ids", "agent_name_filter", "agent_tag_filter"]),
        ("prompt_agent", ["agent_id", "message"], ["stream"]),
        ("get_agent_messages", ["agent_id"], ["limit", "before"]),
    ]

    @Test(arguments: contract)
    func `a tool has the parameters of the contract`(
        entry: (name: String, required: [String], optional: [String])
    ) throws {
        let tool = try #require(ToolProfile.classic.tool(entry.name))
        #expect(tool.input.fields.filter(\.isRequired).map(\.name) == entry.required)
        let optional = Set(tool.input.fields.filter { !$0.isRequired }.map(\.name))
        #expect(optional.isSuperset(of: entry.optional))
    }

    /// Arguments with which a tool has what it needs.
    private static func arguments(_ name: String) -> JSONObject {
        switch name {
        case "create_agent": ["name": "new", "description": "made by a test"]
        case "list_agents": [:]
        case "get_agent": ["alias": "classic"]
        case "modify_agent": ["agent_id": "classic", "name": "renamed"]
        case "import_agent": ["backup_data": AgentHubTests.exported]
        case "bulk_delete_agents": ["agent_name_filter": "classic"]
        case "prompt_agent": ["agent_id": "classic", "message": "Hello"]
        default: ["agent_id": "classic"]
        }
    }

    @Test(arguments: contract.map(\.name))
    func `a tool does what it is for`(name: String) async throws {
        try await withTools(.classic) { tools in
            _ = try await tools.server.post("/v1/agents/", ["name": "classic"])
            let result = try await tools.call(name, Self.arguments(name))
            #expect(!result.isError, "\(name): \(result.value.text)")
        }
    }

    /// Arguments that fail, with a part of the reason.
    private static let failing: [(name: String, arguments: JSONObject, reason: String)] = [
        ("create_agent", ["name": "x", "description": "", "model": "no-handle"], "handle"),
        ("list_agents", ["page": 0], "counts from 1"), ("list_agents", ["pageSize": 0], "1 to 100"),
        ("retrieve_agent", ["agent_id": "clasic"], "Did you mean 'classic'?"),
        ("get_agent", ["alias": "nobody"], "no agent 'nobody'"),
        ("get_agent_summary", ["agent_id": "nobody"], "nobody"),
        ("modify_agent", ["agent_id": "classic"], "Nothing is to be changed"),
        ("modify_agent", ["agent_id": "classic", "update_data": ["memory_blocks": []]], "block by block"),
        ("modify_agent", ["agent_id": "classic", "update_data": ["name": 7]], "name"),
        ("delete_agent", ["agent_id": "nobody"], "nobody"), ("clone_agent", ["new_name": "x"], "'source_agent_id'"),
        ("export_agent", ["agent_id": "nobody"], "nobody"), ("import_agent", [:], "'backup_data' or 'file_path'"),
        ("import_agent", ["backup_data": 7], "has to be an agent file"),
        ("import_agent", ["backup_data": [:], "file_path": "x.af"], "not both"),
        ("bulk_delete_agents", [:], "No agents were chosen"),
        ("prompt_agent", ["agent_id": "classic", "message": ""], "nothing to send"),
        ("get_agent_messages", ["agent_id": "classic", "before": "yesterday"], "yesterday"),
    ]

    @Test func `what cannot be done is a result that says why`() async throws {
        try await withTools(.classic) { tools in
            _ = try await tools.server.post("/v1/agents/", ["name": "classic"])
            for (name, arguments, reason) in Self.failing {
                let result = try await tools.call(name, arguments)
                #expect(result.isError && result.value.text.contains(reason), "\(name): \(result.value.text)")
            }
            let left = try await tools.server.get("/v1/agents/count")
            #expect(left.json == 1, "a refused call changed something")
        }
    }

    @Test func `a list comes in pages that are counted from one`() async throws {
        try await withTools(.classic) { tools in
            for number in 0..<5 {
                _ = try await tools.server.post("/v1/agents/", ["name": "agent \(number)"])
            }
            _ = try await tools.server.post("/v1/agents/", ["name": "else"])
            let page = try await tools.value("list_agents", ["filter": "AGENT", "page": 2, "pageSize": 2])
            #expect(page["agents"]?.array?.compactMap { $0["name"]?.string } == ["agent 2", "agent 1"])
            #expect(
                page["pagination"] == [
                    "page": 2, "pageSize": 2, "total": 5, "totalPages": 3, "hasNextPage": true,
                ])
            #expect(page["hints"] == ["1 more: page 3."])
            let behind = try await tools.value("list_agents", ["page": 9])
            #expect(behind["hints"]?.strings?.first?.contains("behind the last") == true)
            let last = try await tools.value("list_agents", ["filter": "agent", "page": 3, "pageSize": 2])
            #expect(last["pagination"]?["hasNextPage"] == false)
            // Numbers arrive as text from some models.
            let lenient = try await tools.value("list_agents", ["pageSize": "1", "page": nil])
            #expect(lenient["agents"]?.array?.count == 1)
        }
    }

    @Test func `an agent is shown whole, in part and shortly`() async throws {
        try await withTools(.classic) { tools in
            let long = String(repeating: "word ", count: 100)
            let made = try await tools.value(
                "create_agent",
                [
                    "name": "seen", "description": "d",
                    "memory_blocks": [["label": "human", "value": .string(long)]], "system": .string(long),
                ])
            let id = try #require(made["agent"]?["id"]?.string)
            let part = try await tools.value("retrieve_agent", ["agent_id": .string(id)])
            #expect(part["agent"]?["system_chars"] == 500)
            #expect(part["agent"]?["system"]?.string?.hasSuffix("…") == true)
            let block = part["agent"]?["blocks"]?.array?.first
            #expect(block?["chars"] == 500)
            #expect(block?["value"]?.string?.hasSuffix("…") == true)
            let whole = try await tools.value("get_agent", ["alias": "seen", "verbose": true])
            #expect(whole["agent"]?["system"] == .string(long))
            let short = try await tools.value("get_agent_summary", ["agent_id": "seen"])
            #expect(short["agent"]?["blocks"] == ["human"])
            #expect(short["agent"]?["system"] == nil)
        }
    }

    @Test func `an agent is changed by update_data, by members beside it, and by both`() async throws {
        try await withTools(.classic) { tools in
            let agent = try await tools.server.post("/v1/agents/", ["name": "one"])
            _ = try await tools.value(
                "modify_agent",
                [
                    "agent_id": "one", "name": "two", "model": "openai/gpt-4.1",
                    "update_data": ["system": "Be brief.", "name": "three"],
                ])
            let now = try await tools.server.get("/v1/agents/\(agent.id)")
            #expect(now["name"] == "three")
            #expect(now["system"] == "Be brief.")
            #expect(now["model"] == "openai/gpt-4.1")
        }
    }

    @Test func `messages come newest first, and older ones before a message`() async throws {
        try await withTools(.classic) { tools in
            let spoken = (0..<5).map { number -> JSONValue in ["role": "user", "content": .string("said \(number)")] }
            _ = try await tools.server.post(
                "/v1/agents/", ["name": "talker", "initial_message_sequence": .array(spoken)])
            let newest = try await tools.value("get_agent_messages", ["agent_id": "talker", "limit": 2])
            #expect(newest["messages"]?.array?.compactMap { $0["text"]?.string } == ["said 4", "said 3"])
            let before = try #require(newest["before"])
            let older = try await tools.value(
                "get_agent_messages", ["agent_id": "talker", "limit": 2, "before": before])
            #expect(older["messages"]?.array?.compactMap { $0["text"]?.string } == ["said 2", "said 1"])
        }
    }
}
