import Domain
import Platform
import Storage

extension Embedding {
    /// Embeds a question with every model that is searched in a scope. What cannot be embedded now is left out: the words
    /// of a question find something too. Throws only `CancellationError` and the database's errors.
    func question(_ text: String, _ models: [RegisteredModel]) async throws -> QuestionVectors {
        var vectors: [Int: [Float]] = [:]
        for model in models where embedders.isUsable(model.model) {
            do {
                let end = ContinuousClock.now + .seconds(Self.questionSeconds)
                guard let embedder = try await embedders.embedder(of: model.model, until: end) else { continue }
                if let vector = try await question(text, embedder) { vectors[model.key] = vector }
            } catch let error as EmbeddingError {
                note(error, of: model.model)
            }
        }
        return QuestionVectors(all: vectors)
    }

    private func question(_ text: String, _ embedder: any Embedder) async throws -> [Float]? {
        // The model in this process answers in milliseconds; a service may not answer at all.
        if embedders.isLocal(embedder.model) { return try await embedder.embed([text], as: .query).first }
        let end = ContinuousClock.now + .seconds(Self.questionSeconds)
        do {
            return try await Self.within(end) { try await embedder.embed([text], as: .query) }.first
        } catch let error as EmbeddingError {
            if error.code != .refused { embedders.beginOutage(of: embedder.model, error) }
            throw error
        }
    }

    /// Who asks does not wait longer than this for a service.
    private static let questionSeconds = 5
}
