/// A provider of models that answer in words: how it is spoken to.
struct ChatProvider: Sendable {
    enum Interface: Sendable {
        /// `/chat/completions`, which nearly everyone speaks.
        case openAI(tokenLimit: String)
        case azure
        /// `/messages` of Anthropic.
        case anthropic
        /// `:generateContent` of Google's Gemini.
        case google
    }

    /// As in handles.
    let name: String
    /// As people know it.
    let title: String
    let interface: Interface
    /// Nil when the operator has to say where it is.
    let baseURL: String?

    var needsKey: Bool { baseURL != nil }

    /// The setting that holds a value of this provider: `google-ai-key`.
    func setting(_ value: String) -> String { name.split(separator: "_").joined(separator: "-") + "-" + value }

    /// Nil for a provider that has no such models, or is not known.
    static func named(_ name: String) -> ChatProvider? {
        let name = EmbeddingProvider.canonical(name)
        return all.first { $0.name == name }
    }

    private init(
        _ name: String, _ title: String, _ baseURL: String?, _ interface: Interface = .openAI(tokenLimit: "max_tokens")
    ) {
        self.name = name
        self.title = title
        self.baseURL = baseURL
        self.interface = interface
    }

    /// OpenAI has renamed the limit, and its newer models refuse the old name; others know no other.
    private static let all: [ChatProvider] = [
        ChatProvider("openai", "OpenAI", "https://api.openai.com/v1", .openAI(tokenLimit: "max_completion_tokens")),
        ChatProvider("anthropic", "Anthropic", "https://api.anthropic.com", .anthropic),
        ChatProvider("google_ai", "Google", "https://generativelanguage.googleapis.com/v1beta", .google),
        ChatProvider("azure", "Azure OpenAI", nil, .azure),
        ChatProvider("groq", "Groq", "https://api.groq.com/openai/v1"),
        ChatProvider("mistral", "Mistral", "https://api.mistral.ai/v1"),
        ChatProvider("deepseek", "DeepSeek", "https://api.deepseek.com/v1"),
        ChatProvider("xai", "xAI", "https://api.x.ai/v1"),
        ChatProvider("together", "Together", "https://api.together.xyz/v1"),
        ChatProvider("openrouter", "OpenRouter", "https://openrouter.ai/api/v1"),
        ChatProvider("ollama", "Ollama", nil),
        ChatProvider("vllm", "vLLM", nil),
        ChatProvider("lmstudio", "LM Studio", nil),
    ]
}
