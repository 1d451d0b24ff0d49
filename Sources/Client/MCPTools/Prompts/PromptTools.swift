import MCP
import Platform
import Wire

/// Prompts for clients without prompts: `list_prompts`, `use_prompt`.
enum PromptTools {
    static let all: [MCPTool] = [list, use]

    private static let list = MCPTool(
        "list_prompts", title: "List prompts", "Ready work flows for the memory.", input: [],
        output: [.required("prompts", .array(.freeObject))], .readOnly
    ) { _ in ["prompts": .array(MemoryPrompts.listed.map(\.json.value))] }

    private static let use = MCPTool(
        "use_prompt", title: "Use prompt", "The text of a work flow: follow it.",
        input: [.required("name", .string()), .optional("arguments", .freeObject)],
        output: [.required("text", .string())], .readOnly
    ) { call in
        let name = try call.arguments.required("name")
        let arguments = call.arguments.object("arguments") ?? JSONObject()
        do {
            let prompt = try await MemoryPrompts.get(name, arguments, call.session, .consolidated)
            return ["text": .string(prompt.text)]
        } catch let error as RPCError {
            throw ToolError(error.message, hints: ["list_prompts tells names and arguments."])
        }
    }
}
