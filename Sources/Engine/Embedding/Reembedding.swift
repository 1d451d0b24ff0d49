import Domain
import Platform
import Storage

/// Use cases that change the model of an archive: its passages are embedded again in the background, and searched by their
/// old vectors until all have new ones.
extension Embedding {
    /// Begins to embed an archive again, with the model that its configuration asks for now or that a handle names.
    ///
    /// Throws `Refusal` when that model cannot be had.
    package func reembed(
        archive id: String, with handle: String?, by caller: Caller
    ) async throws -> ArchiveEmbedding {
        let given = try handle.map { try ModelHandle($0) }
        let archive = try await engine.archives.find(id, by: caller)
        let configuration =
            given.map { EmbeddingTarget.configuration(for: $0, after: archive.embeddingConfig) }
            ?? archive.embeddingConfig
        let model = try await modelToChange(to: configuration)
        try await engine.write(by: caller, counting: "archive_reembed") { transaction in
            var archive = try transaction.reading.archive(id, organization: caller.organization)
            if given != nil {
                archive.embeddingConfig = configuration
                try transaction.archives.replaceEmbeddingConfig(configuration, of: id, at: transaction.now)
            }
            let links = try transaction.archives.links([id], organization: caller.organization)
            for link in links { try transaction.changeModel(ofArchive: link.key, to: model) }
            try transaction.recordChange(.archive, .updated, id: id, archiveID: id, label: archive.name)
        }
        wakeWorker()
        return try await engine.read { transaction in
            try transaction.embedding(ofArchive: id, organization: caller.organization)
        }
    }

    private func modelToChange(to configuration: JSONText?) async throws -> EmbeddingModel {
        let handle = EmbeddingTarget.handle(of: configuration)
        let choice: EmbedderChoice
        if let handle { embedders.endRest(of: handle) }
        do { choice = try await embedders.choice(for: handle) } catch let error as EmbeddingError {
            throw Refusal(.unavailable, "The model \(handle?.text ?? "") cannot be used now: \(error.message)")
        }
        if choice.isFallback, let handle {
            throw Refusal.invalid(
                "The service of '\(handle.text)' is not set up. Set its key or address, start the server again, and ask "
                    + "again; or name another model as \"embedding\".")
        }
        guard let embedder = choice.embedder else {
            throw Refusal(.unavailable, Self.adviceWithoutModel(embedders.localProblem))
        }
        return embedder.model
    }

    /// What to do when there is no model.
    static func adviceWithoutModel(_ problem: EmbeddingError?) -> String {
        let reason = problem.map { "The local embedding model cannot be used: \($0.message)" }
        return (reason ?? "There is no embedding model.")
            + " Passages are found by their words only. Install a model as docs/embeddings.md says, then start the "
            + "server again: it embeds what waits."
    }

    // MARK: Agents

    /// What a patch of an agent means for the archive that was made for it; nil when the model stays.
    func change(of id: String, by patch: AgentPatch, _ caller: Caller) async throws -> EmbeddingChange? {
        if patch.embedding.given == nil, patch.embeddingConfig.given == nil { return nil }
        let current = try await engine.read { try $0.agents.find(id, organization: caller.organization) }
        guard let current else { return nil }
        let changed = try current.patched(by: patch)
        let handle = EmbeddingTarget.handle(of: changed.embeddingConfig)
        guard let handle, handle != EmbeddingTarget.handle(of: current.embeddingConfig) else { return nil }
        do {
            let end = ContinuousClock.now + .seconds(engine.settings.embeddingSeconds)
            let model = try await choice(for: changed.embeddingConfig, until: end)?.model
            return EmbeddingChange(configuration: changed.embeddingConfig, model: model)
        } catch let error as EmbeddingError {
            let archives = try await engine.read { try $0.archives.ofAgent(id).filter(\.isOwned).map(\.id) }
            for archive in archives {
                engine.log.warning(
                    "archive_not_reembedded", ("archive", .string(archive)), ("agent", .string(id)),
                    ("model", .string(handle.text)), ("reason", .string(error.message)),
                    ("detail", "it keeps its model; when the service answers: roost embeddings reembed ARCHIVE"))
            }
            return EmbeddingChange(configuration: changed.embeddingConfig, model: nil)
        }
    }
}

/// A new embedding configuration of an agent and the model that it means; nil when that model cannot be had.
struct EmbeddingChange: Sendable {
    let configuration: JSONText?
    let model: EmbeddingModel?
}

extension WriteTransaction {
    /// Gives the archive that was made for an agent another model.
    func apply(_ change: EmbeddingChange, toArchiveOf agentID: String) throws {
        for archive in try archives.ofAgent(agentID) where archive.isOwned {
            try archives.replaceEmbeddingConfig(change.configuration, of: archive.id, at: now)
            if let model = change.model { try changeModel(ofArchive: archive.key, to: model) }
        }
    }

    /// Begins to change an archive to a model. One without passages takes its model from the first that comes.
    func changeModel(ofArchive key: Int, to model: EmbeddingModel) throws {
        guard let archive = try vectors.archive(key) else { return }
        try embeddingQueue.retryNow(archive: key)
        guard let current = archive.current else { return }
        if try archives.isEmpty(key) { return try vectors.forgetModels(ofArchive: key) }
        let next = try vectors.register(model, at: now)
        if next == current, archive.next == nil { return }
        try vectors.change(archive: key, to: next.key)
    }
}

extension EmbeddingTarget {
    /// The configuration of a handle, which keeps the size of chunks.
    static func configuration(for handle: ModelHandle, after old: JSONText?) -> JSONText {
        JSONText(.object(handle.embeddingConfig(chunkSize: old?.value["embedding_chunk_size"]?.int)))
    }
}
