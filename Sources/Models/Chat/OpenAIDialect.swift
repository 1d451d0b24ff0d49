/// What a server that answers `/chat/completions` takes, and how it spells what OpenAI spells otherwise or not at all.
struct OpenAIDialect: Sendable, Equatable {
    enum TokenLimit: String, Sendable {
        case tokens = "max_tokens"
        /// OpenAI has renamed the limit, and its newer models refuse the old name; others know no other.
        case completionTokens = "max_completion_tokens"
    }

    /// How a model is told how much to think.
    enum Reasoning: Sendable {
        /// `reasoning_effort`
        case effort
        /// `reasoning: {effort, max_tokens, enabled}` (OpenRouter)
        case object
        /// `thinking: {type: enabled}` (DeepSeek)
        case switched
        /// `chat_template_kwargs: {enable_thinking}` and `reasoning_effort` (vLLM)
        case template
        case none
    }

    enum CallIDs: Sendable { case short, nine }

    var tokenLimit = TokenLimit.tokens
    /// Takes `stream_options`; others tell usage without being asked, or refuse what they do not know.
    var asksForUsage = true
    var reasoning = Reasoning.effort
    var takesParallelSwitch = false
    var takesStrictTools = false
    /// Wants the thoughts of turns with calls back, as `reasoning_content`.
    var wantsReasoningBack = false
    var callIDs = CallIDs.short
    /// `prompt_cache_key`, `verbosity`: OpenAI's own.
    var isOpenAI = false

    static let openAI = OpenAIDialect(
        tokenLimit: .completionTokens, takesParallelSwitch: true, takesStrictTools: true, isOpenAI: true)
    static let azure = OpenAIDialect(tokenLimit: .completionTokens, takesParallelSwitch: true, takesStrictTools: true)
    static let parallel = OpenAIDialect(takesParallelSwitch: true)
    static let mistral = OpenAIDialect(
        asksForUsage: false, reasoning: .none, takesParallelSwitch: true, callIDs: .nine)
    static let deepSeek = OpenAIDialect(reasoning: .switched, wantsReasoningBack: true)
    static let openRouter = OpenAIDialect(reasoning: .object, takesParallelSwitch: true)
    static let vLLM = OpenAIDialect(reasoning: .template, takesParallelSwitch: true, wantsReasoningBack: true)

    /// At another address than the provider's own: only what most servers know.
    func elsewhere(model: String) -> OpenAIDialect {
        guard isOpenAI else { return self }
        var dialect = self
        dialect.isOpenAI = false
        dialect.tokenLimit = OpenAIModel(model).isReasoning ? .completionTokens : .tokens
        return dialect
    }
}

/// What the name of a model of OpenAI tells.
struct OpenAIModel: Sendable {
    /// It thinks before it answers: it takes an effort and no temperature.
    let isReasoning: Bool
    /// An `o` model, which takes no `parallel_tool_calls`.
    let isFirstReasoning: Bool

    init(_ name: String) {
        // `openai/gpt-5`, `ft:gpt-4o:…`
        let last = name.lowercased().split(separator: "/").last ?? ""
        let base = last.hasPrefix("ft:") ? last.dropFirst(3) : last
        isFirstReasoning = base.first == "o" && base.dropFirst().first?.isNumber == true
        let generation = base.hasPrefix("gpt-") ? Int(base.dropFirst(4).prefix(while: \.isNumber)) ?? 0 : 0
        isReasoning = isFirstReasoning || generation >= 5 && !base.contains("chat")
    }
}
