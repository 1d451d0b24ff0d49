import Domain
import Engine
import Platform
import Storage

extension Assembly {
    /// The embedding models that the settings allow; each is loaded when it is first needed.
    static func embedders(_ settings: Settings, _ store: Store, _ log: Log) -> Embedders {
        let remote = RemoteEmbedders(settings: settings, store: store, log: log)
        return Embedders(
            local: { try await localEmbedder(settings) }, remote: { try await remote.embedder(for: $0) })
    }

    /// The model in this process; nil when none is installed.
    static func localEmbedder(_ settings: Settings) async throws -> (any Embedder)? { nil }
}
