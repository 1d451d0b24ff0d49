import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// An agent's calls of tools of MCP servers.
@Suite struct ServedToolRunTests {
    private struct Bench {
        let server: TestServer
        let servers: ScriptedToolServers
        let registered: StoredToolServer
        let tool: Tool
        let agent: Agent

        func run(_ arguments: JSONObject = ["q": "x"]) async throws -> ToolOutcome {
            try await server.engine.run(
                tool, ToolInvocation(name: tool.name, arguments: arguments, agent: agent, caller: Caller()))
        }
    }

    private func withTool(_ body: (Bench) async throws -> Void) async throws {
        let servers = ScriptedToolServers()
        servers.offer([.simple("look.up")])
        try await withServer(toolServers: servers) { server in
            var new = NewToolServer(name: "lib", place: .streamableHTTP(url: "http://h/{{ PART | all }}"))
            new.token = Secret("{{ KEY }}")
            new.headers = [ToolServer.Entry("x-a", Secret("{{ MISSING }}")), ToolServer.Entry("x-b", Secret("b"))]
            let registered = try await server.engine.mcpServers.create(new, by: Caller())
            let tool = try #require(try await server.engine.mcpServers.tools(of: registered.id, by: Caller()).first)
            var agent = NewAgent()
            agent.name = "Mo"
            agent.secrets = [(key: "KEY", value: "s3cret")]
            let made = try await server.engine.agents.create(agent, by: Caller()).agent
            try await body(Bench(server: server, servers: servers, registered: registered, tool: tool, agent: made))
        }
    }

    @Test func `it is called by the server's name for it, with the agent's secrets`() async throws {
        try await withTool { bench in
            #expect(bench.tool.name == "look_up")
            let outcome = try await bench.run()
            #expect(outcome.text == "done" && !outcome.isError)
            #expect(bench.servers.calls == [#"look.up{"q":"x"}"#])
            let seen = try #require(bench.servers.seen.last)
            #expect(seen.id == bench.registered.id && seen.place == .streamableHTTP(url: "http://h/all"))
            #expect(seen.token == Secret("s3cret"))
            #expect(
                seen.headers == [ToolServer.Entry("x-b", Secret("b"))], "what an agent has no secret for is left out")
        }
    }

    @Test func `a result that says that the tool failed is an error of the tool`() async throws {
        try await withTool { bench in
            bench.servers.answer(ServedResult(text: "no such book", isError: true))
            let outcome = try await bench.run()
            #expect(outcome.text == "no such book" && outcome.isError)
            #expect(outcome.stderr == ["Error executing function look_up: McpError: no such book"])
        }
    }

    @Test(arguments: [
        (ToolServerError.Code.unreachable, "ConnectionError"), (.timedOut, "TimeoutError"),
        (.protocolBroken, "ConnectionError"),
        (.unauthorized, "PermissionError"), (.refused, "McpError"), (.notServed, "NotImplementedError"),
    ])
    func `a server that fails is told to the model`(code: ToolServerError.Code, kind: String) async throws {
        try await withTool { bench in
            bench.servers.fail(ToolServerError(code, "It broke."))
            let outcome = try await bench.run()
            #expect(outcome.isError && outcome.text.hasPrefix("The MCP server 'lib' gave no result. It broke. "))
            #expect(outcome.stderr?.first?.contains(kind + ": ") == true)
        }
    }

    @Test func `a tool whose server is gone`() async throws {
        try await withTool { bench in
            try await bench.server.engine.mcpServers.delete(bench.registered.id, by: Caller())
            let outcome = try await bench.run()
            #expect(outcome.isError && outcome.text.contains("not registered any more"))
            #expect(bench.servers.calls.isEmpty && bench.servers.forgotten == [bench.registered.id])
        }
    }
}
