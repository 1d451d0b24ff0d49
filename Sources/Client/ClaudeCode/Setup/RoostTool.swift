/// What Claude Code calls our tools: permissions and texts that name them have to cover both ways in which the server can be
/// there.
enum RoostTool {
    /// The name of our entry among MCP servers, and of the plugin.
    static let server = "roost"

    /// A tool of the server that a project or a user has.
    static func configured(_ tool: String) -> String { "mcp__roost__" + tool }
    /// The same tool when the server comes with the plugin.
    static func plugged(_ tool: String) -> String { "mcp__plugin_roost_roost__" + tool }

    static func names(_ tools: [String]) -> [String] { tools.map(configured) + tools.map(plugged) }

    static func isOurs(_ permission: String) -> Bool { tool(permission) != nil }

    /// The tool that a permission is for, when it is one of ours.
    static func tool(_ permission: String) -> String? {
        for prefix in [configured(""), plugged("")] where permission.hasPrefix(prefix) {
            return String(permission.dropFirst(prefix.count))
        }
        return nil
    }

    /// Tools that only look: those that need no question.
    static func readOnly(_ profile: ToolProfile) -> [String] {
        profile.tools.filter { $0.annotations == .readOnly }.map(\.name)
    }
}
