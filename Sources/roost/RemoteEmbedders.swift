import Domain
import HTTP
import Models
import Platform
import Storage

/// The embedders of services, as the operator has set them up, each with a cache of its vectors in the database.
struct RemoteEmbedders: Sendable {
    let settings: Settings
    let store: Store
    let log: Log
    private let client = HTTPClient()

    init(settings: Settings, store: Store, log: Log) {
        self.settings = settings
        self.store = store
        self.log = log
    }

    /// Nil when the handle's provider is not set up.
    /// - Throws: `EmbeddingError`.
    func embedder(for handle: ModelHandle) async throws -> (any Embedder)? {
        let embedder = try await RemoteEmbedder.connect(
            to: handle, providers: settings.providers, options: options(handle), client: client)
        guard let embedder else { return nil }
        return CachedEmbedder(embedder, cache: VectorCache(embedder.model, store, log).functions)
    }

    /// What the operator says about a model is about the default one.
    private func options(_ handle: ModelHandle) throws -> RemoteEmbedding.Options {
        if let text = settings.defaultEmbedding,
            RemoteEmbedding.canonical(try ModelHandle(text)) == RemoteEmbedding.canonical(handle)
        {
            return settings.embedding
        }
        return settings.embedding.ofAnyModel
    }
}
