package import Domain
package import Platform
import Storage

/// What an agent's context window holds, section by section. Sizes are estimates: one token for every four bytes of
/// UTF-8, rounded up, which is near what the large providers' tokenizers give for English and JSON, high for text in
/// other scripts, and the same for every model.
package struct ContextWindow: Sendable {
    package struct Section: Sendable {
        package let text: String
        package var tokens: Int { ContextWindow.tokens(text) }
    }

    package let limit: Int
    /// Stored messages of the agent, in context or not.
    package let recallMessages: Int
    package let archivalPassages: Int
    /// The prompt without memory.
    package let system: Section
    package let coreMemory: Section
    package let toolUsageRules: Section
    package let externalMemory: Section
    package let summary: Section?
    /// The functions' schemas, as a model is given them.
    package let functions: [JSONValue]
    /// Messages in context, the system message first.
    package let messages: [Message]

    package var functionTokens: Int { functions.isEmpty ? 0 : Self.tokens(JSONValue.array(functions).text) }

    /// Without the system message and the summary, which count as sections of their own.
    package var messageTokens: Int {
        let shown = messages.dropFirst(messages.first?.role == .system ? 1 : 0).filter { $0.role != .summary }
        return shown.reduce(0) { sum, message in
            // A tool's return is stored twice, as content and in a list; the model sees it once.
            let returned = message.content == nil ? message.toolReturns : nil
            return sum + [message.content, message.toolCalls, returned].reduce(0) { $0 + Self.tokens($1?.text ?? "") }
        }
    }

    package var tokens: Int {
        system.tokens + coreMemory.tokens + toolUsageRules.tokens + externalMemory.tokens + (summary?.tokens ?? 0)
            + functionTokens + messageTokens
    }

    package static func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }
}

extension Agents {
    /// - Parameter conversation: the agent's own thread, or one conversation.
    package func contextWindow(
        of id: String, conversation: MessageFilter.Conversation, by caller: Caller
    ) async throws -> ContextWindow {
        try await engine.read { transaction in
            let agent = try transaction.agent(id, organization: caller.organization)
            let thread = try transaction.thread(of: agent, conversation, organization: caller.organization)
            let inContext = try transaction.contextMessages(of: thread)
            let rendering = try transaction.rendering(of: thread, compiledAt: agent.updatedAt)
            let tools = try transaction.tools.ofAgents([id])[id] ?? []
            return ContextWindow(
                limit: agent.llmConfig.value["context_window"]?.int ?? ModelHandle.defaultContextWindow,
                recallMessages: try transaction.messages.count(ofAgent: id),
                archivalPassages: rendering.archivalPassages, system: .init(text: agent.system),
                coreMemory: .init(text: rendering.coreMemory),
                toolUsageRules: .init(text: rendering.toolUsageRules), externalMemory: .init(text: rendering.metadata),
                summary: inContext.first { $0.role == .summary }.map { .init(text: $0.searchText) },
                functions: tools.compactMap { tool in
                    tool.jsonSchema.map { ["type": "function", "function": $0.value] }
                },
                messages: inContext)
        }
    }
}
