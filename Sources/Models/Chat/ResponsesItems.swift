import Domain
import Platform

/// The turns of a conversation as `input` of responses: messages, thoughts, calls and their outputs, one after the other.
enum ResponsesItems {
    static func all(_ turns: [ChatTurn]) -> [JSONValue] {
        turns.flatMap { turn -> [JSONValue] in
            switch turn {
            case .user(let parts): [["role": "user", "content": content(parts)]]
            case .assistant(let parts, let calls): assistant(parts, calls)
            case .tools(let results): results.map(output)
            }
        }
    }

    private static func assistant(_ parts: [ChatPart], _ calls: [ChatToolCall]) -> [JSONValue] {
        // Thoughts that nothing came of are refused.
        let last = calls.isEmpty ? parts.lastIndex { $0.text?.isEmpty == false } ?? 0 : parts.count
        var items: [JSONValue] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let text) where !text.isEmpty:
                items.append(["role": "assistant", "content": .string(text)])
            case .reasoning(_, let signature) where index < last:
                if let item = thoughts(signature) { items.append(item) }
            case .text, .image, .reasoning, .redactedReasoning: break
            }
        }
        return items
            + calls.map { call in
                [
                    "type": "function_call", "call_id": .string(id(call.id)), "name": .string(call.name),
                    "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
                ]
            }
    }

    /// The item as it came.
    private static func thoughts(_ signature: String?) -> JSONValue? {
        guard let text = TaggedSignature.openAI.unwrap(signature) else { return nil }
        // It is this program's own text: what is damaged is left out.
        return try? JSONValue(parsing: text)
    }

    private static func output(_ result: ChatToolResult) -> JSONValue {
        let hasImage = result.parts.contains { if case .image = $0 { true } else { false } }
        return [
            "type": "function_call_output", "call_id": .string(id(result.callID)),
            "output": hasImage ? content(result.parts) : .string(result.text),
        ]
    }

    private static func content(_ parts: [ChatPart]) -> JSONValue {
        let hasImage = parts.contains { if case .image = $0 { true } else { false } }
        guard hasImage else { return .string(parts.compactMap(\.text).joined(separator: "\n")) }
        return .array(
            parts.compactMap { part in
                switch part {
                case .text(let text): text.isEmpty ? nil : ["type": "input_text", "text": .string(text)]
                case .image(let image):
                    ["type": "input_image", "image_url": .string(image.address), "detail": "auto"]
                case .reasoning, .redactedReasoning: nil
                }
            })
    }

    private static func id(_ id: String) -> String { CallID.short(id, most: 29) }
}
