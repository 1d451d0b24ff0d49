/// `letta_mcp_ops`.
enum MCPHub {
    static let tool = Hub(
        name: "letta_mcp_ops", title: "MCP servers", description: "MCP servers.", parameters: [], operations: []
    ).tool
}
