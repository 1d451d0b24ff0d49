/// The `memory` profile: the few tools that a coding agent needs, at most 6 kB of `tools/list`.
enum MemoryTools {
    static let all: [MCPTool] = []
}
