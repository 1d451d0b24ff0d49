enum ClassicTooling {
    static let all: [MCPTool] = []
}
