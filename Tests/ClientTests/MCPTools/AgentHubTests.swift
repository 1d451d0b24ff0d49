import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing
import Wire

@Suite struct AgentHubTests {
    static let hub = "letta_agent_advanced"

    static let contract = [
        "list", "create", "get", "update", "delete", "search", "list_tools", "send_message", "export", "import",
        "clone", "get_config", "bulk_delete", "context", "reset_messages", "summarize", "stream", "async_message",
        "cancel_message", "preview_payload", "search_messages", "get_message", "count", "list_conversations",
        "get_conversation", "send_conversation_message", "cancel_conversation", "compact_conversation",
    ]

    private static let noAgent = "agent-00000000-0000-4000-8000-00000000dead"

    // MARK: What clients are shown

    @Test func `the hub keeps its share of the profile's budget`() throws {
        let tool = try #require(ToolProfile.consolidated.tool(Self.hub))
        let size = tool.listed.json.text.utf8.count
        #expect(size <= 5500, "it takes \(size) bytes")
    }

    @Test func `every operation of the contract is there, and the description says what it takes`() throws {
        let tool = try #require(ToolProfile.consolidated.tool(Self.hub))
        let schema = try JSONValue(parsing: tool.listed.json.text)
        let names = schema["inputSchema"]?["properties"]?["operation"]?["enum"]?.strings
        #expect(names == Self.contract)
        for name in Self.contract { #expect(tool.description.contains(name), "\(name)") }
    }

    @Test func `every parameter of the contract is declared`() throws {
        let tool = try #require(ToolProfile.consolidated.tool(Self.hub))
        let declared = tool.input.fields.map(\.name)
        for name in [
            "agent_id", "name", "description", "system", "llm_config", "embedding_config", "tool_ids", "pagination",
            "messages", "stream", "filters", "query", "tags", "search_filters", "export_data", "update_data",
            "conversation_id", "verbose",
        ] {
            #expect(declared.contains(name), "\(name)")
        }
    }

    // MARK: Every operation once

    /// Arguments with which an operation is complete.
    private static func arguments(
        _ operation: String, agent: String, message: String, conversation: String
    ) -> JSONObject {
        let said: JSONValue = [["role": "user", "content": "Hello"]]
        var arguments: JSONObject = ["agent_id": .string(agent), "request_heartbeat": true]
        switch operation {
        case "create": arguments = ["name": "new", "tags": ["made"]]
        case "update": arguments["update_data"] = ["description": "changed"]
        case "search": arguments = ["query": "hub"]
        case "import": arguments = ["export_data": exported]
        case "bulk_delete": arguments = ["filters": ["agent_ids": [.string(agent)]]]
        case "send_message", "stream", "async_message", "preview_payload": arguments["messages"] = said
        case "get_message": arguments["message_id"] = .string(message)
        case "get_conversation", "cancel_conversation", "compact_conversation":
            arguments["conversation_id"] = .string(conversation)
        case "send_conversation_message":
            arguments["conversation_id"] = .string(conversation)
            arguments["messages"] = said
        default: break
        }
        return arguments
    }

    /// A small agent file.
    static let exported: JSONValue = [
        "agents": [
            [
                "id": "agent-0", "name": "filed", "agent_type": "letta_v1_agent", "system": "Be kind.",
                "llm_config": [
                    "model": "gpt-4o-mini", "model_endpoint_type": "openai", "context_window": 128000,
                    "handle": "openai/gpt-4o-mini",
                ], "block_ids": [], "tool_ids": [], "messages": [], "in_context_message_ids": [],
            ]
        ], "groups": [], "blocks": [], "files": [], "sources": [], "tools": [], "mcp_servers": [],
        "metadata": [:], "created_at": "2026-01-01T00:00:00Z",
    ]

    @Test(arguments: contract)
    func `an operation does what it is for`(operation: String) async throws {
        try await withTools(.consolidated) { tools in
            let agent = try await tools.server.post("/v1/agents/", ["name": "hub agent"])
            let messages = try await tools.server.get("/v1/agents/\(agent.id)/messages")
            let message = try #require(messages.ids.first)
            let conversation = try await tools.server.post("/v1/conversations/?agent_id=\(agent.id)").id
            let said: JSONValue = ["input": "Hello", "streaming": false]
            for thread in ["agents/\(agent.id)", "conversations/\(conversation)"] {
                #expect(try await tools.server.post("/v1/\(thread)/messages", said).status == 200)
            }
            var arguments = Self.arguments(
                operation, agent: agent.id, message: message, conversation: conversation)
            arguments["operation"] = .string(operation)
            let result = try await tools.call(Self.hub, arguments)
            #expect(!result.isError, "\(operation): \(result.value.text)")
            #expect(result.value["success"] == true)
            #expect(result.value["operation"] == .string(operation))
        }
    }

    /// Arguments that fail, with a part of the reason.
    private static let failing: [(operation: String, arguments: JSONObject, reason: String)] = [
        ("list", ["limit": 0], "1 to 100"), ("create", ["name": "x", "tool_ids": ["no_tool"]], "no tool 'no_tool'"),
        ("get", ["agent_id": .string(noAgent)], "not"), ("get", [:], "whose memory"),
        ("update", ["agent_id": "hub agent"], "Nothing"),
        ("update", ["agent_id": "hub agent", "update_data": ["descripton": "x"]], "Did you mean 'description'?"),
        ("delete", ["agent_id": "hub agnt"], "Did you mean 'hub agent'?"), ("delete", [:], "'agent_id' is missing"),
        ("search", [:], "'query' or 'tags' is missing"), ("list_tools", ["agent_id": .string(noAgent)], "not"),
        ("export", ["agent_id": .string(noAgent)], "not"), ("import", [:], "'export_data' or 'file_path' is missing"),
        ("import", ["export_data": "%%%"], "has to be an agent file"),
        ("import", ["export_data": ["agents": "none"]], "agent file"), ("clone", [:], "'agent_id' is missing"),
        ("get_config", ["agent_id": .string(noAgent)], "not"), ("bulk_delete", [:], "No agents were chosen"),
        ("bulk_delete", ["filters": ["agent_name_filter": " "]], "No agents were chosen"),
        ("bulk_delete", ["filters": ["name": "hub"]], "no filter 'name'"),
        ("bulk_delete", ["filters": ["agent_ids": 7, "agent_name_filter": "hub"]], "'agent_ids'"),
        ("bulk_delete", ["filters": ["agent_ids": ["nobody"]]], "No agent was deleted"),
        ("context", ["agent_id": .string(noAgent)], "not"), ("reset_messages", [:], "'agent_id' is missing"),
        ("summarize", [:], "whose memory"), ("send_message", ["agent_id": "hub agent"], "nothing to send"),
        ("stream", ["agent_id": "hub agent"], "nothing to send"),
        ("async_message", ["agent_id": "hub agent"], "nothing to send"),
        ("cancel_message", [:], "'agent_id' is missing"),
        ("preview_payload", ["agent_id": "hub agent", "messages": []], "nothing to send"),
        ("search_messages", ["query": "x", "search_filters": ["until": "2026-01-01"]], "not 'until'"),
        ("get_message", [:], "'message_id' is missing"),
        ("list_conversations", ["offset": -1], "'offset' counts from 0"),
        ("get_conversation", [:], "'conversation_id' is missing"),
        ("send_conversation_message", ["messages": [["content": "x"]]], "'conversation_id' is missing"),
        ("cancel_conversation", [:], "'conversation_id' is missing"),
        ("compact_conversation", ["conversation_id": "default"], "whose memory"),
    ]

    @Test func `what cannot be done is a result that says why`() async throws {
        try await withTools(.consolidated) { tools in
            // With one agent alone a call that names none means that one.
            for name in ["hub agent", "other agent"] {
                _ = try await tools.server.post("/v1/agents/", ["name": .string(name)])
            }
            for (operation, arguments, reason) in Self.failing {
                var arguments = arguments
                arguments["operation"] = .string(operation)
                let result = try await tools.call(Self.hub, arguments)
                let text = result.value["message"]?.string ?? ""
                #expect(result.isError && text.contains(reason), "\(operation): \(result.value.text)")
                #expect(result.value["success"] == false)
            }
            let left = try await tools.server.get("/v1/agents/count")
            #expect(left.json == 2, "a refused call changed something")
        }
    }

    // MARK: Agents

    @Test func `a list comes in pages, with the total and where it goes on`() async throws {
        try await withTools(.consolidated) { tools in
            for number in 0..<5 {
                _ = try await tools.server.post(
                    "/v1/agents/", ["name": "list \(number)", "tags": [number < 3 ? "low" : "high"]])
            }
            let first = try await tools.operation(Self.hub, "list", ["limit": 2])
            #expect(first["count"] == 5)
            #expect(first["data"]?.array?.compactMap { $0["name"]?.string } == ["list 4", "list 3"])
            #expect(first["hints"]?.strings == ["3 more: offset 2."])
            let last = try await tools.operation(Self.hub, "list", ["pagination": ["limit": 2, "offset": 4]])
            #expect(last["data"]?.array?.compactMap { $0["name"]?.string } == ["list 0"])
            #expect(last["hints"] == nil)
            let behind = try await tools.operation(Self.hub, "list", ["offset": 9])
            #expect(behind["hints"]?.strings?.first?.contains("behind the last") == true)
            let tagged = try await tools.operation(Self.hub, "search", ["tags": ["low"], "limit": 1])
            #expect(tagged["count"] == 3)
            let counted = try await tools.operation(Self.hub, "count", ["query": "LIST 1"])
            #expect(counted["count"] == 1)
        }
    }

    @Test func `a new agent needs no model`() async throws {
        let script = ScriptedTools(["POST /v1/agents/": .detail(400, "Must specify either model or llm_config")])
        let result = try await script.call(Self.hub, ["operation": "create", "name": "plain"])
        #expect(result.isError)
        #expect(script.bodies.map { $0["model"] } == [nil, "letta/letta-free"])
        _ = try await script.call(Self.hub, ["operation": "create", "name": "own", "model": "openai/gpt-4o-mini"])
        #expect(script.bodies.count == 3)
    }

    @Test func `arguments of the wrong form are an error of the protocol`() async throws {
        try await withTools(.consolidated) { tools in
            await #expect(throws: RPCError.self) {
                try await tools.call(Self.hub, ["operation": "count", "tags": ["a": 1]])
            }
            await #expect(throws: RPCError.self) { try await tools.call(Self.hub, ["operation": "explode"]) }
        }
    }

    @Test func `a new agent gets its blocks, and tools by name`() async throws {
        try await withTools(.consolidated) { tools in
            let made = try await tools.operation(
                Self.hub, "create",
                [
                    "name": "able", "memory_blocks": [["label": "human", "value": "Ada"]],
                    "tool_ids": ["archival_memory_search"],
                ])
            let id = try #require(made["data"]?["id"]?.string)
            let shown = try await tools.operation(Self.hub, "get", ["agent_id": .string(id)])
            #expect(shown["data"]?["blocks"]?.array?.first?["value"] == "Ada")
            #expect(shown["data"]?["tools"]?.strings?.contains("archival_memory_search") == true)
            let listed = try await tools.operation(Self.hub, "list_tools", ["agent_id": "able", "limit": 1])
            #expect(listed["data"]?.array?.count == 1)
            #expect((listed["count"]?.int ?? 0) > 1)
        }
    }

    @Test func `values of secrets are not shown, not even verbosely`() async throws {
        try await withTools(.all) { tools in
            let agent = try await tools.server.post(
                "/v1/agents/", ["name": "keeper", "secrets": ["API_KEY": "hush-hush"]])
            #expect(agent.text.contains("hush-hush"))
            for operation in ["get", "list", "update", "export"] {
                let shown = try await tools.operation(
                    Self.hub, operation,
                    ["agent_id": "keeper", "verbose": true, "update_data": ["system": "Be brief."]])
                #expect(!shown.text.contains("hush-hush"), "\(operation)")
            }
            let shown = try await tools.value("retrieve_agent", ["agent_id": "keeper", "verbose": true])
            #expect(shown["agent"]?["secrets"]?.strings == ["API_KEY"])
        }
    }

    @Test func `update takes its members at both places`() async throws {
        try await withTools(.consolidated) { tools in
            let agent = try await tools.server.post("/v1/agents/", ["name": "before", "description": "old"])
            _ = try await tools.operation(
                Self.hub, "update",
                ["agent_id": .string(agent.id), "name": "after", "update_data": ["description": nil, "tags": ["t"]]])
            let now = try await tools.server.get("/v1/agents/\(agent.id)")
            #expect(now["name"] == "after")
            #expect(now["description"] == .null)
            #expect(now["tags"] == ["t"])
        }
    }

    @Test func `the client's own agent is meant when none is named, but not deleted`() async throws {
        try await withTools(.consolidated, scope: ToolSession.Scope(agent: "mine")) { tools in
            _ = try await tools.server.post("/v1/agents/", ["name": "mine"])
            let shown = try await tools.operation(Self.hub, "get")
            #expect(shown["data"]?["name"] == "mine")
            for operation in ["delete", "reset_messages", "cancel_message", "update"] {
                let refused = try await tools.failure(
                    Self.hub, ["operation": .string(operation), "update_data": ["name": "x"]])
                #expect(refused["message"]?.string?.contains("missing") == true, "\(operation)")
            }
        }
    }

    // MARK: Messages that are stored

    @Test func `stored messages are found by words, role and date`() async throws {
        try await withTools(.consolidated) { tools in
            let long = String(repeating: "long ", count: 400)
            let agent = try await tools.server.post(
                "/v1/agents/",
                [
                    "name": "talker",
                    "initial_message_sequence": [
                        ["role": "user", "content": "Where is the lighthouse?"],
                        ["role": "assistant", "content": .string("The lighthouse is on the rock. " + long)],
                    ],
                ])
            let both = try await tools.operation(
                Self.hub, "search_messages", ["agent_id": "talker", "query": "lighthouse"])
            #expect(both["count"] == 2)
            let one = try await tools.operation(
                Self.hub, "search_messages",
                ["query": "lighthouse", "search_filters": ["role": "assistant", "start_date": "2020-01-01"]])
            #expect(one["count"] == 1)
            let text = one["data"]?.array?.first?["text"]?.string ?? ""
            #expect(text.hasPrefix("The lighthouse") && text.hasSuffix("…"))
            let none = try await tools.operation(
                Self.hub, "search_messages", ["query": "lighthouse", "search_filters": ["end_date": "2020-01-01"]])
            #expect(none["count"] == 0)
            let id = try #require(one["data"]?.array?.first?["id"])
            let message = try await tools.operation(Self.hub, "get_message", ["message_id": id, "verbose": true])
            #expect(message["data"]?.array?.first?["content"]?.string?.hasSuffix(long) == true)
            _ = try await tools.operation(Self.hub, "reset_messages", ["agent_id": .string(agent.id)])
            let after = try await tools.operation(Self.hub, "search_messages", ["query": "lighthouse"])
            #expect(after["count"] == 0)
        }
    }

    @Test func `the context tells what fills the window`() async throws {
        try await withTools(.consolidated) { tools in
            _ = try await tools.server.post("/v1/agents/", ["name": "full"])
            let short = try await tools.operation(Self.hub, "context", ["agent_id": "full"])
            #expect((short["data"]?["num_tokens_system"]?.int ?? 0) > 0)
            #expect(short["data"]?["system_prompt"] == nil)
            let whole = try await tools.operation(Self.hub, "context", ["agent_id": "full", "verbose": true])
            #expect(whole["data"]?["system_prompt"]?.string?.isEmpty == false)
        }
    }
}
