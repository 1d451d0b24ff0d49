enum ClassicBlocks {
    static let all: [MCPTool] = []
}
