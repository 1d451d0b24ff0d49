import Platform
import RoostTesting
import Testing

@Suite struct ToolRouteTests {
    private static func schema(_ name: String, _ description: String = "Adds two numbers.") -> JSONValue {
        [
            "name": .string(name), "description": .string(description),
            "parameters": [
                "type": "object", "properties": ["a": ["type": "number", "description": "First"]], "required": ["a"],
            ],
        ]
    }

    private static func body(_ name: String) -> JSONValue {
        ["json_schema": schema(name), "source_code": "def \(name)(a): return a", "tags": ["math"]]
    }

    @Test func `a tool is created from its schema, read, changed and deleted`() async throws {
        try await withServer { server in
            let tool = try await server.post("/v1/tools/", Self.body("add"))
            #expect(tool["name"] == "add")
            #expect(tool["tool_type"] == "custom")
            #expect(tool["description"] == "Adds two numbers.")
            #expect(tool["return_char_limit"] == 50_000)
            #expect(tool["json_schema"] == Self.schema("add"))
            #expect(try await server.get("/v1/tools/\(tool.id)")["source_code"] == "def add(a): return a")
            let changed = try await server.patch(
                "/v1/tools/\(tool.id)", ["description": "Sums.", "return_char_limit": 10])
            #expect(changed["description"] == "Sums.")
            #expect(changed["return_char_limit"] == 10)
            #expect(changed["tags"] == ["math"])
            #expect(try await server.delete("/v1/tools/\(tool.id)").text == "null")
            #expect(try await server.get("/v1/tools/\(tool.id)").status == 404)
        }
    }

    @Test func `creating a name again changes the tool and keeps its id`() async throws {
        try await withServer { server in
            let first = try await server.post("/v1/tools/", Self.body("add"))
            let second = try await server.post(
                "/v1/tools/", ["json_schema": Self.schema("add", "Adds."), "source_code": "def add(a): pass"])
            let third = try await server.put("/v1/tools/", ["json_schema": Self.schema("add", "Adds more.")])
            #expect(second.id == first.id)
            #expect(second["description"] == "Adds.")
            #expect(third.id == first.id)
            #expect(try await server.get("/v1/tools/count?name=add").json == 1)
        }
    }

    @Test func `where no source can be read, a tool without a schema is answered by what to send`() async throws {
        try await withServer { server in
            let reply = try await server.post("/v1/tools/", ["source_code": "def q(): pass"])
            #expect(reply.status == 503)
            #expect(reply.detail.contains("json_schema"))
        }
    }

    @Test func `renaming to a name that is taken is refused in V1's words`() async throws {
        try await withServer { server in
            _ = try await server.post("/v1/tools/", Self.body("add"))
            let other = try await server.post("/v1/tools/", Self.body("multiply"))
            let reply = try await server.patch("/v1/tools/\(other.id)", ["json_schema": Self.schema("add")])
            #expect(reply.status == 400)
            #expect(reply.detail == "Tool with name 'add' already exists in your organization")
            let renamed = try await server.patch("/v1/tools/\(other.id)", ["name": "times"])
            #expect(renamed["name"] == "times")
            #expect(renamed["json_schema"]["name"] == "times")
        }
    }

    @Test func `built-in tools cannot be taken over`() async throws {
        try await withServer { server in
            let reply = try await server.post("/v1/tools/", Self.body("memory_insert"))
            #expect(reply.status == 400)
            let stored = try await server.get("/v1/tools/?name=memory_insert")
            #expect(stored.array.first?["tool_type"] == "letta_sleeptime_core")
            let id = stored.array.first?["id"]?.string ?? ""
            #expect(try await server.patch("/v1/tools/\(id)", ["description": "mine now"]).status == 400)
            #expect(try await server.patch("/v1/tools/\(id)", ["return_char_limit": 100])["return_char_limit"] == 100)
        }
    }

    @Test(
        arguments: [
            (["json_schema": ["description": "no name"]], 400), (["json_schema": ["name": "has space"]], 400),
            (["json_schema": ["name": "x", "parameters": ["type": "array"]]], 400),
            (["json_schema": ["name": "x", "parameters": ["properties": [1]]]], 400), (["json_schema": "text"], 422),
            (["json_schema": ["name": "x"], "return_char_limit": 0], 422),
            (["json_schema": ["name": "x"], "npm_requirements": [["name": "left-pad"]]], 400),
            (["json_schema": ["name": "x"], "pip_requirements": ["--index-url=http://evil.example"]], 400),
            (["json_schema": ["name": "x"], "pip_requirements": [["version": "1"]]], 400),
            (["json_schema": ["name": "x"], "pip_requirements": [7]], 422),
        ] as [(JSONValue, Int)]) func `what is not a tool is refused`(_ body: JSONValue, _ status: Int) async throws
    {
        try await withServer { server in
            let reply = try await server.post("/v1/tools/", body)
            #expect(reply.status == status, "\(reply.text)")
        }
    }

    @Test func `Python requirements are taken as texts and as objects`() async throws {
        try await withServer { server in
            let reply = try await server.post(
                "/v1/tools/",
                [
                    "json_schema": Self.schema("fetch"), "npm_requirements": [],
                    "pip_requirements": [
                        "requests==2.32.3", ["req_string": "httpx[http2]>=0.27; python_version > \"3.9\""],
                        ["name": "numpy", "version": "1.26"], ["name": "attrs"],
                    ],
                ])
            let items = reply["pip_requirements"].array ?? []
            #expect(items.map { $0["name"] } == ["requests", "httpx[http2]", "numpy", "attrs"])
            #expect(items.map { $0["version"] } == ["2.32.3", ">=0.27", "1.26", .null])
        }
    }

    @Test func `the list takes every filter`() async throws {
        try await withServer { server in
            let add = try await server.post("/v1/tools/", Self.body("add"))
            let other = try await server.post("/v1/tools/", Self.body("subtract"))
            func names(_ query: String) async throws -> [String] {
                try await server.get("/v1/tools/?limit=100&\(query)").array.compactMap { $0["name"]?.string }
            }
            #expect(try await names("tool_types=custom") == ["subtract", "add"])
            #expect(try await names("order=asc&tool_types=custom") == ["add", "subtract"])
            #expect(try await names("names=add&names=subtract") == ["subtract", "add"])
            #expect(try await names("tool_ids=\(add.id),\(other.id)&order=asc") == ["add", "subtract"])
            #expect(try await names("search=BTRA") == ["subtract"])
            #expect(try await names("name=add&exclude_tool_types=custom").isEmpty)
            let builtIn = try await names("return_only_letta_tools=true")
            #expect(!builtIn.contains("add") && builtIn.contains("send_message"))
            #expect(try await server.get("/v1/tools/count").json == .int(Int64(builtIn.count + 2)))
            #expect(try await server.get("/v1/tools/count?exclude_letta_tools=true").json == 2)
            #expect(try await server.get("/v1/tools/count?tool_types=letta_core,custom").json == 7)
        }
    }

    @Test(arguments: ["asc", "desc"]) func `pages of tools meet without a gap`(_ order: String) async throws {
        try await withServer { server in
            let all = try await server.get("/v1/tools/?limit=1000&order=\(order)").ids
            var seen: [String] = []
            while true {
                let after = seen.last.map { "&after=" + $0 } ?? ""
                let page = try await server.get("/v1/tools/?limit=7&order=\(order)\(after)").ids
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen == all)
            let before = try await server.get("/v1/tools/?limit=3&order=\(order)&before=\(all[10])").ids
            #expect(before == Array(all[7..<10]))
            let unknown = Identifier.new(.tool)
            #expect(try await server.get("/v1/tools/?after=\(unknown)").status == 404)
        }
    }

    @Test func `adding base tools brings back what was deleted`() async throws {
        try await withServer { server in
            let tool = try await server.get("/v1/tools/?name=web_search").array[0]["id"]?.string ?? ""
            _ = try await server.delete("/v1/tools/\(tool)")
            let tools = try await server.post("/v1/tools/add-base-tools")
            #expect(tools.array.contains { $0["name"] == "web_search" })
            #expect(
                try await server.get("/v1/tools/count?return_only_letta_tools=true").json
                    == .int(Int64(tools.array.count)))
        }
    }

    @Test func `a search finds tools by what they do, the best first`() async throws {
        try await withServer { server in
            let found = try await server.post("/v1/tools/search", ["query": "search the web", "limit": 3])
            #expect(found.array.first?["tool"]?["name"] == "web_search")
            #expect(found.array.count <= 3)
            let scores = found.array.compactMap { $0["combined_score"]?.double }
            #expect(scores == scores.sorted(by: >))
            let none = try await server.post("/v1/tools/search", ["query": "zzzzqq"])
            #expect(none.array.isEmpty)
            let typed = try await server.post(
                "/v1/tools/search", ["query": "search", "tool_types": ["letta_files_core"]])
            #expect(typed.array.allSatisfy { $0["tool"]?["tool_type"] == "letta_files_core" })
            #expect(!typed.array.isEmpty)
            #expect(try await server.post("/v1/tools/search", ["limit": 101]).status == 422)
        }
    }

    @Test func `a malformed id is 422 and an unknown one 404`() async throws {
        try await withServer { server in
            #expect(try await server.get("/v1/tools/tool-1").status == 422)
            for reply in [
                try await server.get("/v1/tools/\(Identifier.new(.tool))"),
                try await server.patch("/v1/tools/\(Identifier.new(.tool))", ["description": "x"]),
                try await server.delete("/v1/tools/\(Identifier.new(.tool))"),
            ] {
                #expect(reply.status == 404)
            }
        }
    }
}
