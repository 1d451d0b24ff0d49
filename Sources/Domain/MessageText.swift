package import Platform

/// What older agent types wrap a turn in before they store it (wire notes, section 10): `{"type": "user_message",
/// "message": …, "time": …}` around what a user says, `{"status": "OK", "message": …, "time": …}` around a tool's result.
package enum MessageEnvelope {
    /// The text inside a user's envelope; other text, and events such as a login, as they are.
    package static func userText(_ text: String) -> String {
        guard let envelope = object(text), let type = envelope["type"]?.string,
            type == "user_message" || type == "system_alert"
        else { return text }
        return envelope["message"]?.string ?? text
    }

    /// True for what no person said: a login or a heartbeat.
    package static func isEvent(_ text: String) -> Bool {
        guard let type = object(text)?["type"]?.string else { return false }
        return type == "login" || type == "heartbeat"
    }

    /// What a tool returned, and whether it failed; nil when there is no envelope. Values that are no text are given as
    /// JSON, and nothing as `None`.
    package static func toolReturn(_ text: String) -> (text: String, failed: Bool)? {
        guard let envelope = object(text), let status = envelope["status"]?.string, let message = envelope["message"]
        else { return nil }
        let text: String
        switch message {
        case .string(let value): text = value
        case .null: text = "None"
        default: text = message.text
        }
        return (text, status != "OK")
    }

    /// A turn that is JSON starts with a brace; most do not, and are not parsed.
    private static func object(_ text: String) -> JSONObject? {
        guard text.utf8.first(where: { $0 != 0x20 && $0 != 0x0A }) == UInt8(ascii: "{") else { return nil }
        // Text that only looks like JSON is plain text.
        return (try? JSONValue(parsing: text))?.object
    }
}

extension Message {
    /// What search finds this message by: what was said, without envelopes, events and the system prompt.
    package var searchText: String {
        switch role {
        case .system, .approval: return ""
        case .user, .summary:
            let text = plainText
            return MessageEnvelope.isEvent(text) ? "" : MessageEnvelope.userText(text)
        case .assistant:
            let spoken = spokenCalls.map(\.text)
            return ([plainText] + spoken).filter { !$0.isEmpty }.joined(separator: "\n")
        case .tool:
            let text = plainText.isEmpty ? (toolReturns?.value.array?.first?["func_response"]?.string ?? "") : plainText
            return MessageEnvelope.toolReturn(text)?.text ?? text
        }
    }

    /// Calls of `send_message`, by which older agent types speak to the user: their place among the tool calls and text.
    package var spokenCalls: [(index: Int, text: String)] { spokenCalls(tool: "send_message", argument: "message") }

    package func spokenCalls(tool: String, argument: String) -> [(index: Int, text: String)] {
        (toolCalls?.value.array ?? []).enumerated().compactMap { index, call in
            guard let function = call["function"], function["name"]?.string == tool,
                let arguments = function["arguments"]?.string
            else { return nil }
            // Arguments that are not JSON are shown as an ordinary tool call.
            guard let text = (try? JSONValue(parsing: arguments))?[argument]?.string else { return nil }
            return (index, text)
        }
    }
}

/// Which stored messages a list shows.
package struct MessageFilter: Sendable {
    package enum Conversation: Sendable, Equatable {
        case any
        /// The agent's own thread.
        case main
        case one(String)

        /// As the contract names it: nothing, `default`, or an id.
        package init(_ text: String?) {
            switch text {
            case nil: self = .any
            case "default": self = .main
            case .some(let id): self = .one(id)
            }
        }
    }

    package var agentID: String?
    package var conversation = Conversation.any
    package var groupID: String?
    package var runID: String?
    package var stepID: String?
    package var projectID: String?
    package var templateID: String?
    /// Empty means all.
    package var roles: [Message.Role] = []
    /// Inclusive bounds of the date.
    package var start: Timestamp?
    package var end: Timestamp?
    package var includesErrors = false

    package init() {}
}

/// How messages are searched, in the contract's words.
package enum MessageSearchMode: String, Sendable, CaseIterable {
    /// By words.
    case fts
    /// By meaning.
    case vector
    /// By both.
    case hybrid
}

/// A message that a search found.
package struct MessageMatch: Sendable {
    package let message: Message
    /// Greater for a better match, comparable within one search; 0 when nothing but filters was asked for.
    package var score = 0.0
    /// Its places among those that were found by words and by meaning, from 1; nil where it was not.
    package var textRank: Int?
    package var vectorRank: Int?

    package init(message: Message) { self.message = message }

    /// Reciprocal ranks of both lists, with the customary constant.
    package var fusedScore: Double {
        [textRank, vectorRank].compactMap { $0 }.reduce(0) { $0 + 1 / Double(60 + $1) }
    }
}

/// What a search through messages found, best first.
package struct MessageResults: Sendable {
    package var matches: [MessageMatch] = []
    /// How it was searched: by words where there are no vectors, whatever was asked for. Nil when only filters were.
    package var mode: MessageSearchMode?
    package var agentTypes: [String: AgentType] = [:]

    package init() {}
}
