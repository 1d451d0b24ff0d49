package import Domain
package import HTTP
import Platform

/// Embeds with a model behind HTTP. Texts are sent in requests of limited size, some at one time; texts that are too long
/// for the model are sent in windows, and their vectors pooled.
package final class RemoteEmbedder: Embedder {
    package let model: EmbeddingModel
    private let embedding: RemoteEmbedding
    private let attempts: RequestAttempts
    /// The most texts the service takes at once, as far as it has told us by refusing more.
    private let mostTexts = Lock(Int.max)
    /// Requests for passages, of all calls together. Queries do not wait for them.
    private let slots: Slots

    /// An embedder of a handle's model. When nobody has written down how many dimensions it has, one word is embedded to
    /// find out; else nothing is sent.
    /// - Returns: nil when the handle's provider is not among those that are set up.
    /// - Throws: `EmbeddingError`, `CancellationError`.
    package static func connect(
        to handle: ModelHandle, providers: [ConfiguredProvider],
        options: RemoteEmbedding.Options = RemoteEmbedding.Options(), client: HTTPClient = HTTPClient(),
        clock: RemoteClock = .system
    ) async throws -> RemoteEmbedder? {
        guard let embedding = try RemoteEmbedding(handle, providers: providers, options: options) else { return nil }
        return try await connect(embedding, client: client, clock: clock)
    }

    package static func connect(
        _ embedding: RemoteEmbedding, client: HTTPClient = HTTPClient(), clock: RemoteClock = .system
    ) async throws -> RemoteEmbedder {
        let attempts = RequestAttempts(embedding: embedding, client: client, clock: clock)
        var dimensions = embedding.knownDimensions
        if dimensions == nil {
            do {
                dimensions = try await attempts.vectors(["dimension"], as: .query, dimensions: nil).first?.count
            } catch let error as RequestAttempts.TooLong {
                throw embedding.error(error.refusal, sent: [])
            }
        }
        return RemoteEmbedder(embedding, attempts, embedding.model(dimensions: dimensions ?? 0))
    }

    private init(_ embedding: RemoteEmbedding, _ attempts: RequestAttempts, _ model: EmbeddingModel) {
        self.embedding = embedding
        self.attempts = attempts
        self.model = model
        slots = Slots(embedding.concurrency)
    }

    /// As many as fill the requests that may be sent at one time.
    package var preferredBatch: Int {
        max(1, min(embedding.limits.texts, mostTexts.withLock { $0 })) * max(1, embedding.concurrency)
    }

    private struct Piece: Sendable {
        let owner: Int
        let text: String
    }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        var pieces: [Piece] = []
        for (owner, text) in texts.enumerated() {
            for text in windows(of: text, purpose) { pieces.append(Piece(owner: owner, text: text)) }
        }
        let batches = batches(pieces)
        let found = try await inOrder(batches) { batch in
            try await self.vectors(of: batch.map(\.text), as: purpose)
        }
        var windows = [[WindowVector]](repeating: [], count: texts.count)
        for (batch, vectors) in zip(batches, found) {
            for (piece, vectors) in zip(batch, vectors) { windows[piece.owner] += vectors }
        }
        return windows.map(VectorPooling.pooled)
    }

    private func windows(of text: String, _ purpose: EmbeddingPurpose) -> [String] {
        // Services refuse an empty text; what it means is nothing either way.
        guard text.contains(where: { !$0.isWhitespace }) else { return ["."] }
        guard let window = embedding.window else { return [text] }
        return TextWindows.split(text, tokens: max(16, window - TokenEstimate.of(embedding.prefix(purpose))))
    }

    private func batches(_ pieces: [Piece]) -> [[Piece]] {
        let limits = embedding.limits
        var batches: [[Piece]] = []
        var batch: [Piece] = []
        var tokens = 0
        for piece in pieces {
            let count = TokenEstimate.of(piece.text)
            if !batch.isEmpty, batch.count == max(1, limits.texts) || tokens + count > limits.tokens {
                batches.append(batch)
                batch = []
                tokens = 0
            }
            batch.append(piece)
            tokens += count
        }
        if !batch.isEmpty { batches.append(batch) }
        return batches
    }

    /// Runs work for each batch, at most as many at one time as the provider is to be asked; the first error ends all.
    private func inOrder<Result: Sendable>(
        _ batches: [[Piece]], _ work: @escaping @Sendable ([Piece]) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results = [Result?](repeating: nil, count: batches.count)
            for (index, batch) in batches.enumerated() {
                if index >= max(1, embedding.concurrency), let (done, result) = try await group.next() {
                    results[done] = result
                }
                group.addTask { (index, try await work(batch)) }
            }
            for try await (done, result) in group { results[done] = result }
            return results.compactMap { $0 }
        }
    }

    /// For each text the vectors of its windows: one, unless the service finds the text too long.
    private func vectors(of texts: [String], as purpose: EmbeddingPurpose) async throws -> [[WindowVector]] {
        guard texts.count <= mostTexts.withLock({ $0 }) else { return try await halves(of: texts, as: purpose) }
        do {
            let vectors = try await send(texts, as: purpose)
            return zip(texts, vectors).map { [WindowVector(vector: $1, weight: $0.utf8.count)] }
        } catch let error as RequestAttempts.TooLong {
            if texts.count > 1 {
                if error.refusal.isTooMany { mostTexts.withLock { $0 = min($0, (texts.count + 1) / 2) } }
                // The refusal does not say which one it is.
                return try await halves(of: texts, as: purpose)
            }
            guard let halves = TextWindows.halved(texts[0]) else { throw embedding.error(error.refusal, sent: texts) }
            return [try await vectors(of: halves, as: purpose).flatMap { $0 }]
        }
    }

    private func send(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        switch purpose {
        case .query: try await attempts.vectors(texts, as: purpose, dimensions: model.dimensions)
        case .passage:
            try await slots.run { try await attempts.vectors(texts, as: purpose, dimensions: model.dimensions) }
        }
    }

    private func halves(of texts: [String], as purpose: EmbeddingPurpose) async throws -> [[WindowVector]] {
        let middle = texts.count / 2
        return try await vectors(of: Array(texts[..<middle]), as: purpose)
            + vectors(of: Array(texts[middle...]), as: purpose)
    }
}
