/// Prompts for clients without prompts: `list_prompts`, `use_prompt`.
enum PromptTools {
    static let all: [MCPTool] = []
}
