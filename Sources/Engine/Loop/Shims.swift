import Domain
import Platform
import Storage

extension ReadTransaction {
    func systemMessage(of agent: Agent, _ conversation: Conversation?, organization: String) throws -> Message? {
        try systemMessage(of: agent, organization: organization)
    }
    func showsMemory(_ text: String, of agent: Agent, _ conversation: Conversation?, at: Timestamp) throws -> Bool {
        let rendering = MemoryRendering(agent: agent, blocks: try blocks.ofAgent(agent.id), compiledAt: at)
        return text.containsBytes(of: rendering.coreMemory) && text.containsBytes(of: rendering.toolUsageRules)
    }
}
extension WriteTransaction {
    func recompile(_ agent: Agent, in conversation: Conversation?, keepsTime: Bool) throws -> String {
        try recompile(agent, keepsTime: keepsTime)
    }
}
extension MessageTable {
    func markFailed(_ ids: [String], at: Timestamp) throws {}
}
package struct Conversations {
    let engine: Engine
    package func agent(of id: String, by caller: Caller) async throws -> String { "" }
}
extension Engine {
    func chatModel(named text: String?, by caller: Caller) async throws -> any ChatModel {
        do { return try chatModels.model(try ModelHandle(text ?? ""), providers: settings.providers) } catch let e
            as ChatError
        { throw RunFailure(e) }
    }
    package var conversations: Conversations { Conversations(engine: self) }
}
