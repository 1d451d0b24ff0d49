import MCP
import Platform

/// The prompts, which clients show as commands: recall, save, status, sync, project-init.
enum MemoryPrompts {
    static let listed: [ListedItem] = []

    static func get(_ name: String, _ arguments: JSONObject, _ session: ToolSession) async throws -> PromptResult {
        throw RPCError.invalidParams("Unknown prompt: \(name).")
    }
}
