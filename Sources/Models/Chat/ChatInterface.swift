import Domain
import HTTP
import Platform

/// How a service spells a request for an answer, and the answer.
protocol ChatInterface: Sendable {
    /// Where the request goes, and with which fields.
    var url: String { get }
    var headers: [(String, String)] { get }

    /// The body of a request for a streamed answer. The same request gives the same bytes, and one with more turns begins
    /// with the same: services find what they have seen before by its beginning.
    /// - Throws: `ChatError(.refused)` for what the service cannot be asked.
    func body(_ request: ChatRequest) throws(ChatError) -> JSONValue

    func parser() -> any AnswerParser
}

/// Takes the events of one streamed answer. It depends on nothing but what it is fed.
protocol AnswerParser: Sendable {
    /// - Throws: `ServiceRefusal` for an error that the stream tells, `UnusableAnswer`.
    mutating func take(_ event: ReceivedEvent, _ deltas: inout [ChatDelta]) throws

    /// Takes an answer that came as one JSON value, from a server that does not stream.
    /// - Throws: as `take`.
    mutating func take(whole: JSONValue, _ deltas: inout [ChatDelta]) throws

    /// Nothing more comes. Adds what was held back.
    mutating func finish(_ deltas: inout [ChatDelta]) throws
}

extension RemoteChat {
    static func interface(
        _ handle: ModelHandle, _ provider: ChatProvider, at address: ServiceAddress, key: Secret?, apiVersion: String?
    ) -> any ChatInterface {
        let name = handle.model
        let isHome = provider.baseURL.flatMap { ServiceAddress($0) }?.shownHost == address.shownHost
        switch provider.interface {
        case .openAI(let dialect):
            if dialect.isOpenAI, isHome, OpenAIModel(name).isReasoning {
                return ResponsesChat(model: name, address: address, key: key)
            }
            return OpenAIChat(
                model: name, address: address, key: key, isHome ? dialect : dialect.elsewhere(model: name))
        case .azure: return OpenAIChat(azure: name, address: address, key: key, apiVersion: apiVersion)
        case .anthropic: return AnthropicChat(model: name, address: address, key: key)
        case .google: return GoogleChat(model: name, address: address, key: key)
        }
    }
}
