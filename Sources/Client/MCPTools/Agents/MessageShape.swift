import Platform

/// Messages as tools show them: who said what, cut where it is long.
enum MessageShape {
    static let longest = 1000

    /// A message of the API's lists, or one as it is stored.
    static func compact(_ message: JSONValue) -> JSONValue {
        var shown = ShortForm.members(["id"], of: message)
        shown["type"] = message["message_type"] ?? message["role"]
        shown["date"] = message["date"] ?? message["created_at"]
        if let text = text(of: message), !text.isEmpty {
            shown["text"] = .string(ShortText.beginning(of: text, longest))
        }
        let calls = calls(of: message).map { call in
            ShortForm.members(["name", "arguments"], of: call["function"] ?? call)
        }
        if !calls.isEmpty {
            shown["tool_calls"] = .array(
                calls.map { call in
                    var call = call
                    if let text = call["arguments"]?.string {
                        call["arguments"] = .string(ShortText.beginning(of: text, longest))
                    }
                    return .object(call)
                })
        }
        if let status = message["status"], !status.isNull { shown["status"] = status }
        return .object(shown)
    }

    /// What a message says, whatever its type; nil when it says nothing.
    static func text(of message: JSONValue) -> String? {
        if let text = text(of: message, in: ["content", "reasoning", "tool_return", "summary"]) { return text }
        let returns = (message["tool_returns"]?.array ?? []).compactMap {
            text(inContent: $0["tool_return"] ?? $0["func_response"] ?? .null)
        }
        return returns.isEmpty ? nil : returns.joined(separator: "\n")
    }

    /// What the first of some members says.
    static func text(of message: JSONValue, in members: [String]) -> String? {
        for name in members { if let value = message[name], let text = text(inContent: value) { return text } }
        return nil
    }

    /// Content is a text, or a list of parts of which some have one.
    static func text(inContent content: JSONValue) -> String? {
        if let text = content.string { return text }
        let parts = content.array?.compactMap { part in
            part["text"]?.string ?? part["reasoning"]?.string ?? (part["type"]?.string).map { "[\($0)]" }
        }
        return parts?.joined(separator: "\n")
    }

    /// The calls of a message, which newer servers list and older ones give singly.
    static func calls(of message: JSONValue) -> [JSONValue] {
        switch message["tool_calls"] {
        case .array(let calls)? where !calls.isEmpty: calls
        case .object(let call)?: [.object(call)]
        default: message["tool_call"].flatMap { $0.object == nil ? nil : [$0] } ?? []
        }
    }
}
