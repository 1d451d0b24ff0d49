import Domain

/// A provider of models that answer in words: how it is spoken to.
struct ChatProvider: Sendable {
    enum Interface: Sendable, Equatable {
        /// `/chat/completions`, which nearly everyone speaks.
        case openAI(OpenAIDialect)
        case azure
        /// `/messages` of Anthropic.
        case anthropic
        /// `:streamGenerateContent` of Google's Gemini.
        case google
    }

    /// Where a provider tells more about its models than OpenAI's list.
    enum Listing: Sendable { case openAI, azure, anthropic, google, ollama, lmStudio }

    /// As in handles.
    let name: String
    /// As people know it.
    let title: String
    let interface: Interface
    let listing: Listing
    /// Nil when the operator has to say where it is.
    let baseURL: String?

    var needsKey: Bool { baseURL != nil }

    /// The setting that holds a value of this provider: `google-ai-key`.
    func setting(_ value: String) -> String { name.split(separator: "_").joined(separator: "-") + "-" + value }

    /// The provider of a handle, and the one that is set up for it.
    /// - Throws: `ChatError(.notConfigured)`.
    static func of(_ handle: ModelHandle, _ configured: [ConfiguredProvider]) throws(ChatError)
        -> (ChatProvider, ConfiguredProvider)
    {
        let name = handle.provider
        if let advice = unserved[name] { throw ChatError(.notConfigured, advice) }
        let exact = configured.first { EmbeddingProvider.canonical($0.name) == EmbeddingProvider.canonical(name) }
        // A proxy speaks as OpenAI does, at an address of its own.
        let proxied = name == "openai-proxy" ? configured.first { $0.name == "openai" && $0.baseURL != nil } : nil
        guard let found = exact ?? proxied else {
            let setting = (named(name) ?? ChatProvider(name, name, nil)).setting("")
            throw ChatError(
                .notConfigured,
                "The provider \(name) of \(handle.text) is not set up. Set \(setting)key or \(setting)url: "
                    + "docs/configuration.md.")
        }
        return (try of(found), found)
    }

    /// - Throws: `ChatError(.notConfigured)` for one that cannot be spoken to.
    static func of(_ configured: ConfiguredProvider) throws(ChatError) -> ChatProvider {
        let kind = configured.kind ?? configured.name
        if let advice = unserved[kind] { throw ChatError(.notConfigured, advice) }
        if let known = named(kind) { return known }
        // A name that somebody chose: what it is called says nothing, so it is taken for what most servers are.
        guard configured.baseURL != nil, EmbeddingProvider.named(configured.name) == nil else {
            throw ChatError(
                .notConfigured, "\(configured.name) has no models that answer. Choose one of another provider.")
        }
        return ChatProvider(configured.name, configured.name, nil, speaks: .parallel)
    }

    /// Nil for a provider that has no such models, or is not known.
    private static func named(_ name: String) -> ChatProvider? {
        let name = name == "openai-proxy" ? "openai" : EmbeddingProvider.canonical(name)
        return all.first { $0.name == name }
    }

    private static let gateway =
        "Set up an OpenAI-compatible gateway to it (LiteLLM, OpenRouter) with openai-url, and use its handles."

    private static let unserved: [String: String] = [
        "bedrock": "Models of Amazon Bedrock are not called directly. " + gateway,
        "google_vertex": "Models of Google Vertex AI are not called directly. Use google_ai with a key, or: " + gateway,
        "letta":
            "The letta/… models are those of a hosted service. Set default-model, or choose a model of a provider that is "
            + "set up.",
    ]

    private init(
        _ name: String, _ title: String, _ baseURL: String?, _ interface: Interface, _ listing: Listing = .openAI
    ) {
        self.name = name
        self.title = title
        self.baseURL = baseURL
        self.interface = interface
        self.listing = listing
    }

    private init(
        _ name: String, _ title: String, _ baseURL: String?, speaks dialect: OpenAIDialect = OpenAIDialect(),
        _ listing: Listing = .openAI
    ) {
        self.init(name, title, baseURL, .openAI(dialect), listing)
    }

    private static let all: [ChatProvider] = [
        ChatProvider("openai", "OpenAI", "https://api.openai.com/v1", speaks: .openAI),
        ChatProvider("anthropic", "Anthropic", "https://api.anthropic.com", .anthropic, .anthropic),
        ChatProvider(
            "google_ai", "Google", "https://generativelanguage.googleapis.com/v1beta", .google, .google),
        ChatProvider("azure", "Azure OpenAI", nil, .azure, .azure),
        ChatProvider("groq", "Groq", "https://api.groq.com/openai/v1", speaks: .parallel),
        ChatProvider("mistral", "Mistral", "https://api.mistral.ai/v1", speaks: .mistral),
        ChatProvider("deepseek", "DeepSeek", "https://api.deepseek.com/v1", speaks: .deepSeek),
        ChatProvider("xai", "xAI", "https://api.x.ai/v1", speaks: .parallel),
        ChatProvider("together", "Together", "https://api.together.xyz/v1"),
        ChatProvider("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", speaks: .openRouter),
        ChatProvider("ollama", "Ollama", nil, speaks: OpenAIDialect(), .ollama),
        ChatProvider("vllm", "vLLM", nil, speaks: .vLLM),
        ChatProvider("lmstudio", "LM Studio", nil, speaks: OpenAIDialect(), .lmStudio),
        ChatProvider("llamacpp", "llama.cpp", nil),
    ]
}
