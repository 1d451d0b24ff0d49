import Domain
import Platform
import Storage

/// How texts become vectors: with the models that their archive wants, in bounded time, and never so that a text that is
/// to be written is lost.
package struct Embedding: Sendable {
    let engine: Engine
    var embedders: Embedders { engine.embedders }

    /// What is given to an embedder at first, and what is given to the local one at any time: between two such calls others
    /// get their turn.
    private static let chunk = (texts: 32, bytes: 32 << 10)
    /// Of the local model: what it has begun and does not end in time is made again.
    private static let localBytes = 8 << 10
    /// The most text that a service gets at once.
    private static let serviceBytes = 512 << 10
    /// A service that was faster than this gets four times as many texts the next time.
    private static let quick = Duration.seconds(1)

    // MARK: Texts that are about to be written

    /// Embeds texts before they are written. What cannot be embedded now, or not within the time that a writer may have to
    /// wait, comes without a vector and is left to the worker. Throws only `CancellationError`, and the database's errors.
    func texts(_ texts: [String], for target: EmbeddingTarget) async throws -> EmbeddedTexts {
        // A writer that may not wait at all leaves them to whoever lives longer; asking a model that is not loaded would be
        // an outage that is none.
        if texts.isEmpty || engine.settings.embeddingSeconds <= 0 { return EmbeddedTexts() }
        var result = EmbeddedTexts()
        let patience = ContinuousClock.now + .seconds(engine.settings.embeddingSeconds)
        for embedder in try await embeddersToUse(for: target, until: patience) {
            let end = ContinuousClock.now + .seconds(engine.settings.embeddingSeconds)
            let vectors = try await vectors(texts, embedder, until: end)
            result.parts.append(.init(model: embedder.model, vectors: vectors))
        }
        return result
    }

    private func embeddersToUse(
        for target: EmbeddingTarget, until end: ContinuousClock.Instant
    ) async throws -> [any Embedder] {
        var found: [any Embedder] = []
        do {
            for model in target.models?.wanted ?? [] where !embedders.isResting(model.model) {
                if let embedder = try await embedders.embedder(of: model.model, until: end) { found.append(embedder) }
            }
            if target.models?.current == nil {
                found += [try await choice(for: target.configuration, until: end)].compactMap { $0 }
            }
        } catch let error as EmbeddingError {
            note(error)
        }
        return found.filter { !embedders.isResting($0.model) }
    }

    /// The embedder that a configuration asks for; says once when it is another one that stands in.
    func choice(
        for configuration: JSONText?, until end: ContinuousClock.Instant? = nil
    ) async throws -> (any Embedder)? {
        let handle = EmbeddingTarget.handle(of: configuration)
        let choice = try await embedders.choice(for: handle, until: end)
        if choice.isFallback, let handle, engine.notices.isFirst("embedding:" + handle.text) {
            let detail =
                choice.embedder == nil
                ? "neither this model's service nor a local model is set up: texts are found by their words only"
                : "this model's service is not set up: the local model is used; set its key, then ask to re-embed"
            engine.log.warning(
                "embedding_model_not_set_up", ("handle", .string(handle.text)), ("detail", .string(detail)))
        }
        return choice.embedder
    }

    private func vectors(
        _ texts: [String], _ embedder: any Embedder, until end: ContinuousClock.Instant
    ) async throws -> [EncodedVector?] {
        var vectors: [EncodedVector?] = []
        let isLocal = embedders.isLocal(embedder.model)
        let bytes = isLocal ? Self.localBytes : Self.serviceBytes
        let most = isLocal ? Self.chunk.texts : embedder.preferredBatch
        var count = min(most, Self.chunk.texts)
        while vectors.count < texts.count {
            let start = ContinuousClock.now
            if !vectors.isEmpty, start >= end { break }
            let part = texts[vectors.count...].chunk(count: count, bytes: bytes) { $0.utf8.count }
            do { vectors += try await embed(Array(part), with: embedder, until: end) } catch is EmbeddingError { break }
            // What a slow one cannot do in the writer's time would all be lost to the writer.
            if start.duration(to: .now) < Self.quick { count = min(most, count * 4) }
        }
        return vectors + Array(repeating: nil, count: texts.count - vectors.count)
    }

    // MARK: Any texts

    /// Embeds texts of passages. A failure is counted, logged and remembered as an outage of the model.
    /// Throws `EmbeddingError`, or `CancellationError` when this task is cancelled.
    func embed(
        _ texts: [String], with embedder: any Embedder, until end: ContinuousClock.Instant
    ) async throws -> [EncodedVector] {
        let start = ContinuousClock.now
        do {
            let vectors = try await Self.within(end) { try await embedder.embed(texts, as: .passage) }
            let model = embedder.model
            guard vectors.count == texts.count, vectors.allSatisfy({ $0.count == model.dimensions }) else {
                throw EmbeddingError(
                    .model, "\(model.handle) gave other vectors than \(model.dimensions) numbers a text.")
            }
            embedders.endOutage(of: model)
            engine.metrics.count("roost_embedded_texts_total", by: texts.count)
            engine.metrics.observe("roost_embedding_seconds", seconds: start.duration(to: .now).inSeconds)
            return vectors.map { EncodedVector($0) }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            let failure = EmbeddingError.of(error)
            if ContinuousClock.now >= end, embedders.isLocal(embedder.model) {
                // Much to do is no failure: the worker goes on with it, and the next writers do not wait, unless it was
                // one long text that took the time.
                let isLongText = texts.reduce(0) { $0 + $1.utf8.count } > Self.chunk.bytes
                if !isLongText { embedders.beginOutage(of: embedder.model, nil) }
                engine.log.info("embedding_left_to_the_background", ("model", .string(embedder.model.handle)))
                throw failure
            }
            // A refusal may be about one text; whoever knows more decides.
            if failure.code != .refused { embedders.beginOutage(of: embedder.model, failure) }
            note(failure, of: embedder.model)
            throw failure
        }
    }

    func note(_ error: EmbeddingError, of model: EmbeddingModel? = nil) {
        engine.metrics.count("roost_embedding_failures_total")
        if let model { embedders.noteFailure(error, of: model.handle) }
        engine.log.warning(
            "embedding_failed", ("model", model.map { .string($0.handle) } ?? .null), ("reason", .string(error.message))
        )
    }

    /// The body's value, or an `EmbeddingError` when it is not there at `end`.
    static func within<Value: Sendable>(
        _ end: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(until: end)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                throw EmbeddingError(.unavailable, "The model did not answer in time.")
            }
            return value
        }
    }

    /// Passages were written without their vectors: the worker should look.
    func wakeWorker() { engine.embeddingWork.signal() }

    /// A local model that took the place of another one: nothing here can embed a question for the vectors of the old one
    /// any more, so their archives change to the new one.
    func replaceLocalModels() async {
        guard let local = await embedders.local() else { return }
        do {
            let old = try await engine.store.read { transaction in
                try transaction.vectors.models().filter { known in
                    // A handle that we wrote ourselves.
                    known.model.id != local.model.id && (try? ModelHandle(known.model.handle))?.isLocalEmbedding == true
                }
            }
            if old.isEmpty { return }
            let count = try await engine.store.write(by: .default) { transaction in
                let new = try transaction.vectors.register(local.model, at: transaction.now)
                return try transaction.vectors.change(archivesOf: old.map(\.key), to: new.key)
            }
            try await remakeMessageVectors(of: old.map(\.key))
            if count > 0 {
                engine.log.info(
                    "local_model_replaced", ("model", .string(local.model.handle)), ("archives", .int(Int64(count))))
            }
        } catch {
            engine.log.warning("local_model_not_replaced", ("error", .string("\(type(of: error))")))
        }
    }
}

extension Embedding {
    /// Agents whose messages have vectors of models that are gone get new ones, an agent in a transaction.
    private func remakeMessageVectors(of models: [Int]) async throws {
        for agent in try await engine.store.read({ try $0.vectors.agents(searchedWith: models) }) {
            try await engine.store.write(by: .default) { try $0.vectors.startOver(messagesOfAgent: agent) }
        }
    }
}

extension Engine {
    package var embedding: Embedding { Embedding(engine: self) }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
