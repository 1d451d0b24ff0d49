import Client
import MCP
import Platform
import Testing

@Suite struct ToolProfileTests {
    /// The size of the whole `tools/list` result of a profile, in bytes.
    private func size(_ profile: ToolProfile) -> Int {
        let items = profile.listed.map(\.json.text).joined(separator: ",")
        return #"{"tools":[]}"#.utf8.count + items.utf8.count
    }

    @Test(arguments: [(ToolProfile.memory, 6000), (.consolidated, 24_000)])
    func `a profile keeps its budget`(profile: ToolProfile, budget: Int) {
        #expect(size(profile) <= budget, "\(profile) takes \(size(profile)) bytes")
    }

    @Test func `an unknown tool is an error that names the profile that has it`() async throws {
        try await withTools(.memory) { tools in
            let elsewhere = await #expect(throws: RPCError.self) { try await tools.call("letta_tool_manager") }
            #expect(elsewhere?.code == -32602 && elsewhere?.message.contains("--tools consolidated") == true)
            let near = await #expect(throws: RPCError.self) { try await tools.call("recal") }
            #expect(near?.message.contains("Did you mean 'recall'?") == true)
        }
    }
}
