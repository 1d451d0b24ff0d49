import Domain
import Platform

/// The turns of a conversation as `messages` of Anthropic: blocks, in turns that alternate and begin with the user's.
struct AnthropicMessages {
    private struct Message {
        let isUser: Bool
        var blocks: [JSONObject]
    }

    /// Thoughts may only come back where the model goes on thinking.
    private let keepsThoughts: Bool

    init(keepsThoughts: Bool) { self.keepsThoughts = keepsThoughts }

    /// Whether the model may think: calls whose results it is shown now have to have begun with thoughts.
    static func canThink(on turns: [ChatTurn]) -> Bool {
        guard case .tools? = turns.last,
            let asked = turns.last(where: { if case .assistant = $0 { true } else { false } }),
            case .assistant(let parts, let calls) = asked, !calls.isEmpty
        else { return true }
        return parts.contains { part in
            switch part {
            case .reasoning(_, let signature?): TaggedSignature.isAnthropic(signature)
            case .redactedReasoning: true
            default: false
            }
        }
    }

    func all(_ turns: [ChatTurn]) -> [JSONValue] {
        var messages: [Message] = []
        for turn in turns {
            let message = message(turn)
            if message.blocks.isEmpty { continue }
            if let last = messages.last, last.isUser == message.isUser {
                messages[messages.count - 1].blocks += message.blocks
            } else {
                messages.append(message)
            }
        }
        if messages.first?.isUser == false {
            messages.insert(Message(isUser: true, blocks: [text("(The conversation goes on.)")]), at: 0)
        }
        for index in messages.indices where messages[index].isUser { resultsFirst(&messages[index].blocks) }
        mark(&messages)
        return messages.map { message in
            ["role": message.isUser ? "user" : "assistant", "content": .array(message.blocks.map { .object($0) })]
        }
    }

    private func message(_ turn: ChatTurn) -> Message {
        switch turn {
        case .user(let parts): Message(isUser: true, blocks: parts.compactMap(block))
        case .assistant(let parts, let calls):
            Message(isUser: false, blocks: thoughtsFirst(parts).compactMap(block) + calls.map(block))
        case .tools(let results): Message(isUser: true, blocks: results.map(block))
        }
    }

    /// An answer has its thoughts before its text; one that was put together of two has not.
    private func thoughtsFirst(_ parts: [ChatPart]) -> [ChatPart] {
        guard case .text? = parts.first else { return parts }
        return parts.filter { $0.text == nil } + parts.filter { $0.text != nil }
    }

    private func text(_ text: String) -> JSONObject { ["type": "text", "text": .string(text)] }

    private func block(_ part: ChatPart) -> JSONObject? {
        switch part {
        case .text(let text): return text.allSatisfy(\.isWhitespace) ? nil : self.text(text)
        case .image(.url(let url)): return ["type": "image", "source": ["type": "url", "url": .string(url)]]
        case .image(.inline(let type, let data)):
            let source: JSONValue = ["type": "base64", "media_type": .string(type), "data": .string(data)]
            return ["type": "image", "source": source]
        case .reasoning(let text, let signature):
            guard keepsThoughts, let signature, TaggedSignature.isAnthropic(signature) else { return nil }
            return ["type": "thinking", "thinking": .string(text), "signature": .string(signature)]
        case .redactedReasoning(let data):
            return keepsThoughts ? ["type": "redacted_thinking", "data": .string(data)] : nil
        }
    }

    private func block(_ call: ChatToolCall) -> JSONObject {
        [
            "type": "tool_use", "id": .string(id(call.id)), "name": .string(call.name),
            "input": JSONArguments.object(call.arguments),
        ]
    }

    private func block(_ result: ChatToolResult) -> JSONObject {
        let hasImage = result.parts.contains { if case .image = $0 { true } else { false } }
        let content: JSONValue =
            hasImage ? .array(result.parts.compactMap(block).map { .object($0) }) : .string(result.text)
        var block: JSONObject = [
            "type": "tool_result", "tool_use_id": .string(id(result.callID)), "content": content,
        ]
        if result.isError { block["is_error"] = true }
        return block
    }

    private func id(_ id: String) -> String { CallID.short(id, most: 64) }

    private func resultsFirst(_ blocks: inout [JSONObject]) {
        let results = blocks.filter { $0["type"]?.string == "tool_result" }
        guard !results.isEmpty, results.count < blocks.count else { return }
        blocks = results + blocks.filter { $0["type"]?.string != "tool_result" }
    }

    /// The last two turns of the user: one is what the next step will find in the cache, the other is what this one finds.
    private func mark(_ messages: inout [Message]) {
        for index in messages.indices.filter({ messages[$0].isUser }).suffix(2) {
            let last = messages[index].blocks.count - 1
            messages[index].blocks[last]["cache_control"] = AnthropicChat.mark
        }
    }
}
