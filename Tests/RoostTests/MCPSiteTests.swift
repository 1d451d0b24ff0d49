import Foundation
import HTTP
import MCP
import Platform
import Testing

@testable import Client
@testable import roost

/// `roost mcp --http` and the settings of MCP over HTTP.
@Suite struct MCPSiteTests {
    private func settings(_ environment: [String: String] = [:]) throws -> Settings {
        try Settings(SettingValues(environment: environment), userHome: "/home/ada")
    }

    @Test func `the port is the stand-alone server's own before it is anybody's`() throws {
        #expect(try settings().mcpPort == 3001)
        #expect(try settings(["PORT": "4000"]).mcpPort == 4000)
        #expect(try settings(["PORT": "4000", "MCP_PORT": "4001"]).mcpPort == 4001)
        #expect(try settings(["PORT": "4000", "MCP_PORT": "4001", "ROOST_MCP_PORT": "4002"]).mcpPort == 4002)
        #expect(try settings(["MCP_PORT": "4001", "ROOST_PORT": "4002"]).port == 4002)
        #expect(try settings(["MCP_PORT": "tcp://10.0.0.1:80"]).mcpPort == 3001)
        #expect(try settings(["MCP_PORT": "4001"]).values.notes.isEmpty)
    }

    @Test func `clients send the server's password, or the one that it sends itself`() throws {
        #expect(try ServerPassword(ofMCP: settings()).value == nil)
        #expect(try ServerPassword(ofMCP: settings(["LETTA_PASSWORD": "a"])).value == "a")
        #expect(try ServerPassword(ofMCP: settings(["LETTA_PASSWORD": "a", "ROOST_PASSWORD": "b"])).value == "b")
        #expect(
            try ServerPassword(ofMCP: settings(["LETTA_PASSWORD": "a", "LETTA_SERVER_PASSWORD": "b"])).value == "b")
        #expect(try ServerPassword(ofMCP: settings(["LETTA_API_KEY": "a"])).value == nil)
    }

    @Test func `it does not listen for everyone without a password`() throws {
        do {
            _ = try ServerPassword(ofMCP: settings(["ROOST_HOST": "0.0.0.0", "LETTA_API_KEY": "a"]))
            Issue.record("it would have listened")
        } catch let failure as Failure {
            #expect(failure.message.contains("ROOST_PASSWORD=… roost mcp --http --host 0.0.0.0"))
        }
        #expect(try ServerPassword(ofMCP: settings(["ROOST_HOST": "0.0.0.0", "LETTA_PASSWORD": "a"])).value == "a")
    }

    @Test func `the command refuses what it cannot do`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        #expect(await shell("mcp", "--http", "--port", "abc").code == 2)
        #expect(await shell("mcp", "--http", environment: ["MCP_PORT": "abc"]).code == 1)
    }

    // MARK: What a client gets

    private func server(_ query: String, _ environment: [String: String] = [:]) throws -> MemoryServer {
        let features = MCPFeatures(settings: try settings(environment), log: .silent) {
            throw ClientError("not opened")
        }
        return try #require(try features.features(for: Request(rawPath: "/mcp", rawQuery: query)) as? MemoryServer)
    }

    @Test func `the settings decide, and the address may choose otherwise`() throws {
        let plain = try server("", ["LETTA_AGENT_ID": "ada", "LETTA_PROJECT": "web", "ROOST_MCP_TOOLS": "classic"])
        #expect(plain.profile == .classic)
        #expect(plain.session.scope == ToolSession.Scope(agent: "ada", project: "web"))
        let chosen = try server("tools=Consolidated&agent_id=bob%20b&project=x&other=1", ["LETTA_AGENT_ID": "ada"])
        #expect(chosen.profile == .consolidated)
        #expect(chosen.session.scope == ToolSession.Scope(agent: "bob b", project: "x"))
        #expect(try server("tools=&agent_id=").profile == .memory)
    }

    @Test(arguments: ["tools=everything", "tools=%FF", "project=%"])
    func `an address that makes no sense is refused`(query: String) throws {
        #expect(throws: RPCError.self) { try server(query) }
    }
}
