/// A provider of embedding models: how it is spoken to and what it takes.
struct EmbeddingProvider: Sendable {
    enum Interface: Sendable {
        /// `/embeddings` of OpenAI.
        case openAI(base64: Bool)
        case azure
        /// `/api/embed` of Ollama.
        case ollama
        /// `:batchEmbedContents` of Google's Gemini.
        case google
    }

    /// As in handles.
    let name: String
    /// As people know it.
    let title: String
    let interface: Interface
    /// Nil when the operator has to say where it is.
    let baseURL: String?
    let needsKey: Bool
    let limits: RequestLimits
    /// Whether it refuses a text that is too long for the model; others cut it without a word.
    let refusesLongTexts: Bool
    /// Requests for passages at one time.
    let concurrency: Int

    /// The setting that holds a value of this provider: `google-ai-key`.
    func setting(_ value: String) -> String {
        name.split(separator: "_").joined(separator: "-") + "-" + value
    }

    /// Nil for a provider that has no embedding models, or is not known.
    static func named(_ name: String) -> EmbeddingProvider? {
        let name = aliases[name] ?? name
        return all.first { $0.name == name }
    }

    /// What handles of other programs call them.
    private static let aliases = [
        "google": "google_ai", "gemini": "google_ai", "lmstudio_openai": "lmstudio", "hugging-face": "tei",
    ]

    static func canonical(_ name: String) -> String { aliases[name] ?? name }

    /// Sources of the limits: the providers' API references; for servers of one's own, what they take unconfigured
    /// (text-embeddings-inference: 32 texts).
    private static let all: [EmbeddingProvider] = [
        EmbeddingProvider(
            name: "openai", title: "OpenAI", interface: .openAI(base64: true), baseURL: "https://api.openai.com/v1",
            needsKey: true, limits: RequestLimits(texts: 256, tokens: 200_000), refusesLongTexts: true,
            concurrency: 4),
        EmbeddingProvider(
            name: "azure", title: "Azure OpenAI", interface: .azure, baseURL: nil, needsKey: true,
            limits: RequestLimits(texts: 256, tokens: 200_000), refusesLongTexts: true, concurrency: 4),
        EmbeddingProvider(
            name: "google_ai", title: "Google", interface: .google,
            baseURL: "https://generativelanguage.googleapis.com/v1beta", needsKey: true,
            limits: RequestLimits(texts: 100, tokens: 100_000), refusesLongTexts: false, concurrency: 2),
        EmbeddingProvider(
            name: "mistral", title: "Mistral", interface: .openAI(base64: false),
            baseURL: "https://api.mistral.ai/v1", needsKey: true,
            limits: RequestLimits(texts: 128, tokens: 16_000), refusesLongTexts: true, concurrency: 2),
        EmbeddingProvider(
            name: "together", title: "Together", interface: .openAI(base64: false),
            baseURL: "https://api.together.xyz/v1", needsKey: true,
            limits: RequestLimits(texts: 64, tokens: 64_000), refusesLongTexts: false, concurrency: 2),
        EmbeddingProvider(
            name: "openrouter", title: "OpenRouter", interface: .openAI(base64: false),
            baseURL: "https://openrouter.ai/api/v1", needsKey: true,
            limits: RequestLimits(texts: 64, tokens: 64_000), refusesLongTexts: false, concurrency: 2),
        own("ollama", "Ollama", .ollama, refusesLongTexts: true),
        own("vllm", "vLLM", .openAI(base64: true), refusesLongTexts: true),
        own("tei", "Text Embeddings Inference", .openAI(base64: true), refusesLongTexts: false),
        own("lmstudio", "LM Studio", .openAI(base64: false), refusesLongTexts: false),
    ]

    /// A server of one's own.
    private static func own(
        _ name: String, _ title: String, _ interface: Interface, refusesLongTexts: Bool
    ) -> EmbeddingProvider {
        EmbeddingProvider(
            name: name, title: title, interface: interface, baseURL: nil, needsKey: false,
            limits: RequestLimits(texts: 32, tokens: 64_000), refusesLongTexts: refusesLongTexts, concurrency: 2)
    }
}

/// The most that one request carries.
package struct RequestLimits: Sendable, Equatable {
    package var texts: Int
    /// As `TokenEstimate` counts them.
    package var tokens: Int

    package init(texts: Int, tokens: Int) {
        self.texts = texts
        self.tokens = tokens
    }
}
