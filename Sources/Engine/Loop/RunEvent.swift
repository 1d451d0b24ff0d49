package import Domain
package import Platform

/// What a run tells whoever watches it, in this order: began; pieces and stored messages; ended.
package enum RunEvent: Sendable {
    case began(Run, AgentType)
    /// More of a message that the model is at, before it is stored.
    case piece(MessagePiece)
    /// Messages of a step, now that they are stored; none of those that the client sent.
    case stored([Message])
    case compacting(trigger: String)
    case compacted(Message)
    case ended(RunEnd)
}

/// A piece of a message that is coming in.
package struct MessagePiece: Sendable {
    package enum Content: Sendable {
        case text(String)
        case reasoning(String)
        /// What is thought in a call of a tool, taken out of its arguments.
        case thought(String)
        case signature(String)
        /// - waits: for a person or the client.
        case call(index: Int, id: String?, name: String?, arguments: String, waits: Bool)
    }

    package let messageID: String
    /// The message will be shown as several, each for a part of it; this is the place of the part.
    package let part: Int
    package let content: Content
    package let stepID: String
    package let runID: String
    package let date: Timestamp
}

/// How a run ended.
package struct RunEnd: Sendable {
    package let run: Run
    package let failure: RunFailure?
    package let logprobs: JSONText?

    package var stopReason: StopReason { run.stopReason ?? .error }
}

/// Why a run failed, in the contract's words (wire notes, sections 4 and 7).
package struct RunFailure: Error, Sendable {
    /// `llm_rate_limit`, `llm_timeout` …
    package let type: String
    package let message: String
    /// What the model's service said, when it was that.
    package let chat: ChatError?
    package let stopReason: StopReason

    init(_ error: ChatError) {
        chat = error
        message = error.message
        (type, stopReason) =
            switch error.code {
            case .authentication: ("llm_authentication", .llmAPIError)
            case .insufficientCredits: ("llm_insufficient_credits", .insufficientCredits)
            case .rateLimited: ("llm_rate_limit", .llmAPIError)
            case .timedOut: ("llm_timeout", .llmAPIError)
            case .unusable: ("llm_error", .invalidLLMResponse)
            case .refused, .tooLong, .notConfigured: ("llm_bad_request", .llmAPIError)
            case .unavailable, .failed: ("llm_error", .llmAPIError)
            }
    }

    init(type: String, message: String, stopReason: StopReason) {
        self.type = type
        self.message = message
        self.stopReason = stopReason
        chat = nil
    }
}
