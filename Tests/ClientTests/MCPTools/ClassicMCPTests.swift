import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct ClassicMCPTests {
    private static let path = "/v1/mcp-servers/\(Known.server)"
    private static let agent = "/v1/agents/\(Known.agent)/tools"

    private static func tools(_ more: [String: JSONValue] = [:]) -> ScriptedTools {
        let answers: [String: JSONValue] = [
            "GET /v1/mcp-servers/": [
                [
                    "id": .string(Known.server), "server_name": "web", "mcp_server_type": "stdio", "command": "npx",
                    "args": ["--token", "x"], "env": ["KEY": "secret"],
                ]
            ],
            "GET \(path)/tools": [
                ["id": .string(Known.tool), "name": "fetch", "description": "Gets a page."],
                ["id": "tool-2", "name": "search", "description": "Searches the web."],
            ],
            "GET \(agent)": [], "PATCH \(agent)/attach/\(Known.tool)": nil, "PATCH \(path)/refresh": [:],
        ]
        return ScriptedTools(answers.merging(more) { $1 })
    }

    @Test func `servers are listed without their keys`() async throws {
        let value = try await Self.tools().value("list_mcp_servers")
        #expect(
            value["servers"] == [
                ["id": .string(Known.server), "server_name": "web", "mcp_server_type": "stdio", "command": "npx"]
            ])
        let failure = try await ScriptedTools(["GET /v1/mcp-servers/": .detail(500, "broken")]).failure(
            "list_mcp_servers")
        #expect(failure["error"] == "broken")
    }

    @Test func `a server's tools are filtered and paged`() async throws {
        let found = try await Self.tools().value(
            "list_mcp_tools_by_server", ["mcp_server_name": "web", "filter": "WEB"])
        #expect(found["tools"]?.array?.compactMap { $0["name"]?.string } == ["search"])
        let second = try await Self.tools().value(
            "list_mcp_tools_by_server", ["mcp_server_name": "web", "page": 2, "pageSize": 1])
        #expect(second["total"] == 2)
        #expect(second["tools"]?.array?.first?["name"] == "search")
        let failure = try await Self.tools().failure("list_mcp_tools_by_server", ["mcp_server_name": "other"])
        #expect(failure["status"] == 404)
    }

    @Test func `an agent is given a tool of whichever server has it`() async throws {
        let tools = Self.tools()
        let value = try await tools.value(
            "add_mcp_tool_to_letta", ["tool_name": "fetch", "agent_id": .string(Known.agent)])
        #expect(value["tool_id"] == .string(Known.tool))
        #expect(tools.calls.last == "PATCH \(Self.agent)/attach/\(Known.tool)")
        let failure = try await tools.failure(
            "add_mcp_tool_to_letta", ["tool_name": "nothing", "agent_id": .string(Known.agent)])
        #expect(failure["error"]?.string?.contains("No MCP server has a tool 'nothing'") == true)
    }

    @Test func `servers are asked for their tools again only when none has it, and a broken one is named`() async throws
    {
        let tools = Self.tools()
        _ = try await tools.value("add_mcp_tool_to_letta", ["tool_name": "fetch", "agent_id": .string(Known.agent)])
        #expect(!tools.calls.contains("PATCH \(Self.path)/refresh"))
        let broken = ScriptedTools([
            "GET /v1/mcp-servers/": .v1([["id": .string(Known.server), "server_name": "web"]]),
            "GET \(Self.path)/tools": .v1([]), "PATCH \(Self.path)/refresh": .detail(502, "web does not answer"),
        ])
        let failure = try await broken.failure(
            "add_mcp_tool_to_letta", ["tool_name": "fetch", "agent_id": .string(Known.agent)])
        #expect(failure["error"] == "web does not answer")
    }

    @Test func `a tool that two servers have needs the server's name`() async throws {
        let second = "mcp_server-123e4567-e89b-42d3-8456-426614174001"
        let tools = Self.tools([
            "GET /v1/mcp-servers/": [
                ["id": .string(Known.server), "server_name": "web"], ["id": .string(second), "server_name": "other"],
            ],
            "GET /v1/mcp-servers/\(second)/tools": [["id": "tool-3", "name": "fetch"]],
        ])
        let arguments: JSONObject = ["tool_name": "fetch", "agent_id": .string(Known.agent)]
        let failure = try await tools.failure("add_mcp_tool_to_letta", arguments)
        #expect(failure["error"]?.string?.contains("name the server too") == true)
        var named = arguments
        named["mcp_server_name"] = "web"
        #expect(try await tools.value("add_mcp_tool_to_letta", named)["tool_id"] == .string(Known.tool))
    }
}
