import Domain
import Platform

/// The turns of a conversation as `contents` of Gemini.
struct GoogleContents {
    /// Calls of the models of the third generation have signatures, and are refused without.
    private let needsSignatures: Bool

    /// What the service takes for the signature of a call that another model made.
    /// https://ai.google.dev/gemini-api/docs/thought-signatures
    private static let noSignature = "skip_thought_signature_validator"

    init(needsSignatures: Bool) { self.needsSignatures = needsSignatures }

    func all(_ turns: [ChatTurn]) -> [JSONValue] {
        var contents: [(role: String, parts: [JSONValue])] = []
        for turn in turns {
            let (role, parts) = content(turn)
            if parts.isEmpty { continue }
            if contents.last?.role == role {
                contents[contents.count - 1].parts += parts
            } else {
                contents.append((role, parts))
            }
        }
        return contents.map { ["role": .string($0.role), "parts": .array($0.parts)] }
    }

    private func content(_ turn: ChatTurn) -> (role: String, parts: [JSONValue]) {
        switch turn {
        case .user(let parts): return ("user", parts.compactMap(part))
        case .assistant(let parts, let calls):
            let called = calls.enumerated().map { part($0.element, isFirst: $0.offset == 0) }
            return ("model", parts.compactMap(part) + called)
        case .tools(let results): return ("user", results.flatMap(parts))
        }
    }

    private func part(_ part: ChatPart) -> JSONValue? {
        switch part {
        case .text(let text): return text.isEmpty ? nil : ["text": .string(text)]
        case .image(.inline(let type, let data)):
            return ["inlineData": ["mimeType": .string(type), "data": .string(data)]]
        case .image(.url(let url)):
            return ["fileData": ["mimeType": .string(Self.mediaType(url)), "fileUri": .string(url)]]
        case .reasoning(let text, let signature):
            guard let signature = TaggedSignature.google.unwrap(signature) else { return nil }
            // A signature that came without thoughts is of the text before it.
            if text.isEmpty { return ["text": "", "thoughtSignature": .string(signature)] }
            return ["text": .string(text), "thought": true, "thoughtSignature": .string(signature)]
        case .redactedReasoning: return nil
        }
    }

    private func part(_ call: ChatToolCall, isFirst: Bool) -> JSONValue {
        var part: JSONObject = [
            "functionCall": ["name": .string(call.name), "args": JSONArguments.object(call.arguments)]
        ]
        if let signature = TaggedSignature.google.unwrap(call.signature) {
            part["thoughtSignature"] = .string(signature)
        } else if needsSignatures, isFirst {
            part["thoughtSignature"] = .string(Self.noSignature)
        }
        return .object(part)
    }

    private func parts(_ result: ChatToolResult) -> [JSONValue] {
        let images = result.parts.filter { if case .image = $0 { true } else { false } }
        let said: JSONValue = [
            "functionResponse": [
                "name": .string(result.name),
                "response": [result.isError ? "error" : "output": .string(result.text)],
            ]
        ]
        return [said] + images.compactMap(part)
    }

    private static func mediaType(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let types = [".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp", ".gif": "gif", ".heic": "heic"]
        return "image/" + (types.first { path.hasSuffix($0.key) }?.value ?? "png")
    }
}
