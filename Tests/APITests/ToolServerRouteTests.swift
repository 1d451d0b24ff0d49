import Domain
import Engine
import HTTP
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct ToolServerRouteTests {
    private let servers = ScriptedToolServers()
    private static let secret = "tok-7f3a9c"

    private func withServers(
        settings change: (inout EngineSettings) -> Void = { _ in }, _ test: (TestServer) async throws -> Void
    ) async throws {
        servers.offer([.simple("find"), .simple("read")])
        try await withServer(toolServers: servers, settings: change, test)
    }

    private func remote(_ name: String = "lib", _ more: JSONObject = [:]) -> JSONValue {
        var config: JSONObject = [
            "mcp_server_type": "streamable_http", "server_url": "https://example.org/mcp",
            "auth_token": .string(Self.secret), "custom_headers": ["x-key": .string(Self.secret), "x-more": "m"],
        ]
        for member in more.members { config[member.name] = member.value }
        return ["server_name": .string(name), "config": .object(config)]
    }

    private static let program: JSONValue = [
        "server_name": "local",
        "config": [
            "mcp_server_type": "stdio", "command": "npx", "args": ["-y", "x"], "env": ["KEY": .string(secret)],
        ],
    ]

    private func toolNames(_ server: TestServer, _ id: String) async throws -> [String] {
        try await server.get("/v1/mcp-servers/\(id)/tools").array.compactMap { $0["name"]?.string }
    }

    @Test func `a server is registered with its tools, and its secrets are shown nowhere`() async throws {
        try await withServers { server in
            for body in [remote(), Self.program] {
                let made = try await server.post("/v1/mcp-servers/", body)
                #expect(made.status == 200 && made["sync_error"] == .null && made["last_synced"] != .null)
                #expect(made["server_name"] == body["server_name"])
                let shown = try await server.get("/v1/mcp-servers/\(made.id)")
                #expect(shown.json == made.json)
                #expect(!made.text.contains(Self.secret))
            }
            let list = try await server.get("/v1/mcp-servers/")
            #expect(list.array.compactMap { $0["server_name"]?.string } == ["lib", "local"])
            #expect(list.array[0]["auth_token"] == "********")
            #expect(list.array[0]["custom_headers"] == ["x-key": "********", "x-more": "********"])
            #expect(list.array[1]["env"] == ["KEY": "********"])
            #expect(servers.seen[0].token == Secret(Self.secret))
            #expect(servers.seen[1].environment == [ToolServer.Entry("KEY", Secret(Self.secret))])
            for name in FileText.names(in: String(server.databasePath.dropLast("/roost.db".count)))
            where name.hasPrefix("roost.db") && !name.hasSuffix("vectors") {
                let bytes = try FileText.read(String(server.databasePath.dropLast("roost.db".count)) + name)
                #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret), "a secret stands in \(name)")
            }
        }
    }

    @Test func `tools look as the contract has them`() async throws {
        try await withServers { server in
            let made = try await server.post("/v1/mcp-servers/", remote())
            let tools = try await server.get("/v1/mcp-servers/\(made.id)/tools")
            let tool = try #require(tools.array.first)
            #expect(tool["name"] == "find" && tool["tool_type"] == "external_mcp" && tool["tags"] == ["mcp:lib"])
            #expect(tool["metadata_"] == ["mcp": ["server_id": .string(made.id), "server_name": "lib"]])
            #expect(tool["json_schema"]?["name"] == "find" && tool["json_schema"]?["description"] == "Does it")
            #expect(tool["json_schema"]?["mcp:SCHEMA_STATUS"] == "STRICT_COMPLIANT")
            let id = try #require(tool["id"]?.string)
            let one = try await server.get("/v1/mcp-servers/\(made.id)/tools/\(id)")
            #expect(one.json == tool)
            #expect(try await server.get("/v1/tools/\(id)").json == tool)
            let other = try await server.post("/v1/mcp-servers/", remote("other"))
            #expect(try await server.get("/v1/mcp-servers/\(other.id)/tools/\(id)").status == 404)
        }
    }

    @Test func `names that are taken are told apart`() async throws {
        try await withServers { server in
            servers.offer([.simple("send_message"), .simple("find")])
            let first = try await server.post("/v1/mcp-servers/", remote("one"))
            let second = try await server.post("/v1/mcp-servers/", remote("two"))
            #expect(try await toolNames(server, first.id) == ["find", "one_send_message"])
            #expect(try await toolNames(server, second.id) == ["two_find", "two_send_message"])
            let again = try await server.post("/v1/mcp-servers/", remote("two"))
            #expect(again.status == 409 && again["detail"]["code"] == "MCPServerNameAlreadyExistsError")
        }
    }

    @Test func `a server that cannot be reached is registered, and says why`() async throws {
        try await withServers { server in
            servers.fail(ToolServerError(.unreachable, "Nobody there."))
            let made = try await server.post("/v1/mcp-servers/", remote())
            #expect(made.status == 200 && made["sync_error"] == "Nobody there." && made["last_synced"] == .null)
            let refused = try await server.patch("/v1/mcp-servers/\(made.id)/refresh")
            #expect(refused.status == 502 && refused["error"]["type"] == "mcp_connection_error")
            servers.fail(ToolServerError(.timedOut, "Too late."))
            #expect(try await server.patch("/v1/mcp-servers/\(made.id)/refresh").status == 408)
            servers.fail(nil)
            let changes = try await server.patch("/v1/mcp-servers/\(made.id)/refresh")
            #expect(changes.json == ["deleted": [], "updated": [], "added": ["find", "read"]])
            #expect(try await server.get("/v1/mcp-servers/\(made.id)")["sync_error"] == .null)
        }
    }

    @Test func `a refresh adds, changes and deletes, and leaves what users set`() async throws {
        try await withServers { server in
            let made = try await server.post("/v1/mcp-servers/", remote())
            let id = try #require(try await server.get("/v1/mcp-servers/\(made.id)/tools").array.first?["id"]?.string)
            _ = try await server.patch("/v1/tools/\(id)", ["return_char_limit": 77, "default_requires_approval": true])
            var bad = ServedTool.simple("bad")
            bad.inputSchema = ["type": "array"]
            servers.offer([.simple("find", "Finds better"), .simple("write"), bad])
            let changes = try await server.patch("/v1/mcp-servers/\(made.id)/refresh")
            #expect(changes.json == ["deleted": ["read"], "updated": ["find"], "added": ["write"]])
            let tool = try await server.get("/v1/tools/\(id)")
            #expect(tool["description"] == "Finds better" && tool["return_char_limit"] == 77)
            #expect(tool["default_requires_approval"] == true)
            let shown = try await server.get("/v1/mcp-servers/\(made.id)")
            #expect(shown["sync_error"].string?.contains("bad") == true)
            #expect(
                try await server.patch("/v1/mcp-servers/\(made.id)/refresh").json == [
                    "deleted": [], "updated": [], "added": [],
                ])
        }
    }

    @Test func `a change keeps masked secrets, and another host wants them again`() async throws {
        try await withServers { server in
            let made = try await server.post("/v1/mcp-servers/", remote())
            let path = "/v1/mcp-servers/\(made.id)"
            let masked: JSONValue = [
                "server_name": "renamed",
                "config": [
                    "mcp_server_type": "streamable_http", "server_url": "https://example.org/other",
                    "auth_token": "********",
                    "custom_headers": ["x-key": "********", "x-new": "n"],
                ],
            ]
            let changed = try await server.patch(path, masked)
            #expect(changed.status == 200 && changed["server_url"] == "https://example.org/other")
            #expect(servers.forgotten == [made.id])
            let tool = try await server.get(path + "/tools").array.first
            #expect(tool?["tags"] == ["mcp:renamed"] && tool?["metadata_"]?["mcp"]?["server_name"] == "renamed")
            _ = try await server.patch(path + "/refresh")
            let seen = try #require(servers.seen.last)
            #expect(seen.token == Secret(Self.secret))
            #expect(
                seen.headers == [
                    ToolServer.Entry("x-key", Secret(Self.secret)), ToolServer.Entry("x-new", Secret("n")),
                ])
            let elsewhere = try await server.patch(path, ["config": ["server_url": "https://evil.example/mcp"]])
            #expect(elsewhere.status == 400 && elsewhere.detail.contains("auth_token"))
            let unknown = try await server.patch(path, ["config": ["custom_headers": ["x-odd": "********"]]])
            #expect(unknown.status == 400 && unknown.detail.contains("mask"))
            let bare = try await server.patch(
                path,
                ["config": ["server_url": "https://new.example/mcp", "auth_token": .null, "custom_headers": .null]])
            #expect(bare.status == 200 && bare["auth_token"] == .null && bare["custom_headers"] == .null)
            let kind = try await server.patch(
                path, ["config": ["mcp_server_type": "stdio", "command": "x", "args": [], "env": ["A": "b"]]])
            #expect(kind.status == 200 && kind["env"] == ["A": "********"] && kind["server_url"] == .null)
        }
    }

    @Test func `a deleted server takes its tools along`() async throws {
        try await withServers { server in
            let made = try await server.post("/v1/mcp-servers/", remote())
            let id = try #require(try await server.get("/v1/mcp-servers/\(made.id)/tools").array.first?["id"]?.string)
            #expect(try await server.delete("/v1/mcp-servers/\(made.id)").status == 204)
            #expect(try await server.get("/v1/mcp-servers/\(made.id)").status == 404)
            #expect(try await server.get("/v1/tools/\(id)").status == 404)
            #expect(try await server.delete("/v1/mcp-servers/\(made.id)").status == 404)
        }
    }

    @Test func `a tool is run`() async throws {
        try await withServers { server in
            let made = try await server.post("/v1/mcp-servers/", remote())
            let id = try #require(try await server.get("/v1/mcp-servers/\(made.id)/tools").array.first?["id"]?.string)
            let path = "/v1/mcp-servers/\(made.id)/tools/\(id)/run"
            let run = try await server.post(path, ["args": ["q": "x"]])
            #expect(run["status"] == "success" && run["func_return"] == "done")
            #expect(try await server.post(path).status == 200)
            #expect(servers.calls == [#"find{"q":"x"}"#, "find{}"])
            servers.answer(ServedResult(text: "no", isError: true))
            #expect(try await server.post(path)["status"] == "error")
            servers.fail(ToolServerError(.unreachable, "Nobody there."))
            #expect(try await server.post(path).status == 502)
        }
    }

    @Test(arguments: [
        #"{"mcp_server_type":"stdio","args":[]}"#, #"{"mcp_server_type":"sse"}"#, #"{}"#,
        #"{"mcp_server_type":"carrier_pigeon"}"#,
        #"{"command":"x","env":{"A":1}}"#,
    ])
    func `a configuration that says too little is refused`(config: String) async throws {
        try await withServers { server in
            let body: JSONValue = ["server_name": "x", "config": try JSONValue(parsing: config)]
            #expect(try await server.post("/v1/mcp-servers/", body).status == 422)
        }
    }

    @Test(arguments: [
        #"{"server_url":"ftp://h/"}"#, #"{"server_url":"http://user:pass@h/"}"#,
        #"{"server_url":"http://{{ HOST }}/"}"#,
        #"{"server_url":"http://h/","auth_token":"********"}"#,
        #"{"server_url":"http://h/","custom_headers":{"a b":"c"}}"#,
        #"{"command":" "}"#,
    ])
    func `a configuration that cannot work is refused`(config: String) async throws {
        try await withServers { server in
            let body: JSONValue = ["server_name": "x", "config": try JSONValue(parsing: config)]
            #expect(try await server.post("/v1/mcp-servers/", body).status == 400)
        }
    }

    @Test func `programs are refused where the operator does not allow them`() async throws {
        try await withServers(settings: { $0.startsToolServers = false }) { server in
            let reply = try await server.post("/v1/mcp-servers/", Self.program)
            #expect(reply.status == 400 && reply.detail.contains("mcp-stdio"))
            #expect(servers.seen.isEmpty)
        }
    }

    // MARK: The older routes

    @Test func `the older routes know servers by name`() async throws {
        try await withServers { server in
            let flat: JSONValue = [
                "server_name": "lib", "type": "sse", "server_url": "http://h/sse", "auth_header": "x-auth",
                "auth_token": .string(Self.secret),
            ]
            let added = try await server.put("/v1/tools/mcp/servers", flat)
            #expect(added.array.count == 1 && added.array[0]["server_name"] == "lib" && added.array[0]["type"] == "sse")
            #expect(added.array[0]["auth_token"] == "********")
            let listed = try await server.get("/v1/tools/mcp/servers")
            #expect(listed["lib"]["server_url"] == "http://h/sse")
            let tools = try await server.get("/v1/tools/mcp/servers/lib/tools")
            #expect(tools.array.first?["health"]?["status"] == "STRICT_COMPLIANT")
            servers.offer([.simple("find"), .simple("new")])
            let tool = try await server.post("/v1/tools/mcp/servers/lib/new")
            #expect(tool["name"] == "new" && tool["tool_type"] == "external_mcp")
            #expect(try await server.post("/v1/tools/mcp/servers/lib/none").status == 404)
            let synced = try await server.post("/v1/tools/mcp/servers/lib/resync")
            #expect(synced.json == ["deleted": ["read"], "updated": [], "added": []])
            let run = try await server.post("/v1/tools/mcp/servers/lib/tools/any/execute", ["args": ["a": 1]])
            #expect(run.json == ["result": "done", "success": true])
            let changed = try await server.patch(
                "/v1/tools/mcp/servers/lib", ["token": "t2", "server_url": "http://h/x"])
            #expect(changed["server_url"] == "http://h/x")
            #expect(try await server.get("/v1/tools/mcp/servers/none/tools").status == 404)
            #expect(try await server.delete("/v1/tools/mcp/servers/lib").text == "[]")
        }
    }

    @Test func `a server is tried without being registered`() async throws {
        try await withServers { server in
            let flat: JSONValue = ["server_name": "t", "type": "streamable_http", "server_url": "http://h/mcp"]
            let tested = try await server.post("/v1/tools/mcp/servers/test", flat)
            #expect(tested["status"] == "success" && tested["tools"].array?.count == 2)
            let stream = try await server.post("/v1/tools/mcp/servers/connect", flat)
            let events = ServerSentEvent.data(in: stream.bytes).compactMap {
                try? JSONValue(parsing: $0)["event"]?.string
            }
            #expect(events == ["connection_attempt", "success"])
            servers.fail(ToolServerError(.unauthorized, "No."))
            let failed = try await server.post("/v1/tools/mcp/servers/test", flat)
            #expect(failed.status == 400 && failed["detail"]["code"] == "MCPServerConnectionError")
            #expect(try await server.post("/v1/tools/mcp/servers/connect", flat).text.contains(#""event":"error""#))
            #expect(try await server.get("/v1/mcp-servers/").text == "[]")
            #expect(Set(servers.forgotten).count == 4)
        }
    }

    @Test func `a registered server is tried with its secrets`() async throws {
        try await withServers { server in
            let made = try await server.post("/v1/mcp-servers/", remote())
            let stream = try await server.get("/v1/mcp-servers/connect/\(made.id)")
            #expect(stream.text.contains(#""event":"success""#))
            #expect(servers.seen.last?.token == Secret(Self.secret))
        }
    }

    @Test func `OAuth says that it is not spoken`() async throws {
        try await withServers { server in
            #expect(try await server.get("/v1/tools/mcp/oauth/callback").status == 400)
            let reply = try await server.get("/v1/tools/mcp/oauth/callback?code=a&state=b")
            #expect(reply.status == 404 && reply.detail.contains("auth_token"))
        }
    }
}
