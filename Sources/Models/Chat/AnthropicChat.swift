import Domain
import HTTP
import Platform

/// `POST /v1/messages` of Anthropic.
struct AnthropicChat: ChatInterface {
    private let url: String
    private let headers: [(String, String)]
    private let model: String

    init(_ chat: RemoteChat) {
        // People give the address with and without the version.
        let root = chat.address.text
        url = root + (root.hasSuffix("/v1") ? "/messages" : "/v1/messages")
        headers = [("anthropic-version", "2023-06-01")] + (chat.key.map { [("x-api-key", $0.reveal)] } ?? [])
        model = chat.handle.model
    }

    func request(_ request: ChatRequest) -> ClientRequest {
        var body = JSONObject([
            ("model", .string(model)), ("max_tokens", .int(Int64(request.maximumTokens ?? 4096))),
            ("system", .string(request.instructions)),
            (
                "messages",
                .array(request.turns.map { ["role": .string($0.role), "content": .string($0.text)] })
            ),
        ])
        if let temperature = request.temperature { body["temperature"] = .double(temperature) }
        return .post(url, headers, .object(body))
    }

    func answer(in body: JSONValue) throws(UnusableAnswer) -> ChatAnswer {
        guard let content = body["content"]?.array else { throw UnusableAnswer("has no list \"content\"") }
        let text = content.compactMap { $0["type"]?.string == "text" ? $0["text"]?.string : nil }.joined()
        let end: ChatAnswer.End =
            switch body["stop_reason"]?.string {
            case "end_turn", "stop_sequence": .finished
            case "max_tokens", "model_context_window_exceeded": .tooLong
            case "refusal": .refused
            default: .other
            }
        return ChatAnswer(text: text, end: end)
    }
}
