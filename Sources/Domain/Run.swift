package import Platform

/// Why a run ended (wire notes, section 7).
package enum StopReason: String, Sendable, CaseIterable {
    case endTurn = "end_turn"
    case error
    case llmAPIError = "llm_api_error"
    case invalidLLMResponse = "invalid_llm_response"
    case invalidToolCall = "invalid_tool_call"
    case maxSteps = "max_steps"
    case maxTokensExceeded = "max_tokens_exceeded"
    case noToolCall = "no_tool_call"
    case toolRule = "tool_rule"
    case cancelled
    case insufficientCredits = "insufficient_credits"
    case requiresApproval = "requires_approval"
    case contextWindowOverflow = "context_window_overflow_in_system_prompt"

    /// What a run that ended so is.
    package var status: RunStatus {
        switch self {
        case .endTurn, .maxSteps, .toolRule, .requiresApproval: .completed
        case .cancelled: .cancelled
        default: .failed
        }
    }
}

package enum RunStatus: String, Sendable, CaseIterable {
    case created, running, completed, failed, cancelled

    package var isOpen: Bool { self == .created || self == .running }
}

/// What happens between a message to an agent and the end of its answer: one or more steps.
package struct Run: Sendable {
    package private(set) var id: String
    package private(set) var agentID: String
    /// Nil: the agent's own thread.
    package var conversationID: String?
    package var status = RunStatus.created
    package var stopReason: StopReason?
    /// Its events are kept, so that a client may come back to them.
    package var isBackground = false
    package var metadata: JSONText?
    /// What the request asked its messages to be shown as (`LettaRequestConfig`).
    package var requestConfig: JSONText?
    /// Of the messages that were sent, to know the same request again.
    package var otids: [String] = []
    package var callbackURL: String?
    package var callbackSentAt: Timestamp?
    package var callbackStatusCode: Int?
    package var callbackError: String?
    package var usage = TokenUsage()
    package var stepCount = 0
    /// Tokens of the context at the last step.
    package var contextTokens: Int?
    /// Nanoseconds from the request to the first piece of the model's answer.
    package var firstTokenNanoseconds: Int?
    package var durationNanoseconds: Int?
    /// Somebody asked for its end; the process that runs it looks.
    package var isCancelRequested = false
    /// The process that runs it answers for it until then; afterwards it is taken for dead.
    package var leaseUntil: Timestamp?
    package var projectID: String?
    package var baseTemplateID: String?
    package var createdAt: Timestamp
    package var completedAt: Timestamp?

    package init(id: String, agentID: String, createdAt: Timestamp) {
        self.id = id
        self.agentID = agentID
        self.createdAt = createdAt
    }
}

/// Which runs a list shows; nil or empty means any.
package struct RunFilter: Sendable {
    package var agentIDs: [String] = []
    package var statuses: [RunStatus] = []
    package var stopReason: StopReason?
    package var isBackground: Bool?
    package var conversation = MessageFilter.Conversation.any
    package var projectID: String?
    /// Inclusive.
    package var createdFrom: Timestamp?
    package var createdUntil: Timestamp?

    package init() {}
}
