package import Domain
import Platform
import Storage

/// How far the embedding of passages is.
package struct EmbeddingStatus: Sendable {
    package struct Model: Sendable {
        package let model: EmbeddingModel
        /// How many archives are searched with it.
        package let archives: Int
        /// False when nothing here can embed a question for it: these archives are searched by words only.
        package let isAvailable: Bool
    }

    /// The model in this process.
    package let local: EmbeddingModel?
    package let models: [Model]
    package let passages: Int
    package let waiting: Int
    /// Archives with work to be done, at most a hundred.
    package let archives: [ArchiveEmbedding]
    package let lastFailure: EmbeddingFailure?
    /// What the operator should do; nil when all is well.
    package let advice: String?
}

/// How far the embedding of an archive's passages is.
package struct ArchiveEmbedding: Sendable {
    package let id: String
    package let name: String
    /// What its configuration names; another model may stand in for it.
    package let handle: String?
    /// The model whose vectors are searched.
    package let model: EmbeddingModel?
    /// The model that its passages are being embedded with to replace it.
    package let next: EmbeddingModel?
    package let passages: Int
    /// Passages with a vector of the next model, or else of the one that is searched.
    package let embedded: Int
    package let waiting: Int
}

/// What new archives are embedded with.
package struct DefaultEmbedding: Sendable {
    /// Nil: passages are found by their words only.
    package let handle: String?
    /// What the operator can do about that, or about a model that another one stands in for.
    package let advice: String?
}

extension Embedding {
    /// Asks no service and no database.
    package func defaultModel() async -> DefaultEmbedding {
        let wanted = engine.settings.defaultEmbedding
        if let wanted, isSetUp(wanted) { return DefaultEmbedding(handle: wanted, advice: nil) }
        guard let local = await embedders.local()?.model else {
            return DefaultEmbedding(handle: nil, advice: Self.adviceWithoutModel(embedders.localProblem))
        }
        // A handle that was checked when the settings were read.
        let isOther = wanted.flatMap { try? ModelHandle($0) }.map { !$0.isLocalEmbedding } ?? false
        return DefaultEmbedding(
            handle: local.handle,
            advice: isOther ? "\(wanted ?? "") is the default embedding, but its service is not set up." : nil)
    }

    /// Whether the service of a handle is.
    private func isSetUp(_ handle: String) -> Bool {
        // What is no handle names no service.
        guard let handle = try? ModelHandle(handle) else { return false }
        return engine.settings.providers.contains { $0.name == handle.provider }
    }

    package func status(by caller: Caller) async throws -> EmbeddingStatus {
        let local = await embedders.local()?.model
        let passages = try await engine.counts().passages
        let (known, counts, waiting, archives) = try await engine.read { transaction in
            let waiting = try transaction.embeddingQueue.counts(organization: caller.organization)
            let changing = try transaction.vectors.changingArchives().filter { $0.next != nil }.map(\.ownerKey)
            let fullest = waiting.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
            let keys = Array((changing + fullest.filter { !changing.contains($0) }).prefix(100))
            return (
                try transaction.vectors.models(), try transaction.vectors.archiveCounts(),
                waiting.values.reduce(0, +),
                try transaction.embedding(ofArchives: keys, organization: caller.organization)
            )
        }
        let models = known.filter { counts[$0.key] != nil }.map { known in
            EmbeddingStatus.Model(
                model: known.model, archives: counts[known.key] ?? 0, isAvailable: isAvailable(known.model, local))
        }
        return EmbeddingStatus(
            local: local, models: models, passages: passages, waiting: waiting, archives: archives,
            lastFailure: embedders.lastFailure, advice: advice(local, models))
    }

    private func isAvailable(_ model: EmbeddingModel, _ local: EmbeddingModel?) -> Bool {
        if model.id == local?.id { return true }
        return isSetUp(model.handle) && !embedders.isResting(model)
    }

    private func advice(_ local: EmbeddingModel?, _ models: [EmbeddingStatus.Model]) -> String? {
        if let gone = models.first(where: { !$0.isAvailable && $0.archives > 0 }) {
            return
                "The model \(gone.model.handle) of \(gone.archives) archives cannot be used now: they are searched by "
                + "words only. Set up its service again, or embed them again with 'roost embeddings reembed'."
        }
        let hasService = engine.settings.defaultEmbedding.map(isSetUp) ?? false
        return local == nil && !hasService ? Self.adviceWithoutModel(embedders.localProblem) : nil
    }
}

extension ReadTransaction {
    func embedding(ofArchive id: String, organization: String) throws -> ArchiveEmbedding {
        guard let link = try archives.links([id], organization: organization).first,
            let found = try embedding(ofArchives: [link.key], organization: organization).first
        else { throw Refusal.notFound("Archive with id '\(id)' not found") }
        return found
    }

    /// In the order of the numbers given.
    func embedding(ofArchives keys: [Int], organization: String) throws -> [ArchiveEmbedding] {
        let found = try archives.find(keys: keys, organization: organization)
        let models = Dictionary(
            try vectors.owners(keys, .passages).map { ($0.ownerKey, $0) }, uniquingKeysWith: { first, _ in first })
        return try keys.compactMap { key in
            guard let archive = found[key], let models = models[key] else { return nil }
            let passages = try archives.countPassages(key)
            let waiting = try embeddingQueue.count(owner: key)
            let embedded = try models.next.map { try vectors.count(model: $0.key, archive: key) }
            return ArchiveEmbedding(
                id: archive.id, name: archive.name,
                handle: EmbeddingTarget.handle(of: archive.embeddingConfig)?.text, model: models.current?.model,
                next: models.next?.model, passages: passages, embedded: embedded ?? passages - waiting,
                waiting: waiting)
        }
    }
}
