import Domain
import HTTP
import Platform

/// `POST /responses` of OpenAI, for its models that think: they keep their thoughts from step to step only here. Nothing
/// is stored there; thoughts come sealed and go back with the next request.
/// https://platform.openai.com/docs/api-reference/responses
struct ResponsesChat: ChatInterface {
    let url: String
    let headers: [(String, String)]
    private let model: String

    /// The service takes no lower limit.
    private static let leastTokens = 16

    init(model: String, address: ServiceAddress, key: Secret?) {
        url = address.root(orElse: "/v1") + "/responses"
        headers = key.map { [("authorization", "Bearer " + $0.reveal)] } ?? []
        self.model = model
    }

    func parser() -> any AnswerParser { ResponsesParser() }

    func body(_ request: ChatRequest) throws(ChatError) -> JSONValue {
        var body = JSONObject([("model", .string(model))])
        if !request.instructions.isEmpty { body["instructions"] = .string(request.instructions) }
        addTools(request, to: &body)
        body["input"] = .array(ResponsesItems.all(request.turns))
        if let most = request.maximumTokens {
            body["max_output_tokens"] = .int(Int64(max(Self.leastTokens, most)))
        }
        addReasoning(request.reasoning, to: &body)
        addText(request, to: &body)
        var included: [JSONValue] = ["reasoning.encrypted_content"]
        if let alternatives = request.topLogprobs {
            included.append("message.output_text.logprobs")
            body["top_logprobs"] = .int(Int64(alternatives))
        }
        body["include"] = .array(included)
        if let key = request.cacheKey { body["prompt_cache_key"] = .string(key) }
        body["store"] = false
        body["stream"] = true
        return .object(body)
    }

    private func addTools(_ request: ChatRequest, to body: inout JSONObject) {
        guard !request.tools.isEmpty else { return }
        body["tools"] = .array(
            request.tools.map { tool in
                let strict = tool.isStrict ? StrictSchema.of(tool.parameters.value) : nil
                return [
                    "type": "function", "name": .string(tool.name), "description": .string(tool.description),
                    "parameters": strict ?? tool.parameters.value, "strict": .bool(strict != nil),
                ]
            })
        body["tool_choice"] =
            switch request.toolChoice {
            case .automatic: "auto"
            case .required: "required"
            case .none: "none"
            case .named(let name): ["type": "function", "name": .string(name)]
            }
        body["parallel_tool_calls"] = .bool(request.allowsParallelCalls)
    }

    private func addReasoning(_ wish: ReasoningWish, to body: inout JSONObject) {
        var reasoning = JSONObject()
        if let effort = wish.effort, wish.isEnabled != false { reasoning["effort"] = .string(effort) }
        // Not unasked: some accounts are refused summaries.
        if wish.isEnabled == true { reasoning["summary"] = "auto" }
        if !reasoning.isEmpty { body["reasoning"] = .object(reasoning) }
    }

    private func addText(_ request: ChatRequest, to body: inout JSONObject) {
        var text = JSONObject()
        switch request.format {
        case nil: break
        case .json?: text["format"] = ["type": "json_object"]
        case .schema(let name, let schema, let isStrict)?:
            let strict = isStrict ? StrictSchema.of(schema.value) : nil
            text["format"] = [
                "type": "json_schema", "name": .string(name), "schema": strict ?? schema.value,
                "strict": .bool(strict != nil),
            ]
        }
        if let verbosity = request.verbosity { text["verbosity"] = .string(verbosity) }
        if !text.isEmpty { body["text"] = .object(text) }
    }
}
