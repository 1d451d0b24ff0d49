import Domain
import Platform

/// An answer as it comes in, and the message it will be.
struct ModelTurn: Sendable {
    let messageID: String
    let date: Timestamp
    private(set) var answer = ChatAnswer()
    /// What was asked; set when the answer is whole.
    var request: ChatRequest?

    /// Calls that are coming in, by their places; empty where calls hold no thoughts.
    private var calls: [Int: ThinkingCall] = [:]
    private let thinksInCalls: Bool
    /// Parts after those of the answer: thoughts of calls, and calls before a thought.
    private var further = 0

    typealias Piece = (part: Int, content: MessagePiece.Content)

    /// - Parameter thinksInCalls: thoughts come as a member of the arguments of calls.
    init(messageID: String, date: Timestamp, thinksInCalls: Bool = false) {
        self.messageID = messageID
        self.date = date
        self.thinksInCalls = thinksInCalls
    }

    /// What to show of a piece.
    /// - Parameter waits: whether calls of a tool wait for a person or the client.
    mutating func add(_ delta: ChatDelta, waits: (String) -> Bool) -> [Piece] {
        answer.add(delta)
        let last = max(0, answer.parts.count - 1)
        switch delta {
        case .text(let text): return text.isEmpty ? [] : [(last, .text(text))]
        case .reasoning(let text): return text.isEmpty ? [] : [(last, .reasoning(text))]
        case .reasoningSignature(let signature): return [(last, .signature(signature))]
        case .call(let index, let id, let name, let arguments, _):
            let waits = waits(answer.calls[index].name)
            if thinksInCalls {
                return show(index, waits: waits) { $0.add(.init(id: id, name: name, arguments: arguments)) }
            }
            let content = MessagePiece.Content.call(
                index: index, id: id, name: name, arguments: arguments, waits: waits)
            return [(answer.parts.count, content)]
        case .end:
            return calls.keys.sorted().flatMap { index in
                show(index, waits: waits(answer.calls[index].name)) { $0.end() }
            }
        case .redactedReasoning, .usage, .logprobs: return []
        }
    }

    private mutating func show(
        _ index: Int, waits: Bool, _ read: (inout ThinkingCall) -> ThinkingCall.Read
    ) -> [Piece] {
        var call = calls[index] ?? ThinkingCall()
        let (thought, delta) = read(&call)
        var pieces: [Piece] = []
        if !thought.isEmpty {
            let part = call.thoughtPart ?? thoughtPart()
            call.thoughtPart = part
            pieces.append((part, .thought(thought)))
        }
        if let delta {
            let part = call.part ?? answer.parts.count + further
            call.part = part
            pieces.append(
                (part, .call(index: index, id: delta.id, name: delta.name, arguments: delta.arguments, waits: waits)))
        }
        calls[index] = call
        return pieces
    }

    /// A place for thoughts: after those of other calls, and after a call that is shown already.
    private mutating func thoughtPart() -> Int {
        if calls.values.contains(where: { $0.part == answer.parts.count + further }) { further += 1 }
        defer { further += 1 }
        return answer.parts.count + further
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
