import Domain
import Platform

/// The turns of a conversation as `messages` of chat completions.
struct OpenAIMessages {
    private let dialect: OpenAIDialect

    init(_ dialect: OpenAIDialect) { self.dialect = dialect }

    func all(_ request: ChatRequest) -> [JSONValue] {
        var messages: [JSONValue] = []
        if !request.instructions.isEmpty {
            messages.append(["role": "system", "content": .string(request.instructions)])
        }
        for turn in request.turns {
            switch turn {
            case .user(let parts): messages.append(["role": "user", "content": content(parts)])
            case .assistant(let parts, let calls): messages += assistant(parts, calls)
            case .tools(let results): messages += tools(results)
            }
        }
        return messages
    }

    private func assistant(_ parts: [ChatPart], _ calls: [ChatToolCall]) -> [JSONValue] {
        let text = parts.compactMap(\.text).joined()
        guard !text.isEmpty || !calls.isEmpty else { return [] }
        var message = JSONObject([("role", "assistant"), ("content", text.isEmpty ? .null : .string(text))])
        if dialect.reasoning == .object, let details = details(parts) { message["reasoning_details"] = details }
        guard !calls.isEmpty else { return [.object(message)] }
        if dialect.wantsReasoningBack {
            let thoughts = parts.compactMap { if case .reasoning(let text, _) = $0 { text } else { nil } }.joined()
            if !thoughts.isEmpty { message["reasoning_content"] = .string(thoughts) }
        }
        message["tool_calls"] = .array(
            calls.map { call in
                [
                    "id": .string(id(call.id)), "type": "function",
                    "function": [
                        "name": .string(call.name),
                        "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
                    ],
                ]
            })
        return [.object(message)]
    }

    /// What OpenRouter gave to be handed back, in one list.
    private func details(_ parts: [ChatPart]) -> JSONValue? {
        var details: [JSONValue] = []
        for case .reasoning(_, let signature) in parts {
            guard let text = TaggedSignature.openRouter.unwrap(signature) else { continue }
            // It is this program's own text: what is damaged is left out.
            details += (try? JSONValue(parsing: text))?.array ?? []
        }
        return details.isEmpty ? nil : .array(details)
    }

    /// A result holds only text, so images follow as if the user had sent them.
    private func tools(_ results: [ChatToolResult]) -> [JSONValue] {
        var messages: [JSONValue] = []
        var shown: [ChatPart] = []
        for result in results {
            messages.append([
                "role": "tool", "tool_call_id": .string(id(result.callID)), "content": .string(result.text),
            ])
            let images = result.parts.filter { if case .image = $0 { true } else { false } }
            if !images.isEmpty { shown += [.text("Images that \(result.name) returned:")] + images }
        }
        if !shown.isEmpty { messages.append(["role": "user", "content": content(shown)]) }
        return messages
    }

    private func content(_ parts: [ChatPart]) -> JSONValue {
        let hasImage = parts.contains { if case .image = $0 { true } else { false } }
        // Some servers take nothing but a string.
        guard hasImage else { return .string(parts.compactMap(\.text).joined(separator: "\n")) }
        return .array(
            parts.compactMap { part in
                switch part {
                case .text(let text): text.isEmpty ? nil : ["type": "text", "text": .string(text)]
                case .image(let image): ["type": "image_url", "image_url": ["url": .string(image.address)]]
                case .reasoning, .redactedReasoning: nil
                }
            })
    }

    private func id(_ id: String) -> String {
        switch dialect.callIDs {
        case .short: CallID.short(id, most: 29)
        case .nine: CallID.nine(id)
        }
    }
}

extension ChatImage {
    /// An address of the web, or one that holds the image itself.
    var address: String {
        switch self {
        case .url(let url): url
        case .inline(let type, let data): "data:\(type);base64,\(data)"
        }
    }
}
