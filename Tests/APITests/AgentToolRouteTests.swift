import Platform
import RoostTesting
import Testing

@Suite struct AgentToolRouteTests {
    private static func agent(_ server: TestServer) async throws -> String {
        let reply = try await server.post("/v1/agents/", ["name": "a", "model": "openai/gpt-4o-mini"])
        #expect(reply.status == 200, "\(reply.text)")
        return reply.id
    }

    private static func tool(_ server: TestServer, _ name: String, approval: Bool = false) async throws -> String {
        try await server.post(
            "/v1/tools/", ["json_schema": ["name": .string(name)], "default_requires_approval": .bool(approval)]
        ).id
    }

    private static func names(_ reply: TestReply) -> [String] {
        (reply["tools"].array ?? reply.array).compactMap { $0["name"]?.string }
    }

    @Test func `a tool is attached once, listed and detached`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            let tool = try await Self.tool(server, "add")
            let path = "/v1/agents/\(agent)/tools"
            let base = Self.names(try await server.get(path))
            #expect(Set(base) == ["conversation_search", "memory_insert", "memory_replace"])
            let attached = try await server.patch("\(path)/attach/\(tool)")
            #expect(attached.id == agent)
            #expect(Self.names(attached).contains("add"))
            #expect(Self.names(try await server.patch("\(path)/attach/\(tool)")).count == base.count + 1)
            #expect(Self.names(try await server.get(path)) == ["add"] + base)
            let detached = try await server.patch("\(path)/detach/\(tool)")
            #expect(!Self.names(detached).contains("add"))
            #expect(try await server.patch("\(path)/detach/\(tool)").status == 200)
        }
    }

    @Test func `ten tools make a page`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            for number in 0..<10 {
                let tool = try await Self.tool(server, "tool_\(number)")
                _ = try await server.patch("/v1/agents/\(agent)/tools/attach/\(tool)")
            }
            let path = "/v1/agents/\(agent)/tools"
            let first = try await server.get(path).ids
            #expect(first.count == 10)
            let rest = try await server.get("\(path)?after=\(first[9])").ids
            #expect(rest.count == 3)
            #expect(Set(first).isDisjoint(with: rest))
            #expect(try await server.get("\(path)?after=\(rest[2])").ids.isEmpty)
        }
    }

    @Test func `approval is a rule of the agent, set by the body, the query or either name`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            let path = "/v1/agents/\(agent)/tools/approval/memory_insert"
            func isRequired(_ reply: TestReply) -> Bool {
                (reply["tool_rules"].array ?? []).contains {
                    $0["type"] == "requires_approval" && $0["tool_name"] == "memory_insert"
                }
            }
            #expect(isRequired(try await server.patch(path, ["requires_approval": true])))
            let twice = try await server.patch(path, ["requires_approval": true])
            #expect(twice["tool_rules"].array?.count == 1)
            #expect(!isRequired(try await server.patch(path, ["approval_required": false])))
            #expect(isRequired(try await server.patch("\(path)?requires_approval=true")))
            #expect(!isRequired(try await server.patch("\(path)?requires_approval=false", .null)))
            #expect(try await server.patch(path).status == 422)
            let unknown = try await server.patch(
                "/v1/agents/\(agent)/tools/approval/memory_inser", ["requires_approval": true])
            #expect(unknown.status == 404)
            #expect(unknown.detail.contains("'memory_insert'"))
        }
    }

    @Test func `a tool that wants approval brings its rule`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            let tool = try await Self.tool(server, "launch", approval: true)
            let reply = try await server.patch("/v1/agents/\(agent)/tools/attach/\(tool)")
            #expect(reply["tool_rules"].array?.map { $0["tool_name"] } == ["launch"])
        }
    }

    @Test func `an agent or tool that does not exist is 404`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            let tool = try await Self.tool(server, "add")
            let nobody = Identifier.new(.agent)
            for reply in [
                try await server.get("/v1/agents/\(nobody)/tools"),
                try await server.patch("/v1/agents/\(nobody)/tools/attach/\(tool)"),
                try await server.patch("/v1/agents/\(agent)/tools/attach/\(Identifier.new(.tool))"),
                try await server.patch("/v1/agents/\(agent)/tools/detach/\(Identifier.new(.tool))"),
                try await server.patch("/v1/agents/\(nobody)/tools/approval/add", ["requires_approval": true]),
            ] {
                #expect(reply.status == 404, "\(reply.text)")
            }
        }
    }
}
