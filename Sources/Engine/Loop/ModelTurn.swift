import Domain
import Platform

/// An answer as it comes in, and the message it will be.
struct ModelTurn: Sendable {
    let messageID: String
    let date: Timestamp
    private(set) var answer = ChatAnswer()
    /// What was asked; set when the answer is whole.
    var request: ChatRequest?

    init(messageID: String, date: Timestamp) {
        self.messageID = messageID
        self.date = date
    }

    /// What to show of a piece; nil for nothing.
    /// - Parameter waits: whether calls of a tool wait for a person or the client.
    mutating func add(
        _ delta: ChatDelta, waits: (String) -> Bool
    ) -> (part: Int, content: MessagePiece.Content)? {
        answer.add(delta)
        let last = max(0, answer.parts.count - 1)
        switch delta {
        case .text(let text): return text.isEmpty ? nil : (last, .text(text))
        case .reasoning(let text): return text.isEmpty ? nil : (last, .reasoning(text))
        case .reasoningSignature(let signature): return (last, .signature(signature))
        case .call(let index, let id, let name, let arguments, _):
            return (
                answer.parts.count,
                .call(
                    index: index, id: id, name: name, arguments: arguments, waits: waits(answer.calls[index].name))
            )
        case .redactedReasoning, .usage, .logprobs, .end: return nil
        }
    }
}

/// The client that watched a run is gone.
struct WatcherGone: Error {}

extension ChatToolCall {
    /// Takes the thoughts out of the arguments.
    mutating func takeThought() -> String? {
        guard var given = StepMachine.arguments(arguments), let thought = given[LoopStyle.thinking]?.string else {
            return nil
        }
        given[LoopStyle.thinking] = nil
        arguments = JSONValue.object(given).text
        return thought.isEmpty ? nil : thought
    }
}

extension ChatTool {
    /// An estimate: a token for every four bytes.
    var tokens: Int {
        ContextWindow.tokens(name) + ContextWindow.tokens(description) + ContextWindow.tokens(parameters.text)
    }
}

extension StepMachine.PlannedCall {
    /// Services that give no ids get some here.
    var identified: StepMachine.PlannedCall {
        guard call.id.isEmpty else { return self }
        var named = call
        named.id = "call_" + String(Identifier.uuid().prefix(24))
        return StepMachine.PlannedCall(call: named, arguments: arguments, fate: fate, wantsHeartbeat: wantsHeartbeat)
    }
}

extension Duration {
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
