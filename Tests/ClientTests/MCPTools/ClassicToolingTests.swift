import Client
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct ClassicToolingTests {
    private static let schema: JSONValue = [
        "name": "add", "description": "Adds.", "parameters": ["type": "object", "properties": [:]],
    ]

    private static func agent(_ tools: TestTools, _ name: String, tags: [String] = []) async throws -> String {
        try await tools.server.post(
            "/v1/agents/",
            ["name": .string(name), "tags": .array(tags.map { .string($0) }), "include_base_tools": false]
        ).id
    }

    private static func upload(_ tools: TestTools, _ more: JSONObject = JSONObject()) async throws -> JSONValue {
        var arguments: JSONObject = [
            "name": "add", "description": "Adds.", "source_code": "def add(): pass", "json_schema": schema,
        ]
        for member in more.members { arguments[member.name] = member.value }
        return try await tools.value("upload_tool", arguments)
    }

    @Test func `tools are listed by pages, small, with their number`() async throws {
        try await withTools { tools in
            _ = try await Self.upload(tools)
            let page = try await tools.value("list_tools", ["page": 2, "pageSize": 5])
            let all = try await tools.server.get("/v1/tools/?limit=1000").array
            #expect(page["total"]?.int == all.count)
            #expect(page["count"] == 5)
            #expect(page["tools"]?.array?.first?["name"] == all[5]["name"])
            let found = try await tools.value("list_tools", ["filter": "add"])
            #expect(found["tools"]?.array?.contains { $0["name"] == "add" && $0["source_code"] == nil } == true)
            #expect(
                try await tools.failure("list_tools", ["page": 0])["error"]?.string?.contains("counts from 1") == true)
        }
    }

    @Test func `an uploaded tool gets its category for a tag and goes to the agent`() async throws {
        try await withTools { tools in
            let agent = try await Self.agent(tools, "demo")
            let first = try await Self.upload(tools, ["category": "math", "agent_id": "demo"])
            #expect(first["replaced"] == false)
            #expect(first["attached_to"] == .string(agent))
            let stored = try await tools.server.get("/v1/tools/\(first["id"]?.string ?? "")")
            #expect(stored["tags"] == ["math"])
            #expect(try await Self.upload(tools)["replaced"] == true)
            let list = try await tools.value("list_agent_tools", ["agent_id": "demo"])
            #expect(list["tools"]?.array?.contains { $0["name"] == "add" } == true)
            let failure = try await tools.failure(
                "upload_tool", ["name": "other", "description": "Adds.", "source_code": "def other(): pass"])
            #expect(failure["status"] == 503)
            #expect(failure["error"]?.string?.contains("json_schema") == true)
        }
    }

    @Test func `an agent that is not there keeps a tool from being stored`() async throws {
        try await withTools { tools in
            _ = try await tools.failure(
                "upload_tool",
                [
                    "name": "add", "description": "Adds.", "source_code": "def add(): pass",
                    "json_schema": Self.schema, "agent_id": "nobody",
                ])
            #expect(try await tools.server.get("/v1/tools/?name=add").array.isEmpty)
            #expect(try await tools.failure("list_agent_tools", ["agent_id": "nobody"])["status"] == 404)
        }
    }

    @Test func `any mixture of ids and names is attached, and each is reported`() async throws {
        try await withTools { tools in
            let agent = try await Self.agent(tools, "demo")
            let id = try await tools.server.get("/v1/tools/?name=memory_insert").ids[0]
            let result = try await tools.value(
                "attach_tool",
                [
                    "agent_id": .string(agent), "tool_id": .string(id), "tool_ids": ["memory_insert"],
                    "tool_names": ["memory_rethink", "nothing"],
                ])
            #expect(
                result["tools"]?.array?.compactMap { $0["status"]?.string } == [
                    "attached", "already attached", "attached", "failed",
                ])
            #expect(result["attached"] == 3)
            #expect(result["failed"] == 1)
            let detached = try await tools.value("detach_tool", ["agent_id": "demo", "tool_id": "memory_insert"])
            #expect(detached["tool_id"] == .string(id))
            #expect(
                try await tools.failure("attach_tool", ["agent_id": "demo"])["error"]?.string?.contains("tool_id")
                    == true)
            #expect(
                try await tools.failure("detach_tool", ["agent_id": "nobody", "tool_id": .string(id)])["status"] == 404)
        }
    }

    @Test func `many agents are given a tool, with progress`() async throws {
        try await withTools { tools in
            for name in ["one", "two"] { _ = try await Self.agent(tools, name, tags: ["team"]) }
            let told = Lock<[String]>([])
            let context = CallContext(progressToken: "p") { message in
                told.withLock { $0.append(message.params["progress"]?.text ?? "") }
            }
            let result = try await tools.memory.call(
                tool: "bulk_attach_tool_to_agents",
                arguments: ["tool_id": "memory_rethink", "agent_tag_filter": "team"], context)
            #expect(result.value["attached"] == 2)
            #expect(told.withLock { $0 } == ["0", "1", "2"])
            let refused = try await tools.failure("bulk_attach_tool_to_agents", ["tool_id": "memory_rethink"])
            #expect(refused["error"]?.string?.contains("No agents were chosen") == true)
        }
    }

    @Test func `a cancelled call stops between two agents`() async throws {
        try await withTools { tools in
            for name in ["one", "two", "three"] { _ = try await Self.agent(tools, name, tags: ["team"]) }
            let call = Lock<Task<ToolResult, any Error>?>(nil)
            let context = CallContext(progressToken: "p") { message in
                if message.params["progress"] == 1 { call.withLock { $0 }?.cancel() }
            }
            let task = Task {
                // The task has to be known before it can be cancelled.
                while call.withLock({ $0 == nil }) { await Task.yield() }
                return try await tools.memory.call(
                    tool: "bulk_attach_tool_to_agents",
                    arguments: ["tool_id": "memory_rethink", "agent_tag_filter": "team"], context)
            }
            call.withLock { $0 = task }
            await #expect(throws: CancellationError.self) { try await task.value }
            let id = try await tools.server.get("/v1/tools/?name=memory_rethink").ids[0]
            var having = 0
            for agent in try await tools.server.get("/v1/agents/").ids
            where try await tools.server.get("/v1/agents/\(agent)/tools?limit=100").ids.contains(id) { having += 1 }
            #expect((1...2).contains(having))
        }
    }
}
