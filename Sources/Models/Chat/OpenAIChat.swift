import Domain
import HTTP
import Platform

/// `POST /chat/completions` of OpenAI, which nearly every other server answers too, and Azure's spelling of it.
/// https://platform.openai.com/docs/api-reference/chat
struct OpenAIChat: ChatInterface {
    let url: String
    let headers: [(String, String)]
    let dialect: OpenAIDialect
    private let model: String
    private let kind: OpenAIModel

    init(model: String, address: ServiceAddress, key: Secret?, _ dialect: OpenAIDialect) {
        url = address.root(orElse: "/v1") + "/chat/completions"
        headers = key.map { [("authorization", "Bearer " + $0.reveal)] } ?? []
        self.model = model
        self.dialect = dialect
        kind = OpenAIModel(model)
    }

    /// Azure: version 1, which takes the deployment as the model, or with an api-version the deployment's own path.
    init(azure model: String, address: ServiceAddress, key: Secret?, apiVersion: String?) {
        headers = key.map { [("api-key", $0.reveal)] } ?? []
        self.model = model
        dialect = .azure
        kind = OpenAIModel(model)
        if let apiVersion {
            url =
                address.root(orElse: "/openai") + "/deployments/\(percentEncoded(model))/chat/completions?api-version="
                + percentEncoded(apiVersion)
        } else {
            url = address.root(orElse: "/openai/v1") + "/chat/completions"
        }
    }

    func parser() -> any AnswerParser { OpenAIParser() }

    func body(_ request: ChatRequest) throws(ChatError) -> JSONValue {
        var body = JSONObject([("model", .string(model)), ("messages", .array(OpenAIMessages(dialect).all(request)))])
        addTools(request, to: &body)
        addLimits(request, to: &body)
        addReasoning(request.reasoning, to: &body)
        if let format = request.format { body["response_format"] = Self.format(format) }
        if let alternatives = request.topLogprobs {
            body["logprobs"] = true
            body["top_logprobs"] = .int(Int64(alternatives))
        }
        if dialect.isOpenAI, let key = request.cacheKey { body["prompt_cache_key"] = .string(key) }
        if dialect.isOpenAI, let verbosity = request.verbosity { body["verbosity"] = .string(verbosity) }
        body["stream"] = true
        if dialect.asksForUsage { body["stream_options"] = ["include_usage": true] }
        return .object(body)
    }

    private func addTools(_ request: ChatRequest, to body: inout JSONObject) {
        guard !request.tools.isEmpty else { return }
        body["tools"] = .array(request.tools.map(tool))
        body["tool_choice"] =
            switch request.toolChoice {
            case .automatic: "auto"
            case .required: "required"
            case .none: "none"
            case .named(let name): ["type": "function", "function": ["name": .string(name)]]
            }
        if dialect.takesParallelSwitch, !kind.isFirstReasoning {
            body["parallel_tool_calls"] = .bool(request.allowsParallelCalls)
        }
    }

    private func tool(_ tool: ChatTool) -> JSONValue {
        var function = JSONObject([
            ("name", .string(tool.name)), ("description", .string(tool.description)),
            ("parameters", tool.parameters.value),
        ])
        if tool.isStrict, dialect.takesStrictTools, let strict = StrictSchema.of(tool.parameters.value) {
            function["parameters"] = strict
            function["strict"] = true
        }
        return ["type": "function", "function": .object(function)]
    }

    private func addLimits(_ request: ChatRequest, to body: inout JSONObject) {
        if let most = request.maximumTokens { body[dialect.tokenLimit.rawValue] = .int(Int64(most)) }
        // Models that think take no other than their own.
        if let temperature = request.temperature, !kind.isReasoning { body["temperature"] = .double(temperature) }
    }

    private func addReasoning(_ wish: ReasoningWish, to body: inout JSONObject) {
        // OpenAI's other models refuse to be told.
        if dialect.tokenLimit == .completionTokens, !kind.isReasoning { return }
        switch dialect.reasoning {
        case .none: return
        case .effort:
            if let effort = wish.effort, wish.isEnabled != false { body["reasoning_effort"] = .string(effort) }
        case .object:
            var reasoning = JSONObject()
            if let tokens = wish.maximumTokens { reasoning["max_tokens"] = .int(Int64(tokens)) }
            // It takes one of the two.
            if let effort = wish.effort, wish.maximumTokens == nil { reasoning["effort"] = .string(effort) }
            if wish.isEnabled == false { reasoning = ["enabled": false] }
            if wish.isEnabled == true, reasoning.isEmpty { reasoning["enabled"] = true }
            if !reasoning.isEmpty { body["reasoning"] = .object(reasoning) }
        case .switched:
            if let isEnabled = wish.isEnabled { body["thinking"] = ["type": isEnabled ? "enabled" : "disabled"] }
        case .template:
            if let isEnabled = wish.isEnabled {
                body["chat_template_kwargs"] = ["enable_thinking": .bool(isEnabled)]
            }
            if let effort = wish.effort, wish.isEnabled != false { body["reasoning_effort"] = .string(effort) }
        }
    }

    private static func format(_ format: AnswerFormat) -> JSONValue {
        switch format {
        case .json: return ["type": "json_object"]
        case .schema(let name, let schema, let isStrict):
            let strict = isStrict ? StrictSchema.of(schema.value) : nil
            return [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(name), "schema": strict ?? schema.value, "strict": .bool(strict != nil),
                ],
            ]
        }
    }
}
