import Domain
import Platform
import Storage

/// The work that writing leaves behind, in small steps: vectors of passages that wait, and archives that change their
/// model. What it knows can be lost at any time: the database says what is still to be done. Two at the same work make
/// some vectors twice and store them once.
package struct EmbeddingWork {
    private let engine: Engine
    /// The archive that had its turn last, of those with waiting passages and of those that change.
    private var turn = 0
    private var changeTurn = 0
    private var walks: [Int: PassageWalk] = [:]
    /// Archives that nothing can be done for now, and when to look again.
    private var resting: [Int: ContinuousClock.Instant] = [:]

    package init(engine: Engine) { self.engine = engine }

    /// How much is read at once; as much as a service may like at a call.
    private static let batch = EmbeddingBatch(passages: 512, bytes: 512 << 10, passagesOfArchive: 256)
    /// What is given to the local model at a call: between two of them others, who wait for an answer, get their turn.
    private static let localBytes = 8 << 10
    /// The longest that one call of a service may take, and one of the local model, which a slow processor needs for a
    /// text of 500,000 characters.
    private static let patience = (service: Duration.seconds(120), local: Duration.seconds(3600))
    private static let restWithoutModel = Duration.seconds(30)

    /// Does a little of everything there is to do. False when there is nothing, or nothing that is possible now.
    /// Throws `StoreError`, or `CancellationError` when this task is cancelled.
    package mutating func step() async throws -> Bool {
        let now = ContinuousClock.now
        resting = resting.filter { $0.value > now }
        let hasEmbedded = try await embedWaiting()
        let hasChanged = try await changeModels()
        return hasEmbedded || hasChanged
    }

    /// Forgets what was not possible, so that the next step tries it again.
    package mutating func tryAgain() {
        resting = [:]
        engine.embedders.endOutages()
    }

    // MARK: Waiting passages

    private mutating func embedWaiting() async throws -> Bool {
        let (start, skipped) = (turn, Set(resting.keys))
        let (waiting, archives) = try await engine.store.read { transaction in
            let waiting = try transaction.embeddingQueue.take(Self.batch, after: start, skipping: skipped, at: .now)
            return (waiting, try transaction.vectors.archives(Set(waiting.map(\.archiveKey)).sorted()))
        }
        guard let last = waiting.last else { return false }
        turn = last.archiveKey
        var groups: [String: (embedder: any Embedder, passages: [WaitingPassage])] = [:]
        for archive in archives {
            let passages = waiting.filter { $0.archiveKey == archive.archiveKey }
            for embedder in try await embedders(for: archive) {
                groups[embedder.model.id, default: (embedder, [])].passages += passages
            }
        }
        for group in groups.values.sorted(by: { $0.embedder.model.id < $1.embedder.model.id }) {
            try await embed(group.passages, with: group.embedder)
        }
        let left = try await engine.store.write(by: .default) { transaction in
            // Another process may have made all that was missing here.
            try transaction.embeddingQueue.settle(waiting.map(\.key))
            return try transaction.embeddingQueue.count(of: waiting.map(\.key))
        }
        if left == waiting.count { for archive in archives { rest(archive.archiveKey) } }
        return true
    }

    /// What an archive wants and can have now. Where something is missing, the archive rests for a while.
    private mutating func embedders(for archive: ArchiveModels) async throws -> [any Embedder] {
        var found: [any Embedder] = []
        for model in archive.wanted { found += try await usable { try await $0.embedders.embedder(of: model.model) } }
        if archive.current == nil {
            found += try await usable { try await $0.embedding.choice(for: archive.configuration) }
        }
        if found.count < max(1, archive.wanted.count) { rest(archive.archiveKey) }
        return found
    }

    /// The embedder, unless there is none that can be used now.
    private func usable(_ find: (Engine) async throws -> (any Embedder)?) async throws -> [any Embedder] {
        do {
            guard let embedder = try await find(engine), engine.embedders.isUsable(embedder.model) else { return [] }
            return [embedder]
        } catch is EmbeddingError {
            return []
        }
    }

    /// Leaves an archive alone for a while: until its model is asked again, if that is why.
    private mutating func rest(_ archive: Int, for model: EmbeddingModel? = nil) {
        resting[archive] = model.flatMap { engine.embedders.restEnd(of: $0) } ?? .now + Self.restWithoutModel
    }

    // MARK: Embedding

    /// Makes and stores vectors that are not there yet. False when the model failed: its archives then rest.
    @discardableResult
    private mutating func embed(_ passages: [WaitingPassage], with embedder: any Embedder) async throws -> Bool {
        let model = embedder.model
        let done = try await engine.store.read { transaction -> Set<Int> in
            guard let known = try transaction.vectors.model(id: model.id) else { return [] }
            return try transaction.vectors.embedded(passages.map(\.key), model: known.key)
        }
        let missing = passages.filter { !done.contains($0.key) }
        let bytes = engine.embedders.isLocal(model) ? Self.localBytes : Self.batch.bytes
        var left = missing[...]
        while !left.isEmpty {
            let part = left.chunk(count: embedder.preferredBatch, bytes: bytes) { $0.text.utf8.count }
            left = left[part.endIndex...]
            guard try await embedPart(Array(part), with: embedder) else {
                for archive in Set(passages.map(\.archiveKey)) { rest(archive, for: model) }
                return false
            }
        }
        return true
    }

    private func patience(_ embedder: any Embedder) -> ContinuousClock.Instant {
        .now + (engine.embedders.isLocal(embedder.model) ? Self.patience.local : Self.patience.service)
    }

    private func embedPart(_ part: [WaitingPassage], with embedder: any Embedder) async throws -> Bool {
        do {
            let end = patience(embedder)
            let vectors = try await engine.embedding.embed(part.map(\.text), with: embedder, until: end)
            let model = embedder.model
            try await engine.store.write(by: .default) { try $0.put(vectors, of: part, model) }
            return true
        } catch let error as EmbeddingError where error.code == .refused {
            return try await findRefused(part, with: embedder, error)
        } catch is EmbeddingError {
            return false
        }
    }

    /// One text that a service does not take must not keep the others from their vectors.
    private func findRefused(
        _ part: [WaitingPassage], with embedder: any Embedder, _ error: EmbeddingError
    ) async throws -> Bool {
        guard part.count > 1 else {
            guard try await takesAnything(embedder) else { return false }
            engine.log.warning("passage_not_embedded", ("model", .string(embedder.model.handle)))
            let seconds = min(86_400, 60 * Double(1 << min(part[0].attempts, 12)))
            try await engine.store.write(by: .default) { transaction in
                try transaction.embeddingQueue.postpone(
                    part.map(\.key), until: transaction.now.adding(seconds: seconds))
            }
            return true
        }
        guard try await takesAnything(embedder) else { return false }
        let middle = part.count / 2
        guard try await embedPart(Array(part[..<middle]), with: embedder) else { return false }
        return try await embedPart(Array(part[middle...]), with: embedder)
    }

    /// False when the service refuses everything, as with a wrong key.
    private func takesAnything(_ embedder: any Embedder) async throws -> Bool {
        do {
            _ = try await engine.embedding.embed(["memory"], with: embedder, until: patience(embedder))
            return true
        } catch let error as EmbeddingError {
            if error.code == .refused { engine.embedders.beginOutage(of: embedder.model, error) }
            return false
        }
    }

    // MARK: Archives that change their model

    private mutating func changeModels() async throws -> Bool {
        let changing = try await engine.store.read { try $0.vectors.changingArchives() }
        walks = walks.filter { walk in
            changing.contains { $0.archiveKey == walk.key && $0.next?.key == walk.value.modelKey }
        }
        let possible = changing.filter { resting[$0.archiveKey] == nil }
        guard let archive = possible.first(where: { $0.archiveKey > changeTurn }) ?? possible.first else {
            return false
        }
        changeTurn = archive.archiveKey
        if archive.isCleaning { return try await clean(archive) }
        guard let next = archive.next else { return false }
        guard let embedder = try await usable({ try await $0.embedders.embedder(of: next.model) }).first else {
            rest(archive.archiveKey, for: next.model)
            return true
        }
        try await walk(archive, to: next, with: embedder)
        return true
    }

    private mutating func walk(
        _ archive: ArchiveModels, to next: RegisteredModel, with embedder: any Embedder
    ) async throws {
        let walk = walks[archive.archiveKey] ?? PassageWalk(archive: archive.archiveKey, model: next.key)
        let (step, walked) = try await engine.store.read { transaction in
            var walked = walk
            return (try walked.next(Self.batch, in: transaction), walked)
        }
        // What failed is walked over again.
        guard try await embed(step.passages, with: embedder) else { return }
        walks[archive.archiveKey] = walked
        guard step.isAtEnd else { return }
        walks[archive.archiveKey] = nil
        let isChanged = try await engine.store.write(by: .default) {
            try $0.vectors.finishChange(ofArchive: archive.archiveKey, to: next.key)
        }
        guard isChanged else { return }
        engine.log.info(
            "archive_reembedded", ("archive", .string(archive.archiveID)), ("model", .string(next.model.handle)))
    }

    private func clean(_ archive: ArchiveModels) async throws -> Bool {
        try await engine.store.write(by: .default) {
            _ = try $0.vectors.deleteUnused(inArchive: archive.archiveKey, limit: 500)
        }
        return true
    }
}

extension WriteTransaction {
    /// Stores vectors of texts as they were read, each if it still fits.
    func put(_ embedded: [EncodedVector], of waiting: [WaitingPassage], _ model: EmbeddingModel) throws {
        var keys: [Int: Int?] = [:]
        for (vector, passage) in zip(embedded, waiting) {
            if keys[passage.archiveKey] == nil {
                keys[passage.archiveKey] = .some(try key(of: model, passage.archiveKey))
            }
            guard let key = keys[passage.archiveKey] ?? nil else { continue }
            try vectors.put(vector, model: key, passage: passage.key, text: passage.text)
        }
        try embeddingQueue.settle(waiting.map(\.key))
    }
}

extension ArraySlice {
    /// The first elements: at most so many, and of at most so many bytes unless it is one element alone.
    func chunk(count: Int, bytes: Int, _ size: (Element) -> Int) -> ArraySlice<Element> {
        var used = 0
        var end = startIndex
        while end < endIndex, end - startIndex < Swift.max(1, count) {
            used += size(self[end])
            if used > bytes, end > startIndex { break }
            end += 1
        }
        return self[..<end]
    }
}
