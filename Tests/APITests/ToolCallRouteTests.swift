import Engine
import Platform
import RoostTesting
import Testing

@Suite struct ToolCallRouteTests {
    private func calls(_ server: TestServer, _ query: String = "") async throws -> [JSONValue] {
        try await server.get("/v1/roost/tool-calls/\(query)").json.array ?? []
    }

    @Test func `every call of an agent is kept with what it was given and gave`() async throws {
        try await withServer { server in
            let agent = try await server.agent(blocks: [("human", "Name: Ann")])
            server.model.script(
                .calls(("memory_insert", #"{"label": "human", "new_string": "Likes tea"}"#)),
                .calls(("memory_insert", #"{"label": "animal", "new_string": "x"}"#)),
                .calls(("no_such_tool", "{}")), .text("Noted."))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "I like tea."])
            let kept = try await calls(server, "?agent_id=\(agent)&order=asc")
            #expect(kept.map { $0["status"]?.string } == ["success", "error", "refused"])
            #expect(kept.map { $0["tool_name"]?.string } == ["memory_insert", "memory_insert", "no_such_tool"])
            let first = kept.first ?? .null
            #expect(first["arguments"]?["new_string"] == "Likes tea")
            #expect(first["result"]?.string?.contains("Likes tea") == true)
            #expect(first["shown_characters"] == .null)
            #expect(first["run_id"] == reply["messages"].array?.first?["run_id"])
            #expect(first["step_id"] == reply["messages"].array?.first?["step_id"])
            #expect(first["tool_type"]?.string?.hasPrefix("letta_") == true)
            #expect(kept[1]["stderr"]?.array?.first?.string?.contains("memory_insert") == true)
            let one = try await server.get("/v1/roost/tool-calls/\(first["id"]?.string ?? "")")
            #expect(one.json == first)
            #expect(try await calls(server, "?status=refused").count == 1)
            let run = first["run_id"]?.string ?? ""
            #expect(try await calls(server, "?tool_name=memory_insert&run_id=\(run)").count == 2)
        }
    }

    /// Also where the note about the cut is longer than what was cut.
    @Test(arguments: [50, 400]) func `what a tool's limit cut away is kept`(_ limit: Int) async throws {
        try await withServer { server in
            let agent = try await server.agent(blocks: [("human", String(repeating: "tea ", count: 100))])
            let tools = try await server.get("/v1/agents/\(agent)/tools").json.array ?? []
            let tool = tools.first { $0["name"] == "memory_insert" }?["id"]?.string ?? ""
            _ = try await server.patch("/v1/tools/\(tool)", ["return_char_limit": .int(Int64(limit))])
            server.model.script(
                .calls(("memory_insert", #"{"label": "human", "new_string": "coffee"}"#)), .text("Noted."))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "And coffee."])
            let shown = reply["messages"].array?[1]["tool_return"]?.string ?? ""
            #expect(shown.contains("truncated"))
            #expect(!shown.contains("coffee"))
            let kept = try #require(try await calls(server, "?agent_id=\(agent)").first)
            #expect(kept["result"]?.string?.contains("coffee") == true)
            #expect(kept["shown_characters"] == .int(Int64(limit)))
        }
    }

    @Test func `only the newest calls of an agent are kept, and go with it`() async throws {
        try await withServer(settings: { $0.toolCalls = 3 }) { server in
            let agent = try await server.agent(blocks: [("human", "Name: Ann")])
            for number in 0..<5 {
                server.model.script(
                    .calls(("memory_insert", #"{"label": "human", "new_string": "\#(number)"}"#)), .text("Noted."))
                _ = try await server.post("/v1/agents/\(agent)/messages", ["input": "Note it."])
            }
            let kept = try await calls(server)
            #expect(kept.map { $0["arguments"]?["new_string"]?.string } == ["4", "3", "2"])
            _ = try await server.delete("/v1/agents/\(agent)")
            #expect(try await calls(server).isEmpty)
        }
    }

    @Test func `an unknown call is a 404`() async throws {
        try await withServer { server in
            let reply = try await server.get("/v1/roost/tool-calls/tool_call-123e4567-e89b-42d3-8456-426614174000")
            #expect(reply.status == 404)
        }
    }
}
