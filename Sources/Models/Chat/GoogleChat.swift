import Domain
import HTTP
import Platform

/// `models/NAME:generateContent` of Google's Gemini. The key goes in a header: addresses are logged on their way.
struct GoogleChat: ChatInterface {
    private let url: String
    private let headers: [(String, String)]

    init(_ chat: RemoteChat) {
        url = chat.address.root(orElse: "/v1beta") + "/models/\(percentEncoded(chat.handle.model)):generateContent"
        headers = chat.key.map { [("x-goog-api-key", $0.reveal)] } ?? []
    }

    func request(_ request: ChatRequest) -> ClientRequest {
        let contents = request.turns.map { turn -> JSONValue in
            ["role": turn.role == "user" ? "user" : "model", "parts": [["text": .string(turn.text)]]]
        }
        var configuration = JSONObject([("maxOutputTokens", .int(Int64(request.maximumTokens ?? 4096)))])
        if let temperature = request.temperature { configuration["temperature"] = .double(temperature) }
        return .post(
            url, headers,
            [
                "systemInstruction": ["parts": [["text": .string(request.instructions)]]], "contents": .array(contents),
                "generationConfig": .object(configuration),
            ])
    }

    func answer(in body: JSONValue) throws(UnusableAnswer) -> ChatAnswer {
        // What is blocked has no candidates.
        if body["promptFeedback"]?["blockReason"]?.string != nil { return ChatAnswer(text: "", end: .refused) }
        guard let candidate = body["candidates"]?.array?.first else {
            throw UnusableAnswer("has no list \"candidates\"")
        }
        let parts = (candidate["content"]?["parts"]?.array ?? []).filter { $0["thought"]?.bool != true }
        let end: ChatAnswer.End =
            switch candidate["finishReason"]?.string {
            case "STOP": .finished
            case "MAX_TOKENS": .tooLong
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII": .refused
            default: .other
            }
        return ChatAnswer(text: parts.compactMap { $0["text"]?.string }.joined(), end: end)
    }
}
