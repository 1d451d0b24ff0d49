package import Domain
package import Platform

/// A change to the text of a stored message, in the words of one of the messages that it is shown as.
package enum MessageEdit: Sendable {
    /// Content parts of a system, user or assistant message.
    case content(Message.Role, JSONText)
    case reasoning(String)

    func applied(to current: Message) throws -> Message {
        var message = current
        switch self {
        case .content(let role, let content):
            guard current.role == role || (role == .user && current.role == .summary) else { throw wrongRole(current) }
            if role == .assistant, let call = current.spokenCalls.first {
                message.toolCalls = try rewritten(current, call.index, content)
            } else if role == .assistant {
                message.content = replacingText(of: current, by: content)
            } else {
                message.content = content
            }
        case .reasoning(let text):
            guard current.role == .assistant else { throw wrongRole(current) }
            message.content = try replacingReasoning(of: current, by: text)
        }
        return message
    }

    private func wrongRole(_ message: Message) -> Refusal {
        .invalid("The message has the role '\(message.role.rawValue)'. Send the message_type that fits it.")
    }

    /// What the assistant said through `send_message` stands in the call's arguments.
    private func rewritten(_ message: Message, _ index: Int, _ content: JSONText) throws -> JSONText {
        var calls = message.toolCalls?.value.array ?? []
        var edited = message
        edited.content = content
        var call = calls[index].object ?? JSONObject()
        var function = call["function"]?.object ?? JSONObject()
        // The arguments were read to find this call, so they are JSON.
        var arguments = (try? JSONValue(parsing: function["arguments"]?.string ?? ""))?.object ?? JSONObject()
        arguments["message"] = .string(edited.plainText)
        function["arguments"] = .string(JSONValue.object(arguments).text)
        call["function"] = .object(function)
        calls[index] = .object(call)
        return JSONText(.array(calls))
    }

    /// The new parts take the place of the old text; reasoning beside it stays.
    private func replacingText(of message: Message, by content: JSONText) -> JSONText {
        let kept = (message.content?.value.array ?? []).filter { $0["type"]?.string != "text" }
        return JSONText(.array(kept + (content.value.array ?? [])))
    }

    private func replacingReasoning(of message: Message, by text: String) throws -> JSONText {
        var parts = message.content?.value.array ?? []
        let native = parts.firstIndex { $0["type"]?.string == "reasoning" }
        // Types that speak by send_message think in plain text.
        guard let index = native ?? parts.firstIndex(where: { $0["type"]?.string == "text" }) else {
            throw Refusal.invalid("The message has no reasoning to change.")
        }
        var part = parts[index].object ?? JSONObject()
        part[native == nil ? "text" : "reasoning"] = .string(text)
        parts[index] = .object(part)
        return JSONText(.array(parts))
    }
}
