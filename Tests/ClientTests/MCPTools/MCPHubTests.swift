import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct MCPHubTests {
    private static let hub = "letta_mcp_ops"
    private static let path = "/v1/mcp-servers/\(Known.server)"
    private static let server: JSONValue = [
        "id": .string(Known.server), "server_name": "web", "mcp_server_type": "streamable_http",
        "server_url": "https://mcp.example.org/mcp", "auth_token": "t0ken", "auth_header": nil,
        "custom_headers": ["x-key": "k3y-value"],
    ]
    private static let row: JSONValue = [
        "id": .string(Known.server), "server_name": "web", "mcp_server_type": "streamable_http",
        "server_url": "https://mcp.example.org/mcp",
    ]
    private static let fetch: JSONValue = [
        "id": .string(Known.tool), "name": "fetch", "tool_type": "external_mcp", "description": "Fetches.\nMore.",
        "tags": ["mcp:web"], "source_code": "def fetch(): pass",
    ]
    private static let servers: [String: JSONValue] = [
        "GET /v1/mcp-servers/": [server], "GET \(path)": server, "GET \(path)/tools": [fetch],
    ]

    private static func tools(_ more: [String: JSONValue] = [:]) -> ScriptedTools {
        ScriptedTools(servers.merging(more) { $1 })
    }

    private static func arguments(_ operation: String, _ more: JSONObject = ["server_name": "web"]) -> JSONObject {
        JSONObject([("operation", .string(operation))] + more.members.map { ($0.name, $0.value) })
    }

    @Test func `servers are listed without keys, and whole ones show that there are keys`() async throws {
        let tools = Self.tools()
        let short = try await tools.value(Self.hub, Self.arguments("list_servers", [:]))
        #expect(short["data"] == [Self.row])
        let whole = try await tools.value(Self.hub, Self.arguments("list_servers", ["verbose": true]))
        #expect(whole["data"]?.array?.first?["custom_headers"] == ["x-key": "********"])
        #expect(whole["data"]?.array?.first?["auth_token"] == "********")
        let none = try await tools.value(Self.hub, Self.arguments("list_servers", ["pagination": ["offset": 1]]))
        #expect(none["count"] == 0)
    }

    @Test func `a server is added in the contract's form, from the forms of settings files`() async throws {
        let tools = Self.tools(["POST /v1/mcp-servers/": Self.server])
        let added = try await tools.value(
            Self.hub,
            Self.arguments(
                "add",
                [
                    "server_name": "web",
                    "server_config": ["type": "http", "url": "https://x.org/mcp", "headers": ["a": "b"]],
                    "oauth_config": ["auth_token": "t0ken"],
                ]))
        #expect(added["data"] == Self.row)
        #expect(
            tools.body == [
                "server_name": "web",
                "config": [
                    "mcp_server_type": "streamable_http", "server_url": "https://x.org/mcp",
                    "custom_headers": ["a": "b"], "auth_token": "t0ken",
                ],
            ])
    }

    @Test func `a server is changed, read again and deleted`() async throws {
        let tools = Self.tools([
            "PATCH \(Self.path)": Self.server, "DELETE \(Self.path)": nil,
            "PATCH \(Self.path)/refresh": ["deleted": [], "updated": ["fetch"], "added": ["search"]],
        ])
        _ = try await tools.value(
            Self.hub,
            Self.arguments("update", ["server_name": "web", "server_config": ["command": "npx", "args": ["x"]]]))
        #expect(tools.body == ["config": ["mcp_server_type": "stdio", "command": "npx", "args": ["x"]]])
        let synced = try await tools.value(Self.hub, Self.arguments("resync"))
        #expect(synced["data"] == ["updated": ["fetch"], "added": ["search"]])
        let deleted = try await tools.value(Self.hub, Self.arguments("delete"))
        #expect(deleted["data"]?["id"] == .string(Known.server))
        #expect(tools.calls.last == "DELETE \(Self.path)")
    }

    @Test func `servers are added, listed and deleted over the server as it is`() async throws {
        try await withTools { tools in
            let added = try await tools.value(
                Self.hub,
                ["operation": "add", "server_name": "web", "server_config": ["url": "http://localhost:1/mcp"]])
            #expect(added["success"] == true)
            let listed = try await tools.value(Self.hub, ["operation": "list_servers"])
            #expect(listed["data"]?.array?.first?["server_name"] == "web")
            let named = try await tools.value(Self.hub, ["operation": "list_tools", "server_name": "web"])
            #expect(named["count"] == 0)
            #expect(try await tools.value("list_mcp_servers", [:])["count"] == 1)
            let deleted = try await tools.value(Self.hub, ["operation": "delete", "server_name": "web"])
            #expect(deleted["success"] == true)
        }
    }

    @Test func `a server is tried, stored or only described`() async throws {
        // With its stored secrets, which are not shown to be sent back.
        let event = #"data: {"event":"success","tools":[{"name":"fetch"}]}"# + "\n\n"
        let stored = ScriptedTools(["GET /v1/mcp-servers/connect/\(Known.server)": .text(200, event)])
        let tried = try await stored.value(
            Self.hub, Self.arguments("test", ["mcp_server_id": .string(Known.server)]))
        #expect(tried["data"] == ["fetch"])
        let tools = Self.tools(["POST /v1/tools/mcp/servers/test": ["status": "success", "tools": [["name": "fetch"]]]])
        _ = try await tools.value(Self.hub, Self.arguments("test", ["server_config": ["command": "npx"]]))
        #expect(tools.body == ["server_name": "test", "type": "stdio", "command": "npx", "args": []])
    }

    @Test func `an error about a server keeps its keys to itself`() async throws {
        let tools = ScriptedTools(["POST /v1/tools/mcp/servers/test": .detail(502, "401 for Bearer t0ken-xyz")])
        let value = try await tools.failure(
            Self.hub, Self.arguments("test", ["server_config": ["url": "https://x.org", "auth_token": "t0ken-xyz"]]))
        #expect(value["message"] == "401 for Bearer [auth_token]")
    }

    @Test func `connecting tells the tools, where to sign in, or what went wrong`() async throws {
        func events(_ texts: String...) -> ScriptedTools {
            let text = texts.map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n"
            return ScriptedTools(["GET /v1/mcp-servers/connect/\(Known.server)": .text(200, text)])
        }
        let arguments = Self.arguments("connect", ["mcp_server_id": .string(Known.server)])
        let begun = #"{"event":"connection_attempt","server_name":"web"}"#
        let connected = try await events(begun, #"{"event":"success","tools":[{"name":"fetch"}]}"#).value(
            Self.hub, arguments)
        #expect(connected["data"] == ["fetch"])
        let page = try await events(begun, #"{"event":"authorization_url","url":"https://a","session_id":"s"}"#).value(
            Self.hub, arguments)
        #expect(page["data"] == ["url": "https://a", "session_id": "s"])
        let failed = try await events(begun, #"{"event":"error","message":"no such host"}"#).failure(
            Self.hub, arguments)
        #expect(failed["message"] == "no such host")
        let described = ScriptedTools(["POST /v1/tools/mcp/servers/connect": ["event": "success", "tools": []]])
        _ = try await described.value(
            Self.hub, Self.arguments("connect", ["server_config": ["url": "https://x.org/sse"]]))
        #expect(described.body == ["server_name": "connect", "type": "sse", "server_url": "https://x.org/sse"])
    }

    @Test func `a server's tools are listed and run`() async throws {
        let tools = Self.tools([
            "POST \(Self.path)/tools/\(Known.tool)/run": [
                "status": "success", "func_return": ["title": "Example"], "stdout": [], "stderr": nil,
            ]
        ])
        let list = try await tools.value(Self.hub, Self.arguments("list_tools"))
        #expect(
            list["data"] == [
                [
                    "id": .string(Known.tool), "name": "fetch", "tool_type": "external_mcp", "tags": ["mcp:web"],
                    "description": "Fetches.",
                ]
            ])
        let run = try await tools.value(
            Self.hub,
            Self.arguments("execute", ["server_name": "web", "tool_name": "fetch", "tool_args": ["url": "https://a"]]))
        #expect(run["data"] == ["status": "success", "result": ["title": "Example"]])
        #expect(tools.body == ["args": ["url": "https://a"]])
        let unknown = try await tools.failure(
            Self.hub, Self.arguments("execute", ["server_name": "web", "tool_name": "fetsh"]))
        #expect(unknown["message"]?.string?.contains("Did you mean 'fetch'?") == true)
    }

    @Test func `a tool that is not known yet is looked for again, then given to an agent`() async throws {
        let agent = "/v1/agents/\(Known.agent)/tools"
        let tools = Self.tools([
            "GET \(agent)": [], "PATCH \(agent)/attach/\(Known.tool)": nil, "PATCH \(Self.path)/refresh": [:],
        ])
        let registered = try await tools.value(Self.hub, Self.arguments("register_tool", ["tool_name": "fetch"]))
        #expect(registered["data"] == ["id": .string(Known.tool), "name": "fetch"])
        let given = try await tools.value(
            Self.hub, Self.arguments("register_tool", ["tool_name": "fetch", "agent_id": .string(Known.agent)]))
        #expect(given["message"] == "Tool 'fetch' is attached to the agent.")
        #expect(tools.calls.last == "PATCH \(agent)/attach/\(Known.tool)")
        let attached = try await tools.value(
            Self.hub, Self.arguments("attach_mcp_server", ["server_name": "web", "agent_id": .string(Known.agent)]))
        #expect(attached["data"]?.array?.first?["status"] == "attached")
        _ = try await tools.failure(Self.hub, Self.arguments("register_tool", ["tool_name": "other"]))
        #expect(tools.calls.suffix(2) == ["PATCH \(Self.path)/refresh", "GET \(Self.path)/tools"])
    }

    @Test(arguments: [
        ("add", "server_name"), ("update", "server_config"), ("delete", "server_name"), ("test", "server_name"),
        ("connect", "server_name"), ("resync", "server_name"), ("execute", "tool_name"), ("list_tools", "server_name"),
        ("register_tool", "tool_name"), ("attach_mcp_server", "agent_id"),
    ])
    func `what is missing is named`(_ operation: String, _ name: String) async throws {
        let value = try await Self.tools().failure(Self.hub, Self.arguments(operation, [:]))
        #expect(value["message"]?.string?.contains(name) == true, "\(value.text)")
    }

    @Test(
        arguments: [
            ([:], "neither command nor server_url"), (["type": "ftp", "url": "https://a"], "stdio, sse or"),
            (["type": "stdio"], "command"), (["url": "example.org"], "http://"),
        ] as [(JSONValue, String)])
    func `a configuration that cannot work is refused`(_ config: JSONValue, _ words: String) async throws {
        let value = try await Self.tools().failure(
            Self.hub, Self.arguments("add", ["server_name": "web", "server_config": config]))
        #expect(value["message"]?.string?.contains(words) == true, "\(value.text)")
    }

    @Test func `a server that is not there is answered by the nearest name`() async throws {
        let value = try await Self.tools().failure(Self.hub, Self.arguments("list_tools", ["server_name": "wep"]))
        #expect(value["message"] == "There is no MCP server 'wep'. Did you mean 'web'?")
    }
}
