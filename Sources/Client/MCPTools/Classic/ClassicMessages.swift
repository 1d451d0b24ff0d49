enum ClassicMessages {
    static let all: [MCPTool] = []
}
