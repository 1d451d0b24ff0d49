import Client
import Platform
import Testing

@testable import roost

@Suite struct MCPConfigurationTests {
    private func server(_ text: MCPConfiguration.Text, under key: String = "mcpServers") throws -> JSONValue {
        try #require(try JSONValue(parsing: text.document)[key]?["roost"])
    }

    @Test func `Claude Code starts the process and needs nothing else`() throws {
        let text = MCPConfiguration.text(kind: .claude)
        #expect(try server(text) == ["type": "stdio", "command": "roost", "args": ["mcp"]])
        #expect(text.notes.contains("# The same as a command: claude mcp add --transport stdio roost -- roost mcp"))
    }

    @Test func `a server's address and password always have a default for Claude Code`() throws {
        let text = MCPConfiguration.text(
            kind: .claude, way: .processFor(server: "http://memory:8283"), agent: "agent-1", hasPassword: true)
        let environment = try #require(try server(text)["env"])
        #expect(environment["LETTA_BASE_URL"] == "${LETTA_BASE_URL:-http://memory:8283}")
        #expect(environment["LETTA_PASSWORD"] == "${LETTA_PASSWORD:-}")
        #expect(environment["LETTA_AGENT_ID"] == "${LETTA_AGENT_ID:-agent-1}")
        #expect(text.notes.joined().contains("--env LETTA_BASE_URL=http://memory:8283 --env "))
        #expect(text.notes.joined().contains(#"--env "LETTA_PASSWORD=$LETTA_PASSWORD""#))
    }

    @Test func `over HTTP the profile and the agent stand in the address`() throws {
        let text = MCPConfiguration.text(
            kind: .claude, way: .http("http://localhost:3001/mcp"), profile: .classic, agent: "a b")
        let server = try server(text)
        #expect(server["type"] == "http")
        #expect(server["url"] == "http://localhost:3001/mcp?tools=classic&agent_id=a%20b")
        #expect(server["headers"]?["Authorization"] == "Bearer ${LETTA_PASSWORD:-}")
        #expect(text.notes.joined().contains("'http://localhost:3001/mcp?tools=classic&agent_id=a%20b'"))
    }

    @Test func `VS Code asks for the password, Cursor takes it from its environment`() throws {
        let code = MCPConfiguration.text(kind: .vscode, way: .http("http://h/mcp"), hasPassword: true)
        #expect(try server(code, under: "servers")["headers"]?["Authorization"] == "Bearer ${input:roost-password}")
        let inputs = try #require(try JSONValue(parsing: code.document)["inputs"]?.array)
        #expect(inputs.count == 1 && inputs[0]["password"] == true && inputs[0]["id"] == "roost-password")
        let cursor = MCPConfiguration.text(kind: .cursor, way: .http("http://h/mcp"), hasPassword: true)
        #expect(try server(cursor)["headers"]?["Authorization"] == "Bearer ${env:LETTA_PASSWORD}")
        #expect(try server(cursor)["type"] == nil)
    }

    @Test func `clients without variables get no text that they would hand on unexpanded`() throws {
        let text = MCPConfiguration.text(
            kind: .generic, way: .processFor(server: "http://h:1"), profile: .all, project: "p", hasPassword: true)
        #expect(!text.document.contains("${"))
        let server = try server(text)
        #expect(server["args"] == ["mcp", "--tools", "all"])
        #expect(server["env"]?["LETTA_BASE_URL"] == "http://h:1")
        #expect(server["env"]?["LETTA_PASSWORD"] == "PASSWORD")
        #expect(text.notes.joined().contains("password"))
    }

    @Test func `what is printed never holds the password`() async {
        let environment = ["LETTA_BASE_URL": "http://localhost:9/v1", "LETTA_PASSWORD": "s3cret-word"]
        var text = ""
        for kind in MCPConfiguration.Kind.allCases {
            for more in [[], ["--http", "--port", "3005"], ["--tools", "classic"]] {
                let words = ["mcp", "--print-config", kind.rawValue] + more
                let result = await Shell().run(words, commands: MCPCommands.all, environment: environment)
                #expect(result.code == 0, "\(result.error)")
                #expect((try? JSONValue(parsing: result.out)) != nil)
                text += result.out + result.error
            }
        }
        #expect(!text.contains("s3cret-word"))
        #expect(text.contains("http://localhost:9/mcp"))
        #expect(!text.contains("9/v1"))
    }

    @Test func `without a server HTTP means the stand-alone one of this machine`() async throws {
        let words = ["mcp", "--print-config", "cursor", "--http", "--port", "3005"]
        let result = await Shell().run(words, commands: MCPCommands.all)
        let url = try JSONValue(parsing: result.out)["mcpServers"]?["roost"]?["url"]
        #expect(url == "http://localhost:3005/mcp")
        #expect(await Shell().run(["mcp", "--print-config", "emacs"], commands: MCPCommands.all).code == 2)
    }

    @Test func `an unknown client is refused with those that are known`() throws {
        #expect(try MCPConfiguration.kind("Claude") == .claude)
        let error = try #require(throws: UsageError.self) { try MCPConfiguration.kind("vs-code") }
        #expect(error.message.contains("vscode"))
    }
}
