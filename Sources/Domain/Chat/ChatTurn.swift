/// One turn of a conversation, as a model is shown it.
package enum ChatTurn: Sendable, Equatable {
    /// Only text and images.
    case user([ChatPart])
    case assistant([ChatPart], calls: [ChatToolCall])
    /// The results of all calls of the turn before.
    case tools([ChatToolResult])

    package static func user(_ text: String) -> ChatTurn { .user([.text(text)]) }
    package static func assistant(_ text: String) -> ChatTurn { .assistant([.text(text)], calls: []) }
}

package enum ChatPart: Sendable, Equatable {
    case text(String)
    case image(ChatImage)
    /// What the model thought. The signature, when there is one, goes back as it came.
    case reasoning(String, signature: String?)
    /// Thoughts that only the service can read.
    case redactedReasoning(String)

    package var text: String? { if case .text(let text) = self { text } else { nil } }
}

package enum ChatImage: Sendable, Equatable {
    case url(String)
    /// - data: base64.
    case inline(mediaType: String, data: String)
}

package struct ChatToolCall: Sendable, Equatable {
    /// As the model gave it; made up where the service has none.
    package var id: String
    package var name: String
    /// JSON text as the model wrote it, not checked.
    package var arguments: String
    /// Goes back as it came (Gemini's thought signature).
    package var signature: String?

    package init(id: String, name: String, arguments: String, signature: String? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
    }
}

package struct ChatToolResult: Sendable, Equatable {
    package let callID: String
    package let name: String
    package let parts: [ChatPart]
    package let isError: Bool

    package init(callID: String, name: String, parts: [ChatPart], isError: Bool) {
        self.callID = callID
        self.name = name
        self.parts = parts
        self.isError = isError
    }

    package var text: String { parts.compactMap(\.text).joined(separator: "\n") }
}
