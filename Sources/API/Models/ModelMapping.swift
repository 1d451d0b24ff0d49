import Domain
import Engine
import Platform
import Wire

extension ModelListing.Item {
    /// `Model`: the deprecated configuration of the handle with the new members before it.
    var modelJSON: JSONObject {
        var options = ModelOptions()
        options.contextWindow = contextWindow
        var config = interface.llmConfig(options)
        config["handle"] = .string(handle.text)
        config["provider_name"] = .string(handle.provider)
        config["provider_category"] = .string(category)
        config["display_name"] = .string(handle.model)
        config["model_endpoint"] = baseURL.map { .string($0) } ?? .null
        config["model_endpoint_type"] = listed(config["model_endpoint_type"], in: ModelSchemas.endpointTypes)
        for (name, value) in Self.modelDefaults { config[name] = value }
        return JSONObject(
            head("llm") + [("max_context_window", config["context_window"] ?? .null)]
                + config.members.map { ($0.name, $0.value) })
    }

    /// `EmbeddingModel`, likewise.
    var embeddingJSON: JSONObject {
        var config = interface.embeddingConfig(chunkSize: nil, dimensions: dimensions)
        config["handle"] = .string(handle.text)
        config["embedding_endpoint"] = baseURL.map { .string($0) } ?? .null
        config["embedding_endpoint_type"] = listed(
            config["embedding_endpoint_type"], in: ModelSchemas.embeddingEndpointTypes)
        return JSONObject(head("embedding") + config.members.map { ($0.name, $0.value) })
    }

    /// The handle by the provider's type, which tells how it is spoken to; a stored provider has a name of its own.
    private var interface: ModelHandle {
        ModelHandle(provider: type.map(ProviderType.handleName) ?? handle.provider, model: handle.model)
    }

    var category: String { isStored ? "byok" : "base" }

    /// The contract's type of the provider; one that it does not know speaks OpenAI's protocol.
    var providerType: String {
        if let type { return type }
        return switch handle.provider {
        case "lmstudio": "lmstudio_openai"
        case "gemini", "google": "google_ai"
        case "roost", "local": "hugging-face"
        case let name: ModelSchemas.providerTypes.contains(name) ? name : "openai"
        }
    }

    private func head(_ type: String) -> [(String, JSONValue)] {
        [
            ("handle", .string(handle.text)), ("name", .string(handle.model)), ("display_name", .string(handle.model)),
            ("provider_type", .string(providerType)), ("provider_name", .string(handle.provider)),
            ("model_type", .string(type)),
        ]
    }

    private func listed(_ value: JSONValue?, in words: [String]) -> JSONValue {
        guard let word = value?.string, words.contains(word) else { return "openai" }
        return .string(word)
    }

    private static let modelDefaults: [(String, JSONValue)] = [
        ("return_logprobs", false), ("top_logprobs", nil), ("return_token_ids", false), ("tool_call_parser", nil),
    ]
}
