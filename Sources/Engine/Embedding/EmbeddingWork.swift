import Domain
import Platform
import Storage

/// The work that writing leaves behind, in small steps: vectors of passages that wait, archives that change their model,
/// then vectors of messages. What it knows can be lost at any time: the database says what is still to be done. Two at the same work make
/// some vectors twice and store them once.
package struct EmbeddingWork {
    let engine: Engine
    /// An archive, or an agent for its messages.
    struct Owner: Hashable {
        let kind: VectorKind
        let key: Int
    }

    /// The archive or agent that had its turn last, and the last archive of those that change.
    var turns: [VectorKind: Int] = [:]
    private var changeTurn = 0
    /// Nothing can be done for any agent's messages until then.
    var messagesRest: ContinuousClock.Instant?
    private var walks: [Int: PassageWalk] = [:]
    /// Archives and agents that nothing can be done for now, and when to look again.
    var resting: [Owner: ContinuousClock.Instant] = [:]

    package init(engine: Engine) { self.engine = engine }

    /// How much is read at once; as much as a service may like at a call.
    private static let batch = EmbeddingBatch(passages: 512, bytes: 512 << 10, passagesOfArchive: 256)
    /// Of messages less: passages come first, and more of them may come meanwhile.
    static let messages = EmbeddingBatch(passages: 64, bytes: 64 << 10, passagesOfArchive: 32)
    /// Of a longer message the vector is of its beginning, in characters of Unicode: what is pasted whole has no one
    /// meaning, and would take minutes.
    private static let mostOfMessage = 8000
    /// What is given to the local model at a call: between two of them others, who wait for an answer, get their turn.
    private static let localBytes = 8 << 10
    /// The longest that one call of a service may take, and one of the local model, which a slow processor needs for a
    /// text of 500,000 characters.
    private static let patience = (service: Duration.seconds(120), local: Duration.seconds(3600))
    static let restWithoutModel = Duration.seconds(30)

    /// Does a little of everything there is to do. False when there is nothing, or nothing that is possible now.
    /// Throws `StoreError`, or `CancellationError` when this task is cancelled.
    package mutating func step() async throws -> Bool {
        let now = ContinuousClock.now
        resting = resting.filter { $0.value > now }
        let hasEmbedded = try await embedPassages()
        let hasChanged = try await changeModels()
        if hasEmbedded || hasChanged { return true }
        return try await embedMessages()
    }

    /// Forgets what was not possible, so that the next step tries it again.
    package mutating func tryAgain() {
        resting = [:]
        messagesRest = nil
        engine.embedders.endOutages()
    }

    // MARK: Waiting texts

    private mutating func embedPassages() async throws -> Bool {
        let start = turns[.passages] ?? 0
        let skipped = Set(resting.keys.lazy.filter { $0.kind == .passages }.map(\.key))
        let (waiting, archives) = try await engine.store.read { transaction in
            let waiting = try transaction.embeddingQueue.take(Self.batch, after: start, skipping: skipped, at: .now)
            return (waiting, try transaction.vectors.owners(Set(waiting.map(\.ownerKey)).sorted(), .passages))
        }
        guard let last = waiting.last else { return false }
        turns[.passages] = last.ownerKey
        var able: [Able] = []
        for archive in archives { able.append(Able(archive, try await embedders(for: archive, .passages))) }
        try await embed(waiting, .passages, of: able)
        return true
    }

    /// An archive or agent with the models that can be asked for it now.
    struct Able {
        let owner: OwnerModels
        let embedders: [any Embedder]

        init(_ owner: OwnerModels, _ embedders: [any Embedder]) {
            self.owner = owner
            self.embedders = embedders
        }
    }

    mutating func embed(_ waiting: [WaitingText], _ kind: VectorKind, of owners: [Able]) async throws {
        var groups: [String: (embedder: any Embedder, texts: [WaitingText])] = [:]
        for able in owners {
            let texts = waiting.filter { $0.ownerKey == able.owner.ownerKey }
            for embedder in able.embedders where !texts.isEmpty {
                groups[embedder.model.id, default: (embedder, [])].texts += texts
            }
        }
        for group in groups.values.sorted(by: { $0.embedder.model.id < $1.embedder.model.id }) {
            try await embed(group.texts, kind, with: group.embedder)
        }
        let left = try await engine.store.write(by: .default) { transaction in
            // Another process may have made all that was missing here.
            try transaction.embeddingQueue(kind).settle(waiting.map(\.key))
            return try transaction.embeddingQueue(kind).count(of: waiting.map(\.key))
        }
        if left == waiting.count { for key in Set(waiting.map(\.ownerKey)) { rest(Owner(kind: kind, key: key)) } }
    }

    /// What an archive or agent wants and can have now. Where something is missing, it rests for a while.
    mutating func embedders(for owner: OwnerModels, _ kind: VectorKind) async throws -> [any Embedder] {
        var found: [any Embedder] = []
        for model in owner.wanted { found += try await usable { try await $0.embedders.embedder(of: model.model) } }
        if owner.current == nil {
            found += try await usable { try await $0.embedding.choice(for: owner.configuration) }
        }
        if found.count < max(1, owner.wanted.count) { rest(Owner(kind: kind, key: owner.ownerKey)) }
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

    /// Leaves an archive or agent alone for a while: until its model is asked again, if that is why.
    private mutating func rest(_ owner: Owner, for model: EmbeddingModel? = nil) {
        resting[owner] = model.flatMap { engine.embedders.restEnd(of: $0) } ?? .now + Self.restWithoutModel
    }

    // MARK: Embedding

    /// Makes and stores vectors that are not there yet. False when the model failed: the owners of the texts then rest.
    @discardableResult
    private mutating func embed(
        _ texts: [WaitingText], _ kind: VectorKind, with embedder: any Embedder
    ) async throws -> Bool {
        let model = embedder.model
        let done = try await engine.store.read { transaction -> Set<Int> in
            guard let known = try transaction.vectors.model(id: model.id) else { return [] }
            return try transaction.vectors.embedded(texts.map(\.key), model: known.key, kind)
        }
        let missing = texts.filter { !done.contains($0.key) }
        let bytes = engine.embedders.isLocal(model) ? Self.localBytes : Self.batch.bytes
        var left = missing[...]
        while !left.isEmpty {
            let part = left.chunk(count: embedder.preferredBatch, bytes: bytes) { $0.text.utf8.count }
            left = left[part.endIndex...]
            guard try await embedPart(Array(part), kind, with: embedder) else {
                for owner in Set(texts.map(\.ownerKey)) { rest(Owner(kind: kind, key: owner), for: model) }
                return false
            }
        }
        return true
    }

    private func patience(_ embedder: any Embedder) -> ContinuousClock.Instant {
        .now + (engine.embedders.isLocal(embedder.model) ? Self.patience.local : Self.patience.service)
    }

    private func embedPart(
        _ part: [WaitingText], _ kind: VectorKind, with embedder: any Embedder
    ) async throws -> Bool {
        do {
            let end = patience(embedder)
            let texts = part.map {
                kind == .passages ? $0.text : String($0.text.unicodeScalars.prefix(Self.mostOfMessage))
            }
            let vectors = try await engine.embedding.embed(texts, with: embedder, until: end)
            let model = embedder.model
            try await engine.store.write(by: .default) { transaction in
                try transaction.put(vectors, of: part, kind, model)
                // Nobody removes it from the cache when the message is deleted.
                if kind == .messages {
                    try transaction.embeddingCache.remove(texts.map { ContentHash(of: $0, as: .passage) })
                }
            }
            return true
        } catch let error as EmbeddingError where error.code == .refused {
            return try await findRefused(part, kind, with: embedder, error)
        } catch is EmbeddingError {
            return false
        }
    }

    /// One text that a service does not take must not keep the others from their vectors.
    private func findRefused(
        _ part: [WaitingText], _ kind: VectorKind, with embedder: any Embedder, _ error: EmbeddingError
    ) async throws -> Bool {
        guard part.count > 1 else {
            guard try await takesAnything(embedder) else { return false }
            engine.log.warning(
                kind == .passages ? "passage_not_embedded" : "message_not_embedded",
                ("model", .string(embedder.model.handle)))
            let seconds = min(86_400, 60 * Double(1 << min(part[0].attempts, 12)))
            try await engine.store.write(by: .default) { transaction in
                try transaction.embeddingQueue(kind).postpone(
                    part.map(\.key), until: transaction.now.adding(seconds: seconds))
            }
            return true
        }
        guard try await takesAnything(embedder) else { return false }
        let middle = part.count / 2
        guard try await embedPart(Array(part[..<middle]), kind, with: embedder) else { return false }
        return try await embedPart(Array(part[middle...]), kind, with: embedder)
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
            changing.contains { $0.ownerKey == walk.key && $0.next?.key == walk.value.modelKey }
        }
        let possible = changing.filter { resting[Owner(kind: .passages, key: $0.ownerKey)] == nil }
        guard let archive = possible.first(where: { $0.ownerKey > changeTurn }) ?? possible.first else {
            return false
        }
        changeTurn = archive.ownerKey
        if archive.isCleaning { return try await clean(archive) }
        guard let next = archive.next else { return false }
        guard let embedder = try await usable({ try await $0.embedders.embedder(of: next.model) }).first else {
            rest(Owner(kind: .passages, key: archive.ownerKey), for: next.model)
            return true
        }
        try await walk(archive, to: next, with: embedder)
        return true
    }

    private mutating func walk(
        _ archive: OwnerModels, to next: RegisteredModel, with embedder: any Embedder
    ) async throws {
        let walk = walks[archive.ownerKey] ?? PassageWalk(archive: archive.ownerKey, model: next.key)
        let (step, walked) = try await engine.store.read { transaction in
            var walked = walk
            return (try walked.next(Self.batch, in: transaction), walked)
        }
        // What failed is walked over again.
        guard try await embed(step.passages, .passages, with: embedder) else { return }
        walks[archive.ownerKey] = walked
        guard step.isAtEnd else { return }
        walks[archive.ownerKey] = nil
        let isChanged = try await engine.store.write(by: .default) {
            try $0.vectors.finishChange(ofArchive: archive.ownerKey, to: next.key)
        }
        guard isChanged else { return }
        engine.log.info(
            "archive_reembedded", ("archive", .string(archive.ownerID)), ("model", .string(next.model.handle)))
    }

    private func clean(_ archive: OwnerModels) async throws -> Bool {
        try await engine.store.write(by: .default) {
            _ = try $0.vectors.deleteUnused(inArchive: archive.ownerKey, limit: 500)
        }
        return true
    }
}

extension WriteTransaction {
    /// Stores vectors of texts as they were read, each if it still fits.
    func put(
        _ embedded: [EncodedVector], of waiting: [WaitingText], _ kind: VectorKind, _ model: EmbeddingModel
    ) throws {
        var keys: [Int: Int?] = [:]
        for (vector, text) in zip(embedded, waiting) {
            if keys[text.ownerKey] == nil { keys[text.ownerKey] = .some(try key(of: model, text.ownerKey, kind)) }
            guard let key = keys[text.ownerKey] ?? nil else { continue }
            try vectors.put(vector, model: key, of: text.key, text: text.text, kind)
        }
        try embeddingQueue(kind).settle(waiting.map(\.key))
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
