import Domain
import HTTP
import Platform

/// `POST /v1/messages` of Anthropic. https://docs.anthropic.com/en/api/messages
struct AnthropicChat: ChatInterface {
    let url: String
    let headers: [(String, String)]
    private let name: String
    private let model: AnthropicModel

    init(model name: String, address: ServiceAddress, key: Secret?) {
        // People give the address with and without the version.
        url = address.text + (address.text.hasSuffix("/v1") ? "/messages" : "/v1/messages")
        headers = Self.headers(key)
        self.name = name
        model = AnthropicModel(name)
    }

    static func headers(_ key: Secret?) -> [(String, String)] {
        [("anthropic-version", "2023-06-01")] + (key.map { [("x-api-key", $0.reveal)] } ?? [])
    }

    func parser() -> any AnswerParser { AnthropicParser() }

    func body(_ request: ChatRequest) throws(ChatError) -> JSONValue {
        let thinking = thinking(request)
        var most = request.maximumTokens ?? model.usualLimit
        // Thoughts count: without a limit of the caller's there is room for an answer after them.
        if case .budget(let tokens)? = thinking, request.maximumTokens == nil { most += tokens }
        var body = JSONObject([("model", .string(name)), ("max_tokens", .int(Int64(most)))])
        addSystem(request, to: &body)
        addTools(request, to: &body)
        body["messages"] = .array(AnthropicMessages(keepsThoughts: thinking != nil).all(request.turns))
        addThinking(thinking, request, to: &body)
        if let temperature = request.temperature, model.takesTemperature, thinking == nil {
            body["temperature"] = .double(min(1, temperature))
        }
        body["stream"] = true
        return .object(body)
    }

    static let mark: JSONValue = ["type": "ephemeral"]

    private func addSystem(_ request: ChatRequest, to body: inout JSONObject) {
        var blocks: [JSONValue] = []
        if !request.instructions.isEmpty {
            blocks.append(["type": "text", "text": .string(request.instructions), "cache_control": Self.mark])
        }
        if let wish = formatWish(request.format) { blocks.append(["type": "text", "text": .string(wish)]) }
        if !blocks.isEmpty { body["system"] = .array(blocks) }
    }

    /// What cannot be asked for in another way is asked for in words.
    private func formatWish(_ format: AnswerFormat?) -> String? {
        switch format {
        case nil: nil
        case .json?: "Answer with one JSON object and nothing else."
        case .schema(_, let schema, let isStrict)?:
            model.keepsSchema && isStrict && StrictSchema.of(schema.value) != nil
                ? nil : "Answer with one JSON object and nothing else. It fits this JSON schema: \(schema.text)"
        }
    }

    private func addTools(_ request: ChatRequest, to body: inout JSONObject) {
        guard !request.tools.isEmpty else { return }
        var tools = request.tools.map { tool in
            JSONObject([
                ("name", .string(tool.name)), ("description", .string(tool.description)),
                ("input_schema", tool.parameters.value),
            ])
        }
        tools[tools.count - 1]["cache_control"] = Self.mark
        body["tools"] = .array(tools.map { .object($0) })
        var choice: JSONObject =
            switch request.toolChoice {
            case .automatic: ["type": "auto"]
            case .required: ["type": "any"]
            case .named(let name): ["type": "tool", "name": .string(name)]
            case .none: ["type": "none"]
            }
        if request.toolChoice != .none, !request.allowsParallelCalls { choice["disable_parallel_tool_use"] = true }
        body["tool_choice"] = .object(choice)
    }

    // MARK: Thinking

    private enum Thinking: Equatable {
        case budget(Int)
        case adaptive
    }

    private static let leastBudget = 1024

    /// Nil when the model is not asked to think: nobody wishes it, it cannot, or the service would refuse.
    private func thinking(_ request: ChatRequest) -> Thinking? {
        let wish = request.reasoning
        guard wish.isEnabled ?? (wish.maximumTokens != nil), model.thinking != .none else { return nil }
        // A call that is forced goes without thoughts, and so does a turn that was begun without them.
        switch request.toolChoice {
        case .required, .named: return nil
        case .automatic, .none: break
        }
        guard AnthropicMessages.canThink(on: request.turns) else { return nil }
        if model.thinking == .adaptive { return .adaptive }
        var budget = max(Self.leastBudget, wish.maximumTokens ?? Self.budget(wish.effort))
        if let most = request.maximumTokens { budget = min(budget, most - 1) }
        return budget >= Self.leastBudget ? .budget(budget) : nil
    }

    private static func budget(_ effort: String?) -> Int {
        switch effort {
        case "minimal", "low": 1024
        case "high": 16_384
        case "xhigh", "max": 32_768
        default: 4096
        }
    }

    private func addThinking(_ thinking: Thinking?, _ request: ChatRequest, to body: inout JSONObject) {
        switch thinking {
        case .budget(let tokens)?: body["thinking"] = ["type": "enabled", "budget_tokens": .int(Int64(tokens))]
        case .adaptive?: body["thinking"] = ["type": "adaptive", "display": "summarized"]
        case nil:
            if model.thinking == .adaptive, model.canStopThinking, request.reasoning.isEnabled == false {
                body["thinking"] = ["type": "disabled"]
            }
        }
        var output = JSONObject()
        if model.thinking == .adaptive, let effort = request.reasoning.effort, Self.efforts.contains(effort) {
            output["effort"] = .string(effort)
        }
        if model.keepsSchema, case .schema(_, let schema, true)? = request.format,
            let strict = StrictSchema.of(schema.value)
        {
            output["format"] = ["type": "json_schema", "schema": strict]
        }
        if !output.isEmpty { body["output_config"] = .object(output) }
    }

    private static let efforts = ["low", "medium", "high", "xhigh", "max"]
}
