import Domain
import Platform

/// What an agent's configuration asks of its model: `model_settings` first, then the deprecated `llm_config`.
struct ModelWishes: Sendable {
    private let settings: JSONValue
    private let config: JSONValue
    private let responseFormat: JSONValue?
    private let type: AgentType

    /// - Parameter overriding: settings of the conversation.
    init(_ agent: Agent, overriding: JSONText? = nil) {
        settings = overriding?.value ?? agent.modelSettings?.value ?? .null
        config = agent.llmConfig.value
        responseFormat = agent.responseFormat?.value
        type = agent.type
    }

    /// Tokens.
    var contextWindow: Int { config["context_window"]?.int ?? ModelHandle.defaultContextWindow }

    var allowsParallelCalls: Bool {
        settings["parallel_tool_calls"]?.bool ?? config["parallel_tool_calls"]?.bool ?? false
    }

    /// Agents that act by tools think in a member of their calls, unless their model thinks by itself.
    var thinksInCalls: Bool {
        if config["put_inner_thoughts_in_kwargs"]?.bool == true { return true }
        return type.thinksInCalls && reasoning == ReasoningWish()
    }

    func apply(to request: inout ChatRequest) {
        request.maximumTokens = settings["max_output_tokens"]?.int ?? config["max_tokens"]?.int
        request.temperature = settings["temperature"]?.double ?? givenTemperature
        request.verbosity = settings["verbosity"]?.string ?? config["verbosity"]?.string
        request.reasoning = reasoning
        request.format = format
    }

    /// The contract's default says nothing: models that take only their own temperature would refuse it.
    private var givenTemperature: Double? {
        guard let temperature = config["temperature"]?.double, temperature != 1 else { return nil }
        return temperature
    }

    private var reasoning: ReasoningWish {
        var wish = ReasoningWish()
        if let thinking = settings["thinking"] {
            wish.isEnabled = thinking["type"]?.string.map { $0 != "disabled" }
            wish.maximumTokens = thinking["budget_tokens"]?.int
        } else if let thinking = settings["thinking_config"] {
            wish.isEnabled = thinking["include_thoughts"]?.bool
            wish.maximumTokens = thinking["thinking_budget"]?.int
        } else if let effort = settings["reasoning"]?["reasoning_effort"]?.string {
            wish.effort = effort
        } else {
            wish.effort = config["reasoning_effort"]?.string
            let budget = config["max_reasoning_tokens"]?.int ?? 0
            if budget > 0 {
                wish.isEnabled = config["enable_reasoner"]?.bool
                wish.maximumTokens = budget
            }
        }
        if let effort = settings["effort"]?.string ?? config["effort"]?.string { wish.effort = effort }
        return wish
    }

    private var format: AnswerFormat? {
        let given =
            settings["response_format"] ?? settings["response_schema"] ?? responseFormat ?? config["response_format"]
        switch given?["type"]?.string {
        case "json_object": return .json
        case "json_schema":
            guard let holder = given?["json_schema"] else { return .json }
            let schema = holder["schema"] ?? holder
            return .schema(
                name: holder["name"]?.string ?? "answer", schema: JSONText(schema),
                isStrict: holder["strict"]?.bool ?? settings["strict"]?.bool ?? true)
        default: return nil
        }
    }
}

extension AgentType {
    /// The types whose conversations hold what they thought.
    fileprivate var thinksInCalls: Bool { self == .memgpt || self == .memgptV2 || self == .splitThread }
}
