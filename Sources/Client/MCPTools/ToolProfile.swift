package import MCP

/// Which tools a client is shown (`--tools`, `ROOST_MCP_TOOLS`): every schema is paid for in each of its sessions.
package enum ToolProfile: String, Sendable, CaseIterable {
    /// The few that a coding agent needs.
    case memory
    /// Seven hubs with an `operation` each.
    case consolidated
    /// One tool a verb.
    case classic
    case all

    package var tools: [MCPTool] { Self.table[self]?.tools ?? [] }
    package var listed: [ListedItem] { Self.table[self]?.listed ?? [] }

    package func tool(_ name: String) -> MCPTool? { Self.table[self]?.byName[name] }

    /// The smallest profile that has a tool.
    static func having(_ name: String) -> ToolProfile? { allCases.first { $0.tool(name) != nil } }

    private struct Contents: Sendable {
        let tools: [MCPTool]
        let listed: [ListedItem]
        let byName: [String: MCPTool]

        init(_ tools: [MCPTool]) {
            self.tools = tools
            listed = tools.map(\.listed)
            byName = Dictionary(uniqueKeysWithValues: tools.map { ($0.name, $0) })
        }
    }

    private static let table: [ToolProfile: Contents] = {
        let memory = MemoryTools.all
        let consolidated = ConsolidatedTools.all
        // The two profiles share the models' lists.
        let classic = ClassicTools.all
        let shared = Set(classic.map(\.name))
        let all = memory + consolidated.filter { !shared.contains($0.name) } + classic
        return [
            .memory: Contents(memory), .consolidated: Contents(consolidated), .classic: Contents(classic),
            .all: Contents(all),
        ]
    }()
}
