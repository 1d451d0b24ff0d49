import Client
import MCP
import Platform
import Testing

@testable import roost

@Suite struct MCPInspectTests {
    /// Runs `roost mcp inspect` over a database of its own.
    private func inspect(_ shell: Shell, _ words: String...) async -> (code: Int32, out: String, error: String) {
        await shell.run(["mcp", "inspect"] + words, commands: MCPCommands.all)
    }

    @Test func `the sizes are those of the list that clients get`() async throws {
        let result = await inspect(Shell(), "--json")
        #expect(result.code == 0, "\(result.error)")
        let profiles = try #require(try JSONValue(parsing: result.out).array)
        #expect(profiles.map { $0.shown("profile") } == ToolProfile.allCases.map(\.rawValue))
        for (profile, shown) in zip(ToolProfile.allCases, profiles) {
            let list = JSONValue.object(JSONObject([("tools", .array(profile.listed.map(\.json.value)))]))
            #expect(shown["bytes"]?.int == list.text.utf8.count)
            #expect(shown["estimated_tokens"]?.int == MCPInspect.tokens(list.text.utf8.count))
            #expect(shown["tools"]?.array?.count == profile.listed.count)
        }
    }

    @Test func `a profile is shown tool by tool`() async throws {
        let text = await inspect(Shell(), "--tools", "memory")
        #expect(text.code == 0 && text.out.contains("estimated"))
        for tool in ToolProfile.memory.tools { #expect(text.out.contains(tool.name)) }
        let json = try JSONValue(parsing: await inspect(Shell(), "--tools", "memory", "--json").out)
        #expect(json["tools"]?.array?.allSatisfy { $0["tool"]?["inputSchema"] != nil } == true)
    }

    @Test func `wrong words are refused with what there is`() async {
        let profile = await inspect(Shell(), "--tools", "clasic")
        #expect(profile.code == 2 && profile.error.contains("'classic'"))
        let stray = await inspect(Shell(), "--arguments", "{}")
        #expect(stray.code == 2 && stray.error.contains("--call"))
        let list = await inspect(Shell(), "--call", "recall", "--arguments", "[]")
        #expect(list.code == 2 && list.error.contains("JSON object"))
    }

    @Test func `an unknown tool is an error of the protocol and tells its code`() async {
        let shell = Shell()
        defer { shell.clean() }
        let result = await inspect(shell, "--call", "no_such_tool")
        #expect(result.code == 1 && result.error.contains("-32602"), "\(result.error)")
    }
}
