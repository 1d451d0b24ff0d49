package import Platform

/// One call of a tool as it is kept to be looked at later: the audit of what agents and clients had done.
package struct ToolCallRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case success, error
        /// A rule of the agent's forbade it, or whoever was asked denied it; nothing was carried out.
        case refused
    }

    package let id: String
    /// Nil when a client ran the tool on its own.
    package var agentID: String?
    package var conversationID: String?
    package var runID: String?
    package var stepID: String?
    /// The model's id of the call.
    package var callID: String?
    package var toolID: String?
    package var toolName: String
    package var toolType: String?
    package var arguments: JSONText?
    package var status: Status
    /// The whole result, also what the tool's limit cut away from the model's eyes; bounded by `maximumText`.
    package var text: String
    /// Characters that the model was shown; nil when that was all.
    package var shownCharacters: Int?
    package var stdout: [String]?
    package var stderr: [String]?
    package var milliseconds: Double
    package var createdAt: Timestamp
    package var createdBy: String?

    /// Bytes of a result, and of what was printed, that are kept.
    package static let maximumText = 1 << 20

    package init(
        id: String = Identifier.new(.toolCall), toolName: String, status: Status, text: String, milliseconds: Double,
        createdAt: Timestamp
    ) {
        self.id = id
        self.toolName = toolName
        self.status = status
        self.text = text
        self.milliseconds = milliseconds
        self.createdAt = createdAt
    }
}

/// Which calls a list shows; nil means any.
package struct ToolCallFilter: Sendable {
    package var agentID: String?
    package var runID: String?
    package var stepID: String?
    package var toolName: String?
    package var status: ToolCallRecord.Status?
    /// Inclusive.
    package var start: Timestamp?
    package var end: Timestamp?

    package init() {}
}
