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

    package var tools: [MCPTool] { contents.tools }
    package var listed: [ListedItem] { contents.listed }

    package func tool(_ name: String) -> MCPTool? { contents.byName[name] }

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

    private var contents: Contents {
        switch self {
        case .memory: Self.memoryContents
        case .consolidated: Self.consolidatedContents
        case .classic: Self.classicContents
        case .all: Self.allContents
        }
    }

    // Each is made when it is first asked for: a process mostly serves one.
    private static let memoryContents = Contents(MemoryTools.all)
    private static let consolidatedContents = Contents(ConsolidatedTools.all)
    private static let classicContents = Contents(ClassicTools.all)
    private static let allContents: Contents = {
        // Two profiles share the models' lists.
        let shared = Set(ClassicTools.all.map(\.name))
        return Contents(MemoryTools.all + ConsolidatedTools.all.filter { !shared.contains($0.name) } + ClassicTools.all)
    }()
}
