/// The `consolidated` profile: seven hubs, each with an operation, and four small tools; at most 24 kB of `tools/list`.
enum ConsolidatedTools {
    static let all: [MCPTool] =
        [AgentHub.tool, MemoryHub.tool, ToolHub.tool, SourceHub.tool, JobHub.tool, FileHub.tool, MCPHub.tool]
        + ModelLists.all + PromptTools.all
}
