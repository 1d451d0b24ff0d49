import Domain
import HTTP
import Platform

/// `POST /chat/completions` of OpenAI, which Ollama, vLLM, LM Studio and many others answer too, and Azure's spelling of it.
struct OpenAIChat: ChatInterface {
    private let url: String
    private let headers: [(String, String)]
    private let model: String
    /// What the limit of an answer is called.
    private let tokenLimit: String

    init(_ chat: RemoteChat, tokenLimit: String) {
        url = chat.address.root(orElse: "/v1") + "/chat/completions"
        headers = chat.key.map { [("authorization", "Bearer " + $0.reveal)] } ?? []
        model = chat.handle.model
        self.tokenLimit = tokenLimit
    }

    /// Azure: version 1, which takes the deployment as the model, or with an api-version the deployment's own path.
    init(azure chat: RemoteChat) {
        headers = chat.key.map { [("api-key", $0.reveal)] } ?? []
        model = chat.handle.model
        tokenLimit = "max_completion_tokens"
        if let version = chat.apiVersion {
            url =
                chat.address.root(orElse: "/openai")
                + "/deployments/\(percentEncoded(model))/chat/completions?api-version="
                + percentEncoded(version)
        } else {
            url = chat.address.root(orElse: "/openai/v1") + "/chat/completions"
        }
    }

    func request(_ request: ChatRequest) -> ClientRequest {
        var messages: [JSONValue] = [["role": "system", "content": .string(request.instructions)]]
        messages += request.turns.map { ["role": .string($0.role), "content": .string($0.text)] }
        var body = JSONObject([
            ("model", .string(model)), ("messages", .array(messages)),
            (tokenLimit, .int(Int64(request.maximumTokens ?? 4096))),
        ])
        if let temperature = request.temperature { body["temperature"] = .double(temperature) }
        return .post(url, headers, .object(body))
    }

    func answer(in body: JSONValue) throws(UnusableAnswer) -> ChatAnswer {
        guard let choice = body["choices"]?.array?.first, let message = choice["message"] else {
            throw UnusableAnswer("has no list \"choices\" with a message")
        }
        let parts = (message["content"]?.array ?? []).compactMap { $0["text"]?.string }
        let text = message["content"]?.string ?? parts.joined()
        let isRefused = message["refusal"]?.string != nil
        let end: ChatAnswer.End =
            switch choice["finish_reason"]?.string {
            case _ where isRefused: .refused
            case "stop": .finished
            case "length": .tooLong
            case "content_filter": .refused
            default: .other
            }
        return ChatAnswer(text: text, end: end)
    }
}
