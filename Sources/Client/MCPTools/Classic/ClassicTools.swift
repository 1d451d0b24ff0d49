/// The `classic` profile: one tool a verb, as the Node server had them.
enum ClassicTools {
    static let all: [MCPTool] =
        ClassicAgents.all + ClassicBlocks.all + ClassicPassages.all + ClassicMessages.all + ClassicTooling.all
        + ModelLists.all + ClassicMCP.all
}
