enum ClassicPassages {
    static let all: [MCPTool] = []
}
