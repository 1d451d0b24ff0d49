package import Platform

/// The kinds of agent of the contract; they differ in base tools, prompt and loop (wire notes, section 8).
package enum AgentType: String, Sendable, CaseIterable {
    case memgpt = "memgpt_agent"
    case memgptV2 = "memgpt_v2_agent"
    case lettaV1 = "letta_v1_agent"
    case react = "react_agent"
    case workflow = "workflow_agent"
    case splitThread = "split_thread_agent"
    case sleeptime = "sleeptime_agent"
    case voiceConversation = "voice_convo_agent"
    case voiceSleeptime = "voice_sleeptime_agent"
}

/// An agent: a prompt, memory blocks, tools and archives under one name. Relations are in `AgentRelations`.
package struct Agent: Sendable {
    package private(set) var id: String
    package var name: String
    package var description: String?
    package var type: AgentType
    package var system: String
    /// Model handle `provider/model`; nil when only an `llm_config` was given.
    package var model: String?
    package var embedding: String?
    package var llmConfig: JSONText
    package var embeddingConfig: JSONText?
    package var modelSettings: JSONText?
    package var compactionSettings: JSONText?
    package var responseFormat: JSONText?
    package var toolRules: JSONText?
    package var metadata: JSONText?
    /// Ids of the messages in context; the first is the system message.
    package var messageIDs: [String] = []
    package var projectID: String?
    package var templateID: String?
    package var baseTemplateID: String?
    package var deploymentID: String?
    package var entityID: String?
    package var timezone: String? = "UTC"
    package var messageBufferAutoclear = false
    package var enableSleeptime: Bool?
    package var maxFilesOpen: Int?
    package var perFileViewWindowCharLimit: Int?
    package var isHidden: Bool?
    package var lastRunCompletion: Timestamp?
    package var lastRunDurationMilliseconds: Int?
    package var lastStopReason: String?
    /// Accepted members that later work serves (folder ids, memory variables …), returned by export.
    package var extra: JSONText?
    package var version = 1
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(id: String, name: String, type: AgentType, system: String, llmConfig: JSONText, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.type = type
        self.system = system
        self.llmConfig = llmConfig
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    /// The same agent under another id, without a history of its own: no messages, runs or earlier versions.
    package func copy(id: String, createdAt: Timestamp) -> Agent {
        var copy = self
        copy.id = id
        copy.messageIDs = []
        copy.lastRunCompletion = nil
        copy.lastRunDurationMilliseconds = nil
        copy.lastStopReason = nil
        copy.version = 1
        copy.createdAt = createdAt
        copy.updatedAt = createdAt
        return copy
    }
}

/// What hangs on an agent; each part is read only when a reply shows it.
package struct AgentRelations: Sendable {
    package var blocks: [Block] = []
    package var tools: [Tool] = []
    package var tags: [String] = []
    package var secrets: [AgentSecret] = []
    package var identities: [Identity] = []
    /// The message that ends the agent's own thread, when it asks for approval of tool calls.
    package var pendingApproval: Message?

    package init() {}

    package struct Parts: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let blocks = Parts(rawValue: 1)
        package static let tools = Parts(rawValue: 2)
        package static let tags = Parts(rawValue: 4)
        package static let secrets = Parts(rawValue: 8)
        package static let identities = Parts(rawValue: 16)
        package static let pendingApproval = Parts(rawValue: 32)
        /// All that a reply shows unless it is asked for less; an approval that is waited for has to be asked for.
        package static let all: Parts = [.blocks, .tools, .tags, .secrets, .identities]
    }
}

package struct AgentSecret: Sendable {
    package let id: String
    package let key: String
    package let value: String
    package var description: String?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(
        id: String, key: String, value: String, description: String?, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.key = key
        self.value = value
        self.description = description
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Which agents a list shows; nil or empty means any.
package struct AgentFilter: Sendable {
    package var name: String?
    package var tags: [String] = []
    package var matchAllTags = false
    package var queryText: String?
    package var projectID: String?
    package var templateID: String?
    package var baseTemplateID: String?
    package var identityID: String?
    package var identifierKeys: [String] = []
    package var lastStopReason: String?
    package var createdBy: String?
    package var showHidden = false
    package var order: Order = .createdAt

    package enum Order: String, Sendable {
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case lastRunCompletion = "last_run_completion"
    }

    package init() {}
}

/// The kinds of thing that are attached to agents.
package enum AgentLink: Sendable { case block, tool, archive, identity }
