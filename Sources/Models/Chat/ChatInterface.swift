import Domain
import HTTP
import Platform

/// How a service spells a request for an answer, and the answer.
protocol ChatInterface: Sendable {
    func request(_ request: ChatRequest) -> ClientRequest

    /// - Parameter body: of an answer of status 200.
    func answer(in body: JSONValue) throws(UnusableAnswer) -> ChatAnswer
}

extension RemoteChat {
    var interface: any ChatInterface {
        switch provider.interface {
        case .openAI(let tokenLimit): OpenAIChat(self, tokenLimit: tokenLimit)
        case .azure: OpenAIChat(azure: self)
        case .anthropic: AnthropicChat(self)
        case .google: GoogleChat(self)
        }
    }
}

extension ChatTurn {
    var role: String { if case .assistant = self { "assistant" } else { "user" } }

    var text: String {
        switch self {
        case .user(let parts), .assistant(let parts, _): parts.compactMap(\.text).joined(separator: "\n")
        case .tools(let results): results.map(\.text).joined(separator: "\n")
        }
    }
}
