import Client
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct ToolHubTests {
    private static let hub = "letta_tool_manager"
    private static let source: JSONValue = "def add(a: int):\n    return a"
    private static let parameters: JSONValue = [
        "type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"],
    ]
    private static let schema: JSONValue = ["name": "add", "description": "Adds.", "parameters": parameters]

    private static func run(
        _ tools: TestTools, _ operation: String, _ arguments: JSONObject = JSONObject()
    ) async throws -> JSONValue {
        try await tools.operation(hub, operation, arguments)
    }

    private static func refused(
        _ tools: TestTools, _ operation: String, _ arguments: JSONObject = JSONObject()
    ) async throws -> String {
        var arguments = arguments
        arguments["operation"] = .string(operation)
        let value = try await tools.failure(hub, arguments)
        #expect(value["success"] == false)
        #expect(value["operation"] == .string(operation))
        return value["message"]?.string ?? ""
    }

    private static func agent(_ tools: TestTools, _ name: String, tags: [String] = []) async throws -> String {
        try await tools.server.post(
            "/v1/agents/",
            ["name": .string(name), "tags": .array(tags.map { .string($0) }), "include_base_tools": false]
        ).id
    }

    private static func names(_ tools: TestTools, of agent: String) async throws -> [String] {
        try await tools.server.get("/v1/agents/\(agent)/tools?limit=100").array.compactMap { $0["name"]?.string }
    }

    @Test func `a tool is created, shown, changed and deleted`() async throws {
        try await withTools { tools in
            let created = try await Self.run(
                tools, "create", ["source_code": Self.source, "json_schema": Self.schema, "tags": ["math"]])
            #expect(created["data"]?["name"] == "add")
            #expect(created["data"]?["source_code"] == nil)
            let shown = try await Self.run(tools, "get", ["tool_id": "add"])
            #expect(shown["data"]?["source_code"] == Self.source)
            #expect(shown["data"]?["tags"] == ["math"])
            let changed = try await Self.run(
                tools, "update", ["tool_id": "add", "description": "Sums.", "return_char_limit": 10, "verbose": true])
            #expect(changed["data"]?["description"] == "Sums.")
            #expect(changed["data"]?["return_char_limit"] == 10)
            let id = created["data"]?["id"] ?? ""
            #expect(try await Self.run(tools, "delete", ["tool_id": id])["data"]?["id"] == id)
            #expect(try await Self.refused(tools, "get", ["tool_id": "add"]).contains("There is no tool 'add'"))
        }
    }

    @Test func `the parameters alone become a schema`() async throws {
        try await withTools { tools in
            _ = try await Self.run(
                tools, "create",
                [
                    "name": "add", "description": "Adds.", "source_code": Self.source,
                    "args_json_schema": Self.parameters,
                ])
            let stored = try await Self.run(tools, "get", ["tool_id": "add"])
            #expect(stored["data"]?["json_schema"] == Self.schema)
            _ = try await Self.run(
                tools, "update", ["tool_id": "add", "args_json_schema": ["type": "object", "properties": [:]]])
            let changed = try await Self.run(tools, "get", ["tool_id": "add"])
            #expect(changed["data"]?["json_schema"]?["name"] == "add")
            #expect(changed["data"]?["json_schema"]?["parameters"]?["required"] == nil)
        }
    }

    @Test func `storing a name again says that the tool was there`() async throws {
        try await withTools { tools in
            let arguments: JSONObject = ["source_code": Self.source, "json_schema": Self.schema]
            let first = try await Self.run(tools, "upsert", arguments)
            #expect(first["message"] == "Tool 'add' is created.")
            let second = try await Self.run(tools, "upsert", arguments)
            #expect(second["message"] == "Tool 'add' was there and is changed.")
            #expect(second["data"]?["id"] == first["data"]?["id"])
        }
    }

    @Test func `where nothing reads sources, a tool needs a schema`() async throws {
        try await withTools { tools in
            for operation in ["create", "upsert"] {
                let message = try await Self.refused(tools, operation, ["source_code": Self.source])
                #expect(message.contains("cannot be derived from the source"))
                #expect(message.contains("json_schema"))
            }
            #expect(try await Self.refused(tools, "create", ["name": "x"]).contains("source_code"))
        }
    }

    @Test func `two names of one tool are refused`() async throws {
        try await withTools { tools in
            let message = try await Self.refused(
                tools, "create", ["name": "other", "source_code": Self.source, "json_schema": Self.schema])
            #expect(message.contains("json_schema.name is add"))
        }
    }

    @Test func `the list has no source code and goes on by offset`() async throws {
        try await withTools { tools in
            _ = try await Self.run(tools, "create", ["source_code": Self.source, "json_schema": Self.schema])
            let first = try await Self.run(tools, "list", ["limit": 1])
            #expect(first["count"] == 1)
            #expect(first["data"]?.array?.first?["name"] == "add")
            #expect(first["data"]?.array?.first?["source_code"] == nil)
            #expect(first["hints"]?.array?.count == 1)
            let next = try await Self.run(tools, "list", ["pagination": ["limit": 1, "offset": 1]])
            #expect(next["data"]?.array?.first?["name"] != "add")
            let found = try await Self.run(tools, "list", ["name": "ADD", "verbose": true])
            #expect(found["data"]?.array?.first?["source_code"] == Self.source)
            #expect(try await Self.refused(tools, "list", ["limit": 0]).contains("1 to 1000"))
        }
    }

    @Test func `an agent is given tools by id and by name, and they are taken again`() async throws {
        try await withTools { tools in
            let agent = try await Self.agent(tools, "demo")
            let attached = try await Self.run(
                tools, "attach",
                ["agent_id": "demo", "tool_id": "memory_insert", "tool_names": ["memory_replace", "memory_inser"]])
            #expect(attached["count"] == 2)
            #expect(
                attached["data"]?.array?.compactMap { $0["status"]?.string } == ["attached", "attached", "failed"])
            #expect(attached["data"]?.array?.last?["error"]?.string?.contains("Did you mean 'memory_insert'?") == true)
            #expect(Set(try await Self.names(tools, of: agent)).isSuperset(of: ["memory_insert", "memory_replace"]))
            let again = try await Self.run(tools, "attach", ["agent_id": .string(agent), "tool_id": "memory_insert"])
            #expect(again["data"]?.array?.first?["status"] == "already attached")
            _ = try await Self.run(tools, "detach", ["agent_id": "demo", "tool_id": "memory_insert"])
            #expect(!(try await Self.names(tools, of: agent)).contains("memory_insert"))
            #expect(
                try await Self.refused(tools, "attach", ["agent_id": "demo", "tool_id": "nothing"]).contains("no tool"))
            #expect(try await Self.refused(tools, "attach", ["agent_id": "demo"]).contains("tool_id"))
            #expect(
                try await Self.refused(tools, "detach", ["agent_id": "nobody", "tool_id": "memory_insert"]).contains(
                    "no agent"))
        }
    }

    @Test func `a tool goes to the agents that meet every condition`() async throws {
        try await withTools { tools in
            let first = try await Self.agent(tools, "shop-one", tags: ["team"])
            let second = try await Self.agent(tools, "Shop-two", tags: ["other"])
            let third = try await Self.agent(tools, "third", tags: ["team"])
            let both = try await Self.run(
                tools, "bulk_attach",
                ["tool_id": "memory_rethink", "agent_name_filter": "shop", "agent_tag_filter": "team"])
            #expect(both["data"]?.array?.map { $0["agent_id"] ?? .null } == [.string(first)])
            let named = try await Self.run(
                tools, "bulk_attach", ["tool_id": "memory_rethink", "agent_name_filter": "shop"])
            #expect(named["count"] == 2)
            #expect(try await Self.names(tools, of: second).contains("memory_rethink"))
            #expect(!(try await Self.names(tools, of: third)).contains("memory_rethink"))
            let given = try await Self.run(
                tools, "bulk_attach",
                ["tool_id": "memory_rethink", "agent_ids": [.string(third), .string(Identifier.new(.agent))]])
            #expect(given["count"] == 1)
            #expect(given["data"]?.array?.last?["status"] == "failed")
            #expect(try await Self.refused(tools, "bulk_attach", ["tool_id": "memory_rethink"]).contains("were chosen"))
            #expect(
                try await Self.refused(tools, "bulk_attach", ["tool_id": "memory_rethink", "agent_tag_filter": "none"])
                    .contains("No agent matches"))
        }
    }

    @Test func `built-in tools are added again`() async throws {
        try await withTools { tools in
            let added = try await Self.run(tools, "add_base_tools", ["request_heartbeat": true])
            #expect(added["data"]?.strings?.contains("memory_insert") == true)
        }
    }

    @Test func `a schema that is given is checked`() async throws {
        try await withTools { tools in
            let good = try await Self.run(
                tools, "generate_schema", ["source_code": Self.source, "json_schema": Self.schema])
            #expect(good["data"] == Self.schema)
            let message = try await Self.refused(
                tools, "generate_schema",
                [
                    "source_code": "def other(a):\n    pass",
                    "json_schema": ["name": "add", "parameters": ["type": "object", "required": ["b"]]],
                ])
            for words in ["description: missing", "'b' is not among", "last function is 'other'"] {
                #expect(message.contains(words))
            }
            #expect(try await Self.refused(tools, "generate_schema").contains("source_code"))
        }
    }

    @Test func `what is missing is named`() async throws {
        try await withTools { tools in
            for (operation, name) in [
                ("get", "tool_id"), ("update", "tool_id"), ("delete", "tool_id"), ("detach", "tool_id"),
                ("bulk_attach", "tool_id"), ("run_from_source", "source_code"), ("generate_from_prompt", "name"),
            ] {
                let message = try await Self.refused(tools, operation)
                #expect(message.contains(name))
            }
            let message = try await Self.refused(tools, "update", ["tool_id": "memory_insert"])
            #expect(message.contains("Nothing to change"))
        }
    }
}
