package import Platform

/// What a caller gives to create an agent. Optional members that are nil take the contract's defaults.
package struct NewAgent: Sendable {
    package var name: String?
    package var description: String?
    package var type = AgentType.lettaV1
    package var system: String?
    package var model: String?
    package var embedding: String?
    package var llmConfig: JSONObject?
    package var embeddingConfig: JSONObject?
    package var modelOptions = ModelOptions()
    package var embeddingChunkSize: Int?
    package var modelSettings: JSONText?
    package var compactionSettings: JSONText?
    package var responseFormat: JSONText?
    package var toolRules: [JSONValue]?
    package var metadata: JSONText?
    package var memoryBlocks: [NewBlock] = []
    package var blockIDs: [String] = []
    package var toolNames: [String] = []
    package var toolIDs: [String] = []
    package var identityIDs: [String] = []
    package var tags: [String] = []
    package var secrets: [(key: String, value: String)] = []
    package var includeBaseTools = true
    package var includeMultiAgentTools = false
    package var includeBaseToolRules: Bool?
    /// Nil: the type's own opening; empty: only the system message.
    package var initialMessages: [InitialMessage]?
    package var projectID: String?
    package var templateID: String?
    package var baseTemplateID: String?
    package var timezone: String?
    package var messageBufferAutoclear = false
    package var enableSleeptime: Bool?
    package var maxFilesOpen: Int?
    package var perFileViewWindowCharLimit: Int?
    package var isHidden: Bool?
    package var extra: JSONText?

    package init() {}

    package struct InitialMessage: Sendable {
        package let role: Message.Role
        package let content: JSONText
        package let otid: String?
        package let name: String?

        package init(role: Message.Role, content: JSONText, otid: String?, name: String?) {
            self.role = role
            self.content = content
            self.otid = otid
            self.name = name
        }
    }
}

/// Members of a request that change the model configuration beside the handle.
package struct ModelOptions: Sendable {
    package var contextWindow: Int?
    package var maxTokens: Int?
    package var maxReasoningTokens: Int?
    package var enableReasoner: Bool?
    package var parallelToolCalls: Bool?
    package var responseFormat: JSONText?

    package init() {}
}

/// Changes to an agent; what is absent stays.
package struct AgentPatch: Sendable {
    package var name: Patch<String> = .absent
    package var description: Patch<String> = .absent
    package var system: Patch<String> = .absent
    package var model: Patch<String> = .absent
    package var embedding: Patch<String> = .absent
    package var llmConfig: Patch<JSONObject> = .absent
    package var embeddingConfig: Patch<JSONObject> = .absent
    package var modelOptions = ModelOptions()
    package var modelSettings: Patch<JSONText> = .absent
    package var compactionSettings: Patch<JSONText> = .absent
    package var responseFormat: Patch<JSONText> = .absent
    package var toolRules: Patch<[JSONValue]> = .absent
    package var metadata: Patch<JSONText> = .absent
    package var messageIDs: Patch<[String]> = .absent
    package var blockIDs: Patch<[String]> = .absent
    package var toolIDs: Patch<[String]> = .absent
    package var identityIDs: Patch<[String]> = .absent
    package var tags: Patch<[String]> = .absent
    package var secrets: Patch<[Secret]> = .absent
    package var projectID: Patch<String> = .absent
    package var templateID: Patch<String> = .absent
    package var baseTemplateID: Patch<String> = .absent
    package var timezone: Patch<String> = .absent
    package var messageBufferAutoclear: Patch<Bool> = .absent
    package var enableSleeptime: Patch<Bool> = .absent
    package var maxFilesOpen: Patch<Int> = .absent
    package var perFileViewWindowCharLimit: Patch<Int> = .absent
    package var isHidden: Patch<Bool> = .absent
    package var lastRunCompletion: Patch<Timestamp> = .absent
    package var lastRunDurationMilliseconds: Patch<Int> = .absent
    package var lastStopReason: Patch<String> = .absent
    package var extra: JSONObject?
    package var expectedVersion: Int?

    package init() {}

    package struct Secret: Sendable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }
}
