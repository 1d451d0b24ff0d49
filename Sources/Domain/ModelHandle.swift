package import Platform

/// `provider/model`, as users name models. The model part may itself hold slashes.
package struct ModelHandle: Sendable, Equatable {
    package let provider: String
    package let model: String

    /// - Throws: `Refusal(.invalid)` when the text has no provider part.
    package init(_ text: String) throws {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Refusal.invalid("The model handle should be in the format provider/model-name, not '\(text)'")
        }
        provider = String(parts[0])
        model = String(parts[1])
    }

    package init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    package var text: String { provider + "/" + model }

    /// The `model_endpoint_type` of the contract for a provider; every other one speaks OpenAI's protocol.
    private var endpointType: String {
        switch provider {
        case "anthropic", "google_ai", "google_vertex", "azure", "groq", "ollama", "vllm", "mistral", "together",
            "deepseek", "xai", "openrouter", "bedrock", "zai", "baseten", "fireworks", "minimax":
            provider
        case "lmstudio", "lmstudio_openai": "lmstudio"
        case "gemini", "google": "google_ai"
        default: "openai"
        }
    }

    /// Tokens of a model that is not known here.
    package static let defaultContextWindow = 128_000

    /// Tokens, from the providers' published model pages.
    private var contextWindow: Int {
        let name = model.lowercased()
        for (prefix, tokens) in Self.contextWindows where name.hasPrefix(prefix) { return tokens }
        return Self.defaultContextWindow
    }

    private static let contextWindows: [(String, Int)] = [
        ("gpt-4.1", 1_047_576), ("gpt-5", 272_000), ("gpt-4o", 128_000), ("gpt-4-turbo", 128_000), ("gpt-4", 8192),
        ("gpt-3.5", 16_385), ("o1", 200_000), ("o3", 200_000), ("o4", 200_000), ("claude", 200_000),
        ("gemini", 1_048_576),
    ]

    /// The deprecated `llm_config` twin of a handle.
    package func llmConfig(_ options: ModelOptions) -> JSONObject {
        var config = JSONObject([
            ("model", .string(model)), ("display_name", nil), ("model_endpoint_type", .string(endpointType)),
            ("model_endpoint", nil), ("provider_name", .string(provider)), ("provider_category", "base"),
            ("model_wrapper", nil), ("context_window", .int(Int64(contextWindow))),
            ("put_inner_thoughts_in_kwargs", false), ("handle", .string(text)), ("temperature", 1.0),
            ("max_tokens", nil), ("enable_reasoner", true), ("reasoning_effort", nil), ("max_reasoning_tokens", 0),
            ("effort", nil), ("frequency_penalty", nil), ("compatibility_type", nil), ("verbosity", nil),
            ("tier", nil), ("parallel_tool_calls", false), ("response_format", nil), ("strict", false),
        ])
        options.apply(to: &config)
        return config
    }

    /// The deprecated `embedding_config` twin of an embedding handle.
    /// - Parameter dimensions: of the model's vectors, when they are known; else what its name tells.
    package func embeddingConfig(chunkSize: Int?, dimensions: Int? = nil) -> JSONObject {
        JSONObject([
            ("embedding_endpoint_type", .string(embeddingEndpointType)), ("embedding_endpoint", nil),
            ("embedding_model", .string(model)), ("embedding_dim", .int(Int64(dimensions ?? embeddingDimensions))),
            ("embedding_chunk_size", .int(Int64(chunkSize ?? 300))), ("handle", .string(text)), ("batch_size", 32),
            ("azure_endpoint", nil), ("azure_version", nil), ("azure_deployment", nil),
        ])
    }

    /// The contract has no word for a model that runs in the server itself; this one comes nearest.
    private var embeddingEndpointType: String { isLocalEmbedding ? "hugging-face" : endpointType }

    /// As an embedding handle it means the model in the server's own process.
    package var isLocalEmbedding: Bool { ["letta", "roost", "local"].contains(provider) }

    private var embeddingDimensions: Int {
        switch model {
        case _ where isLocalEmbedding: 384
        case "text-embedding-3-large": 3072
        case "text-embedding-3-small", "text-embedding-ada-002": 1536
        case "text-embedding-004", "nomic-embed-text": 768
        case let name where name.hasPrefix("gemini-embedding"): 3072
        case let name where name.contains("MiniLM") || name.contains("minilm"): 384
        default: 1024
        }
    }
}

extension ModelOptions {
    /// Overrides members of a model configuration.
    package func apply(to config: inout JSONObject) {
        if let contextWindow { config["context_window"] = .int(Int64(contextWindow)) }
        if let maxTokens { config["max_tokens"] = .int(Int64(maxTokens)) }
        if let maxReasoningTokens { config["max_reasoning_tokens"] = .int(Int64(maxReasoningTokens)) }
        if let enableReasoner { config["enable_reasoner"] = .bool(enableReasoner) }
        if let parallelToolCalls { config["parallel_tool_calls"] = .bool(parallelToolCalls) }
        if let responseFormat { config["response_format"] = responseFormat.value }
    }
}
