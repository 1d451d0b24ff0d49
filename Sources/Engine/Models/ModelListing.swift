package import Domain
import Platform
import Storage

/// What can be chosen as an agent's model or embedding model: what the providers that are set up say they have. A handle
/// that is not listed is accepted all the same (decisions, REST 1).
package struct ModelListing: Sendable {
    package struct Item: Sendable {
        package let handle: ModelHandle
        /// The contract's type of a stored provider; nil: the handle tells.
        package var type: String?
        /// Whether a user stored the provider, with a key of their own.
        package var isStored = false
        /// Where the provider is reached when that is not its own address.
        package var baseURL: String?
        /// Tokens, as the provider says.
        package var contextWindow: Int?
        /// Numbers in a vector, when they are known.
        package var dimensions: Int?
    }

    let engine: Engine
    private var settings: EngineSettings { engine.settings }

    /// The default first. Waits for providers that have not answered yet for `EngineSettings.modelListSeconds`; their
    /// documented models stand in until they do.
    package func models(by caller: Caller) async throws -> [Item] {
        let items = await items(try await providers(by: caller), kind: .chat, known: Self.documentedModels)
        return leading(settings.defaultModel, items)
    }

    /// The same of embedding models, with the model in this process: first when no other is the default. Models of stored
    /// providers are not among them: texts are embedded with what the operator set up.
    package func embeddingModels(by caller: Caller) async throws -> [Item] {
        let providers = try await providers(by: caller).filter { !$0.isStored }
        let found = await items(providers, kind: .embedding, known: Self.documentedEmbeddings)
        var items = leading(settings.defaultEmbedding, found)
        // A model whose handle is none cannot be chosen.
        guard let local = await engine.embedders.local()?.model, let handle = try? ModelHandle(local.handle) else {
            return items
        }
        items.removeAll { $0.handle == handle }
        let place = settings.defaultEmbedding == nil || settings.defaultEmbedding == local.handle ? 0 : 1
        items.insert(Item(handle: handle, dimensions: local.dimensions), at: min(place, items.count))
        return items
    }

    // MARK: Providers

    /// A provider whose models are listed.
    private struct Listed {
        let name: String
        var type: String?
        var isStored = false
        let baseURL: String?
        /// The name by which its documented models are known; nil for a server at an address of one's own: what that offers
        /// only it knows.
        let documentedAs: String?
        let source: ModelCatalogue.Source
    }

    /// Stored ones hide the operator's of the same name, as handles mean them.
    private func providers(by caller: Caller) async throws -> [Listed] {
        let all = PageRequest(limit: PageRequest.maximumLimit, ascending: true)
        let stored = try await engine.read {
            try $0.providers.list(ProviderFilter(), all, organization: caller.organization)
        }
        let taken = Set(stored.map(\.name))
        return settings.providers.filter { !taken.contains($0.name) }.map { listed($0) }
            + stored.map { listed($0, caller) }
    }

    private func listed(_ provider: ConfiguredProvider) -> Listed {
        let isAtHome = provider.hasKey && provider.baseURL == nil
        let chatModels = engine.chatModels
        return Listed(
            name: provider.name, baseURL: provider.shownURL, documentedAs: isAtHome ? provider.name : nil,
            source: .init(id: "base/" + provider.name) { try await chatModels.offered(by: provider) })
    }

    private func listed(_ provider: StoredProvider, _ caller: Caller) -> Listed {
        let engine = engine
        return Listed(
            name: provider.name, type: provider.type, isStored: true,
            baseURL: provider.configured(key: nil).shownURL,
            documentedAs: provider.baseURL == nil ? ProviderType.handleName(provider.type) : nil,
            source: .init(
                id: provider.id, revision: "\(provider.updatedAt.microseconds)", remembered: provider.models
            ) {
                let key = try await engine.providers.key(of: provider, caller)
                return try await engine.chatModels.offered(by: provider.configured(key: key))
            })
    }

    // MARK: Items

    private func items(_ providers: [Listed], kind: OfferedModel.Kind, known: [String: [String]]) async -> [Item] {
        let end = ContinuousClock.now + .seconds(settings.modelListSeconds)
        let answers = await engine.catalogue.offered(by: providers.map(\.source), until: end)
        var items: [Item] = []
        for (provider, answer) in zip(providers, answers) {
            for model in models(answer, of: provider, kind: kind, known: known) {
                items.append(
                    Item(
                        handle: ModelHandle(provider: provider.name, model: model.name), type: provider.type,
                        isStored: provider.isStored, baseURL: provider.baseURL, contextWindow: model.contextWindow,
                        dimensions: model.dimensions))
            }
        }
        return items
    }

    private func models(
        _ answer: ModelCatalogue.Answer, of provider: Listed, kind: OfferedModel.Kind, known: [String: [String]]
    ) -> [OfferedModel] {
        switch answer {
        case .models(let models): return models.filter { $0.kind == kind && !$0.name.isEmpty }
        case .failed(let error) where error.code == .authentication: return []
        case .failed, .unknown:
            let names = provider.documentedAs.flatMap { known[$0] } ?? []
            return names.map { OfferedModel(name: $0, kind: kind) }
        }
    }

    /// The default first, whether its provider lists it or not; each handle once.
    private func leading(_ text: String?, _ items: [Item]) -> [Item] {
        var seen: Set<String> = []
        var items = items.filter { seen.insert($0.handle.text).inserted }
        // A default that is no handle is refused when the settings are read; here it is simply not listed.
        guard let text, let handle = try? ModelHandle(text) else { return items }
        if let place = items.firstIndex(where: { $0.handle == handle }) {
            items.insert(items.remove(at: place), at: 0)
        } else {
            let provider = settings.providers.first { $0.name == handle.provider }
            items.insert(Item(handle: handle, baseURL: provider?.shownURL), at: 0)
        }
        return items
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
    package var models: ModelListing { ModelListing(engine: self) }
}
