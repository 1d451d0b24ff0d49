package import Platform

/// One stored turn. The API shows it as one or more messages (wire notes, section 7).
package struct Message: Sendable {
    package enum Role: String, Sendable, CaseIterable { case system, user, assistant, tool, approval, summary }

    package private(set) var id: String
    package private(set) var agentID: String
    package var conversationID: String?
    package var role: Role
    /// Content parts, `[{"type":"text","text":…}]`; nil when the turn has none.
    package var content: JSONText?
    /// `[{"id","type":"function","function":{"name","arguments"}}]`.
    package var toolCalls: JSONText?
    package var toolCallID: String?
    package var toolReturns: JSONText?
    package var approvals: JSONText?
    package var name: String?
    package var otid: String?
    package var senderID: String?
    package var groupID: String?
    package var stepID: String?
    package var runID: String?
    package var model: String?
    package var isError: Bool?
    /// Members of an imported message that have no column.
    package var extra: JSONText?
    package var createdAt: Timestamp

    package init(id: String, agentID: String, role: Role, createdAt: Timestamp) {
        self.id = id
        self.agentID = agentID
        self.role = role
        self.createdAt = createdAt
    }

    /// The same message in another agent's history.
    package func copy(id: String, agentID: String) -> Message {
        var copy = self
        copy.id = id
        copy.agentID = agentID
        return copy
    }

    /// Whether it asks for approval of tool calls; an answer to that has the same role.
    package var isApprovalRequest: Bool { role == .approval && toolCalls.map { $0.text != "[]" } ?? false }

    /// The text of all text parts, joined by newlines.
    package var plainText: String {
        guard let parts = content?.value.array else { return "" }
        return parts.compactMap { $0["type"]?.string == "text" ? $0["text"]?.string : nil }.joined(separator: "\n")
    }

    package static func textContent(_ text: String) -> JSONText {
        JSONText(.array([["type": "text", "text": .string(text)]]))
    }
}
