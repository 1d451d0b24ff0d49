import Domain
import HTTP
import Platform

/// `models/NAME:streamGenerateContent` of Google's Gemini. The key goes in a header: addresses are logged on their way.
/// https://ai.google.dev/api/generate-content
struct GoogleChat: ChatInterface {
    let url: String
    let headers: [(String, String)]
    private let model: String

    init(model: String, address: ServiceAddress, key: Secret?) {
        url = address.root(orElse: "/v1beta") + "/models/\(percentEncoded(model)):streamGenerateContent?alt=sse"
        headers = Self.headers(key)
        self.model = model
    }

    static func headers(_ key: Secret?) -> [(String, String)] { key.map { [("x-goog-api-key", $0.reveal)] } ?? [] }

    func parser() -> any AnswerParser { GoogleParser() }

    func body(_ request: ChatRequest) throws(ChatError) -> JSONValue {
        var body = JSONObject()
        if !request.instructions.isEmpty {
            body["systemInstruction"] = ["parts": [["text": .string(request.instructions)]]]
        }
        addTools(request, to: &body)
        body["contents"] = .array(GoogleContents(needsSignatures: isThird).all(request.turns))
        let configuration = configuration(request)
        if !configuration.isEmpty { body["generationConfig"] = .object(configuration) }
        return .object(body)
    }

    /// From the third generation on calls have signatures, and effort has levels.
    private var isThird: Bool {
        guard model.hasPrefix("gemini-") else { return false }
        return (Int(model.dropFirst(7).prefix(while: \.isNumber)) ?? 0) >= 3
    }

    private func addTools(_ request: ChatRequest, to body: inout JSONObject) {
        guard !request.tools.isEmpty else { return }
        let functions = request.tools.map { tool -> JSONValue in
            var function = JSONObject([
                ("name", .string(tool.name)), ("description", .string(tool.description)),
            ])
            // An object without members is refused.
            let parameters = GeminiSchema.of(tool.parameters.value)
            if parameters["properties"] != nil { function["parameters"] = parameters }
            return .object(function)
        }
        body["tools"] = [["functionDeclarations": .array(functions)]]
        var mode: JSONObject =
            switch request.toolChoice {
            case .automatic: ["mode": "AUTO"]
            case .required, .named: ["mode": "ANY"]
            case .none: ["mode": "NONE"]
            }
        if case .named(let name) = request.toolChoice { mode["allowedFunctionNames"] = [.string(name)] }
        body["toolConfig"] = ["functionCallingConfig": .object(mode)]
    }

    private func configuration(_ request: ChatRequest) -> JSONObject {
        var configuration = JSONObject()
        if let most = request.maximumTokens { configuration["maxOutputTokens"] = .int(Int64(most)) }
        if let temperature = request.temperature { configuration["temperature"] = .double(temperature) }
        switch request.format {
        case nil: break
        case .json?: configuration["responseMimeType"] = "application/json"
        case .schema(_, let schema, _)?:
            configuration["responseMimeType"] = "application/json"
            configuration["responseSchema"] = GeminiSchema.of(schema.value)
        }
        if let alternatives = request.topLogprobs {
            configuration["responseLogprobs"] = true
            configuration["logprobs"] = .int(Int64(alternatives))
        }
        if let thinking = thinking(request.reasoning) { configuration["thinkingConfig"] = thinking }
        return configuration
    }

    private func thinking(_ wish: ReasoningWish) -> JSONValue? {
        // `gemini-2.0` and earlier know nothing of it.
        guard isThird || model.contains("2.5") else { return nil }
        if wish.isEnabled == false { return isThird ? ["thinkingLevel": "low"] : ["thinkingBudget": 0] }
        guard wish != ReasoningWish() else { return nil }
        var thinking: JSONObject = ["includeThoughts": true]
        if isThird {
            if let effort = wish.effort { thinking["thinkingLevel"] = .string(Self.level(effort)) }
        } else if let budget = wish.maximumTokens {
            thinking["thinkingBudget"] = .int(Int64(budget))
        }
        return .object(thinking)
    }

    private static func level(_ effort: String) -> String {
        switch effort {
        case "none", "minimal", "low": "low"
        case "medium": "medium"
        default: "high"
        }
    }
}
