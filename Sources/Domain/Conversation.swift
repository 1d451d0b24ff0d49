package import Platform

/// A thread of an agent beside its own one: a context of its own over the same memory (wire notes, section 20).
package struct Conversation: Sendable {
    package private(set) var id: String
    package private(set) var agentID: String
    package var summary: String?
    /// Instead of the agent's.
    package var model: String?
    package var modelSettings: JSONText?
    /// Ids of the messages in context; the first is the conversation's own system message.
    package var messageIDs: [String] = []
    /// Copies of the agent's blocks that only this conversation sees and edits.
    package var isolatedBlockIDs: [String] = []
    /// Accepted members of later versions of the contract, given back as they came.
    package var extra: JSONText?
    package var lastMessageAt: Timestamp?
    package var lastRunCompletion: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(id: String, agentID: String, createdAt: Timestamp) {
        self.id = id
        self.agentID = agentID
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }
}

package struct ConversationFilter: Sendable {
    package enum Order: String, Sendable {
        case createdAt = "created_at"
        case lastRunCompletion = "last_run_completion"
        case lastMessageAt = "last_message_at"
    }

    package var agentID: String?
    /// Nil: whether archived or not.
    package var isArchived: Bool?
    /// Part of the summary, whatever its case.
    package var summary: String?
    package var order = Order.createdAt

    package init() {}
}

/// Changes to a conversation; what is absent stays.
package struct ConversationPatch: Sendable {
    package var summary: Patch<String> = .absent
    package var model: Patch<String> = .absent
    package var modelSettings: Patch<JSONText> = .absent
    package var lastMessageAt: Patch<Timestamp> = .absent
    /// Members to set among the conversation's.
    package var extra: JSONObject?

    package init() {}
}
