/// A model that answers in words.
package protocol ChatModel: Sendable {
    /// One answer to one request. Throws `ChatError`, or `CancellationError` when the caller's task is cancelled.
    func answer(_ request: ChatRequest) async throws -> ChatAnswer
}

/// What a model is asked. More kinds of parts (tools, their results) come with the work that needs them.
package struct ChatRequest: Sendable, Equatable {
    package struct Turn: Sendable, Equatable {
        package enum Role: String, Sendable { case user, assistant }

        package let role: Role
        package let text: String

        package init(_ role: Role, _ text: String) {
            self.role = role
            self.text = text
        }
    }

    /// What the model is told before everything else.
    package var instructions: String
    package var turns: [Turn]
    /// Tokens of the answer at most.
    package var maximumTokens: Int
    /// Nil leaves it to the model; several take no other than their own.
    package var temperature: Double?

    package init(instructions: String, turns: [Turn], maximumTokens: Int, temperature: Double? = nil) {
        self.instructions = instructions
        self.turns = turns
        self.maximumTokens = maximumTokens
        self.temperature = temperature
    }
}

package struct ChatAnswer: Sendable, Equatable {
    package enum End: Sendable { case finished, tooLong, refused, other }

    package let text: String
    package let end: End

    package init(text: String, end: End) {
        self.text = text
        self.end = end
    }
}

/// Why there is no answer.
package struct ChatError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The service does not answer, or not now.
        case unavailable
        /// The service refused: a wrong key, an unknown model, a request it does not take.
        case refused
    }

    package let code: Code
    /// What happened and what to do. Never holds a key or what was asked.
    package let message: String
    package var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
