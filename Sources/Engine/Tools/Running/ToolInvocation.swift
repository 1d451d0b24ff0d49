package import Domain
package import Platform

/// One call of a tool by an agent.
package struct ToolInvocation: Sendable {
    package let name: String
    /// Checked against nothing yet: models invent members and types.
    package let arguments: JSONObject
    package let agent: Agent
    /// Nil: the agent's own thread.
    package let conversation: Conversation?
    package let caller: Caller

    package init(
        name: String, arguments: JSONObject, agent: Agent, conversation: Conversation? = nil, caller: Caller
    ) {
        self.name = name
        self.arguments = arguments
        self.agent = agent
        self.conversation = conversation
        self.caller = caller
    }
}

/// What a tool gave.
package struct ToolOutcome: Sendable, Equatable {
    /// What the model reads, and clients are shown.
    package var text: String
    package var isError: Bool
    /// What code returned, where that is more than a text.
    package var value: JSONValue?
    package var stdout: [String]?
    package var stderr: [String]?
    /// It changed what the system message shows of the memory beyond the text of blocks (a block came or went, archival
    /// memory grew), so the message is rendered anew before the next step (wire notes, section 9).
    package var changesPrompt = false

    package init(_ text: String, isError: Bool = false, stdout: [String]? = nil, stderr: [String]? = nil) {
        self.text = text
        self.isError = isError
        self.stdout = stdout
        self.stderr = stderr
    }

    /// A failure that the model can act on. `stderr` says it as the contract does (wire notes, section 10).
    package static func failure(_ message: String, tool: String, kind: String = "ValueError") -> ToolOutcome {
        ToolOutcome(
            message, isError: true, stderr: ["Error executing function \(tool): \(kind): \(message)"])
    }
}
