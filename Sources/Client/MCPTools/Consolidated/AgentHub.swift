/// `letta_agent_advanced`.
enum AgentHub {
    static let tool = Hub(
        name: "letta_agent_advanced", title: "Agents", description: "Agents.", parameters: [], operations: []
    ).tool
}
