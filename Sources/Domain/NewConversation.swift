package import Platform

/// What a caller gives to create a conversation.
package struct NewConversation: Sendable {
    package var summary: String?
    package var model: String?
    package var modelSettings: JSONText?
    /// Labels of the agent's blocks that the conversation gets copies of.
    package var isolatedBlockLabels: [String] = []

    /// Members of later versions of the contract.
    package var extra: JSONText?

    package init() {}
}
