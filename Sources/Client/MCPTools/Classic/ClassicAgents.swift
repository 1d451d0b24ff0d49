enum ClassicAgents {
    static let all: [MCPTool] = []
}
