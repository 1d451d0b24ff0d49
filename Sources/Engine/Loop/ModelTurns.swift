import Domain
import Platform

/// Stored messages as a model is shown them: every call has its result, and nothing is there that a service would refuse,
/// whatever a crash, an edit or an import left behind.
struct ModelTurns: Sendable {
    private var turns: [ChatTurn] = []
    /// Calls of the last assistant's turn that have no result yet.
    private var open: [ChatToolCall] = []
    private var results: [ChatToolResult] = []
    /// The step of the last assistant's turn.
    private var step: String?

    /// - Parameter messages: in the order of the conversation, without the system message.
    init(_ messages: [Message]) { for message in messages { add(message) } }

    /// The turns, with a result for each call.
    var complete: [ChatTurn] {
        var closed = self
        closed.close()
        return closed.turns
    }

    static let interrupted = "The call was interrupted before it gave a result. Nothing is known about what it did."

    mutating func add(_ message: Message) {
        switch message.role {
        case .system:
            let alert: JSONValue = ["type": "system_alert", "message": .string(message.plainText)]
            say(alert.text)
        case .summary: say(MessageEnvelope.userText(message.plainText))
        case .user:
            let parts = (message.content?.value.array ?? []).compactMap(ChatPart.init(user:))
            if !parts.isEmpty {
                close()
                turns.append(.user(parts))
            }
        case .assistant: speak(message)
        // A request for approval holds the calls that wait; its answer is told by their results.
        case .approval: if message.toolCalls != nil { speak(message) }
        case .tool: for result in ChatToolResult.all(in: message) { take(result) }
        }
    }

    private mutating func say(_ text: String) {
        close()
        if !text.isEmpty { turns.append(.user(text)) }
    }

    private mutating func speak(_ message: Message) {
        let parts = (message.content?.value.array ?? []).compactMap(ChatPart.init(assistant:))
        let calls = (message.toolCalls?.value.array ?? []).compactMap(ChatToolCall.init(stored:))
        // Calls of one answer are stored apart when some of them had to wait; services want them in one turn.
        if let stepID = message.stepID, stepID == step, case .assistant(let before, let earlier)? = turns.last {
            turns[turns.count - 1] = .assistant(before + parts, calls: earlier + calls)
            open += calls
            return
        }
        close()
        guard !parts.isEmpty || !calls.isEmpty else { return }
        turns.append(.assistant(parts, calls: calls))
        step = message.stepID
        open = calls
    }

    private mutating func take(_ result: ChatToolResult) {
        // A result that nobody asked for is left out.
        guard let index = open.firstIndex(where: { $0.id == result.callID }) else { return }
        let call = open.remove(at: index)
        results.append(
            ChatToolResult(callID: call.id, name: call.name, parts: result.parts, isError: result.isError))
    }

    /// Ends the turn of tools: what has no result gets one that says so.
    private mutating func close() {
        for call in open {
            results.append(
                ChatToolResult(callID: call.id, name: call.name, parts: [.text(Self.interrupted)], isError: true))
        }
        if !results.isEmpty { turns.append(.tools(results)) }
        open = []
        results = []
        step = nil
    }
}

extension ChatPart {
    /// A part of what a user said; nil for what no model is shown.
    init?(user part: JSONValue) {
        switch part["type"]?.string {
        case "text":
            guard let text = part["text"]?.string, !text.isEmpty else { return nil }
            self = .text(text)
        case "image":
            guard let source = part["source"] else { return nil }
            if let url = source["url"]?.string {
                self = .image(.url(url))
            } else if let data = source["data"]?.string {
                self = .image(.inline(mediaType: source["media_type"]?.string ?? "image/png", data: data))
            } else {
                return nil
            }
        default: return nil
        }
    }

    /// A part of what a model said or thought.
    init?(assistant part: JSONValue) {
        switch part["type"]?.string {
        case "text":
            guard let text = part["text"]?.string, !text.isEmpty else { return nil }
            self = .text(text)
        case "reasoning":
            let signature = part["signature"]?.string
            let text = part["reasoning"]?.string ?? ""
            guard !text.isEmpty || signature != nil else { return nil }
            self = .reasoning(text, signature: signature)
        case "redacted_reasoning":
            guard let data = part["data"]?.string else { return nil }
            self = .redactedReasoning(data)
        default: return nil
        }
    }

    /// As it is stored; nil for what leaves nothing.
    var stored: JSONValue? {
        switch self {
        case .text(let text): return text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .reasoning(let text, let signature):
            if text.isEmpty, signature == nil { return nil }
            return [
                "type": "reasoning", "is_native": true, "reasoning": .string(text),
                "signature": signature.map { .string($0) } ?? .null,
            ]
        case .redactedReasoning(let data): return ["type": "redacted_reasoning", "data": .string(data)]
        // Models give no images.
        case .image: return nil
        }
    }
}

extension ChatToolCall {
    init?(stored call: JSONValue) {
        guard let function = call["function"], let name = function["name"]?.string, let id = call["id"]?.string else {
            return nil
        }
        self.init(
            id: id, name: name, arguments: function["arguments"]?.string ?? function["arguments"]?.text ?? "{}",
            signature: call["signature"]?.string)
    }

    var stored: JSONValue {
        var call = JSONObject([
            ("id", .string(id)), ("type", "function"),
            ("function", ["name": .string(name), "arguments": .string(arguments)]),
        ])
        if let signature { call["signature"] = .string(signature) }
        return .object(call)
    }
}

extension ChatToolResult {
    /// The results that a stored message holds; the list is newer than the single members.
    static func all(in message: Message) -> [ChatToolResult] {
        let list = message.toolReturns?.value.array ?? []
        if list.isEmpty {
            guard let id = message.toolCallID else { return [] }
            let raw = message.plainText
            let envelope = MessageEnvelope.toolReturn(raw)
            return [
                ChatToolResult(
                    callID: id, name: message.name ?? "", parts: [.text(envelope?.text ?? raw)],
                    isError: envelope?.failed ?? false)
            ]
        }
        return list.map { item in
            let raw = item["func_response"]?.string ?? item["tool_return"]?.string ?? ""
            let envelope = MessageEnvelope.toolReturn(raw)
            return ChatToolResult(
                callID: item["tool_call_id"]?.string ?? message.toolCallID ?? "", name: message.name ?? "",
                parts: [.text(envelope?.text ?? raw)],
                isError: item["status"]?.string == "error" || envelope?.failed == true)
        }
    }
}
