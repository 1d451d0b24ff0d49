import Domain
import Platform

/// Reads what providers say about their models.
enum ListedModel {
    /// `{"data": [{"id"}]}` or the list alone. How long a context is, is told under a dozen names, or not at all.
    static func openAI(_ list: JSONValue) -> [OfferedModel] {
        (list.array ?? list["data"]?.array ?? []).compactMap { model in
            guard let name = model["id"]?.string else { return nil }
            // What a deployment of Azure is made of.
            let meaning = model["model"]?.string ?? name
            guard isChatOrEmbedding(model, meaning) else { return nil }
            return OfferedModel(name: name, kind: kind(meaning, model), contextWindow: window(model))
        }
    }

    private static let windows = [
        "loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length",
    ]

    private static func window(_ model: JSONValue) -> Int? {
        // llama.cpp tells it among other things of the file.
        let found = windows.lazy.compactMap { model[$0]?.int }.first ?? model["meta"]?["n_ctx_train"]?.int
        return found.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func kind(_ name: String, _ model: JSONValue) -> OfferedModel.Kind {
        switch model["type"]?.string {
        case "embedding", "embeddings": .embedding
        case "chat", "llm", "vlm", "language": .chat
        default: kind(name)
        }
    }

    /// As far as its name tells.
    static func kind(_ name: String) -> OfferedModel.Kind {
        let name = name.lowercased()
        let words = ["embed", "bge-", "/bge", "e5-", "minilm", "gte-"]
        return words.contains(where: name.contains) ? .embedding : .chat
    }

    /// Services list models for sounds and pictures among the others.
    private static func isChatOrEmbedding(_ model: JSONValue, _ name: String) -> Bool {
        if let type = model["type"]?.string, otherTypes.contains(type) { return false }
        // OpenRouter
        let outputs = model["architecture"]?["output_modalities"]?.strings
        if let outputs, !outputs.contains("text") { return false }
        // Mistral
        if model["capabilities"]?["completion_chat"]?.bool == false, kind(name) == .chat { return false }
        let name = name.lowercased()
        return !others.contains(where: name.contains)
    }

    private static let otherTypes = ["image", "audio", "moderation", "rerank", "transcribe", "video"]
    private static let others = [
        "whisper", "tts", "dall-e", "gpt-image", "moderation", "realtime", "transcribe", "sora", "davinci-002",
        "babbage", "rerank", "stable-diffusion", "flux", "-audio", "instruct-0914",
    ]

    /// `{"data": [{"id", "max_input_tokens"}]}`
    static func anthropic(_ list: JSONValue) -> [OfferedModel] {
        (list["data"]?.array ?? []).compactMap { model in
            model["id"]?.string.map {
                OfferedModel(name: $0, kind: .chat, contextWindow: model["max_input_tokens"]?.int)
            }
        }
    }

    /// `{"models": [{"name": "models/…", "inputTokenLimit", "supportedGenerationMethods"}]}`
    static func google(_ list: JSONValue) -> [OfferedModel] {
        (list["models"]?.array ?? []).compactMap { model in
            guard let path = model["name"]?.string else { return nil }
            let name = path.hasPrefix("models/") ? String(path.dropFirst(7)) : path
            let methods = model["supportedGenerationMethods"]?.strings ?? []
            let window = model["inputTokenLimit"]?.int
            if methods.contains("embedContent") {
                let dimensions = KnownEmbeddingModel.named(name)?.dimensions
                return OfferedModel(name: name, kind: .embedding, contextWindow: window, dimensions: dimensions)
            }
            return methods.contains("generateContent")
                ? OfferedModel(name: name, kind: .chat, contextWindow: window) : nil
        }
    }

    /// - Parameter shown: `{"capabilities", "model_info": {"ARCHITECTURE.context_length"}}`
    static func ollama(_ name: String, _ shown: JSONValue) -> OfferedModel {
        func value(_ suffix: String) -> Int? {
            shown["model_info"]?.object?.members.first { $0.name.hasSuffix(suffix) }?.value.int
        }
        let capabilities = shown["capabilities"]?.strings
        let isEmbedding = capabilities?.contains("embedding") ?? (kind(name) == .embedding)
        return OfferedModel(
            name: name, kind: isEmbedding ? .embedding : .chat, contextWindow: value(".context_length"),
            dimensions: isEmbedding ? value(".embedding_length") : nil)
    }
}
