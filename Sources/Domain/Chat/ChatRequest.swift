package import Platform

/// What a model is asked.
package struct ChatRequest: Sendable, Equatable {
    /// What the model is told before everything else; the same text from step to step, so that services find it in their
    /// caches.
    package var instructions: String
    package var turns: [ChatTurn]
    package var tools: [ChatTool] = []
    package var toolChoice = ToolChoice.automatic
    /// Whether one answer may call several tools.
    package var allowsParallelCalls = false
    /// Tokens of the answer at most; nil leaves it to the model.
    package var maximumTokens: Int?
    /// Nil leaves it to the model; several take no other than their own.
    package var temperature: Double?
    package var format: AnswerFormat?
    package var reasoning = ReasoningWish()
    /// The contract's `verbosity`: low, medium, high.
    package var verbosity: String?
    /// Whose conversation this is, for services that keep their caches apart by it. Holds nothing personal.
    package var cacheKey: String?
    /// How many alternatives to tell the probabilities of; nil: none are asked for.
    package var topLogprobs: Int?

    package init(instructions: String, turns: [ChatTurn], maximumTokens: Int? = nil, temperature: Double? = nil) {
        self.instructions = instructions
        self.turns = turns
        self.maximumTokens = maximumTokens
        self.temperature = temperature
    }
}

/// A function that the model may call.
package struct ChatTool: Sendable, Equatable {
    package let name: String
    package let description: String
    /// JSON schema of the arguments: an object.
    package let parameters: JSONText
    /// The service makes sure that arguments fit the schema, where it can.
    package var isStrict = false

    package init(name: String, description: String, parameters: JSONText, isStrict: Bool = false) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }
}

package enum ToolChoice: Sendable, Equatable {
    case automatic
    /// Some tool has to be called.
    case required
    case named(String)
    /// Tools are shown, but none may be called.
    case none
}

package enum AnswerFormat: Sendable, Equatable {
    /// Any JSON object.
    case json
    case schema(name: String, schema: JSONText, isStrict: Bool)
}

/// How much a model may think before it answers.
package struct ReasoningWish: Sendable, Equatable {
    /// Nil leaves it to the model.
    package var isEnabled: Bool?
    /// As services call it: none, minimal, low, medium, high …
    package var effort: String?
    package var maximumTokens: Int?

    package init(isEnabled: Bool? = nil, effort: String? = nil, maximumTokens: Int? = nil) {
        self.isEnabled = isEnabled
        self.effort = effort
        self.maximumTokens = maximumTokens
    }
}
