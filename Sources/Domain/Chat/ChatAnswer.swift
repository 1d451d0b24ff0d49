package import Platform

/// A piece of an answer.
package enum ChatDelta: Sendable, Equatable {
    /// More of what is said.
    case text(String)
    /// More of what the model thinks.
    case reasoning(String)
    /// Closes the thoughts before it.
    case reasoningSignature(String)
    case redactedReasoning(String)
    /// More of the call at this place among the answer's calls. The first piece of each has its id and name.
    case call(index: Int, id: String?, name: String?, arguments: String, signature: String?)
    /// The last one counts.
    case usage(TokenUsage)
    case logprobs(JSONText)
    /// The answer ended; nothing but usage follows.
    case end(ChatAnswer.End)
}

/// A whole answer.
package struct ChatAnswer: Sendable, Equatable {
    package enum End: String, Sendable {
        case finished, toolCalls, tooLong, refused, other
    }

    /// Text and thoughts in order; neighbours of one kind are joined.
    package private(set) var parts: [ChatPart] = []
    package private(set) var calls: [ChatToolCall] = []
    package private(set) var usage = TokenUsage()
    package private(set) var logprobs: JSONText?
    /// Nil when the service never said so: the answer was cut off.
    package private(set) var end: End?

    package init() {}

    package init(text: String, end: End) {
        parts = [.text(text)]
        self.end = end
    }

    package var text: String { parts.compactMap(\.text).joined() }

    package mutating func add(_ delta: ChatDelta) {
        switch delta {
        case .text(let more):
            if case .text(let text)? = parts.last {
                parts[parts.count - 1] = .text(text + more)
            } else {
                parts.append(.text(more))
            }
        case .reasoning(let more):
            if case .reasoning(let text, nil)? = parts.last {
                parts[parts.count - 1] = .reasoning(text + more, signature: nil)
            } else {
                parts.append(.reasoning(more, signature: nil))
            }
        case .reasoningSignature(let signature):
            if case .reasoning(let text, nil)? = parts.last {
                parts[parts.count - 1] = .reasoning(text, signature: signature)
            } else {
                parts.append(.reasoning("", signature: signature))
            }
        case .redactedReasoning(let data): parts.append(.redactedReasoning(data))
        case .call(let index, let id, let name, let arguments, let signature):
            while calls.count <= index { calls.append(ChatToolCall(id: "", name: "", arguments: "")) }
            if let id { calls[index].id = id }
            if let name { calls[index].name = name }
            calls[index].arguments += arguments
            if let signature { calls[index].signature = signature }
        case .usage(let usage): self.usage = usage
        case .logprobs(let logprobs): self.logprobs = logprobs
        case .end(let end): self.end = end
        }
    }
}

/// Tokens that a call cost, as its service counted them.
package struct TokenUsage: Sendable, Equatable {
    /// All of the request, those read from a cache included.
    package var prompt = 0
    package var completion = 0
    /// Of the prompt, read from the service's cache. Nil when the service does not say.
    package var cachedInput: Int?
    /// Of the prompt, written to the service's cache.
    package var cacheWrite: Int?
    /// Of the completion, thoughts.
    package var reasoning: Int?

    package init(
        prompt: Int = 0, completion: Int = 0, cachedInput: Int? = nil, cacheWrite: Int? = nil, reasoning: Int? = nil
    ) {
        self.prompt = prompt
        self.completion = completion
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
        self.reasoning = reasoning
    }

    package var total: Int { prompt + completion }

    package static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
        func sum(_ left: Int?, _ right: Int?) -> Int? {
            if left == nil, right == nil { return nil }
            return (left ?? 0) + (right ?? 0)
        }
        return TokenUsage(
            prompt: left.prompt + right.prompt, completion: left.completion + right.completion,
            cachedInput: sum(left.cachedInput, right.cachedInput), cacheWrite: sum(left.cacheWrite, right.cacheWrite),
            reasoning: sum(left.reasoning, right.reasoning))
    }
}
