/// `letta_tool_manager`.
enum ToolHub {
    static let tool = Hub(
        name: "letta_tool_manager", title: "Tools", description: "Tools.", parameters: [], operations: []
    ).tool
}
