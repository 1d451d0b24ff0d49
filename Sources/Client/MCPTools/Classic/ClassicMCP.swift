enum ClassicMCP {
    static let all: [MCPTool] = []
}
