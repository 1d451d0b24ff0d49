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
            await #expect(throws: RPCError.self) { try await tools.call("no_such_tool") }
        }
    }
}
