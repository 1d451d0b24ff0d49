package import Domain
import Platform

/// What can be chosen as an agent's model or embedding model: what the operator set up. Nothing is asked over the
/// network; a handle that is not listed is accepted all the same (decisions, REST 1).
package struct ModelListing: Sendable {
    package struct Item: Sendable {
        package let handle: ModelHandle
        /// Where the provider is reached when that is not its own address.
        package let baseURL: String?
        /// Numbers in a vector, when they are known.
        package var dimensions: Int?
    }

    let settings: EngineSettings
    let embedders: Embedders

    package var models: [Item] { items(default: settings.defaultModel, known: Self.documentedModels) }

    /// With the model in this process: first when no other is the default.
    package func embeddingModels() async -> [Item] {
        var items = items(default: settings.defaultEmbedding, known: Self.documentedEmbeddings)
        // A model whose handle is none cannot be chosen.
        guard let local = await embedders.local()?.model, let handle = try? ModelHandle(local.handle) else {
            return items
        }
        items.removeAll { $0.handle == handle }
        let place = settings.defaultEmbedding == nil || settings.defaultEmbedding == local.handle ? 0 : 1
        items.insert(Item(handle: handle, baseURL: nil, dimensions: local.dimensions), at: min(place, items.count))
        return items
    }

    /// The default first, then what the providers that are set up document. What a server at an address of the
    /// operator's own offers only that server knows.
    private func items(default text: String?, known: [String: [String]]) -> [Item] {
        var handles: [ModelHandle] = []
        // A default that is no handle is refused when the settings are read; here it is simply not listed.
        if let text, let handle = try? ModelHandle(text) { handles.append(handle) }
        for provider in settings.providers where provider.hasKey && provider.baseURL == nil {
            for name in known[provider.name] ?? [] {
                let handle = ModelHandle(provider: provider.name, model: name)
                if !handles.contains(handle) { handles.append(handle) }
            }
        }
        return handles.map { handle in
            Item(handle: handle, baseURL: settings.providers.first { $0.name == handle.provider }?.shownURL)
        }
    }

    /// From the providers' public model pages.
    private static let documentedModels: [String: [String]] = [
        "openai": [
            "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini",
            "o3", "o4-mini",
        ],
        "anthropic": [
            "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001",
            "claude-opus-4-1-20250805", "claude-sonnet-4-20250514",
        ],
        "google_ai": ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"],
    ]

    private static let documentedEmbeddings: [String: [String]] = [
        "openai": ["text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"],
        "google_ai": ["gemini-embedding-001"],
    ]
}

extension Engine {
    package var models: ModelListing { ModelListing(settings: settings, embedders: embedders) }
}
