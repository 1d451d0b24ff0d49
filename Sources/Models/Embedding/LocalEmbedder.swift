package import Domain
import Platform

/// A BERT model in this process. Two threads embed, one for queries and one for passages, so that a question never waits
/// behind an import; neither is there before it is needed.
package final class LocalEmbedder: Embedder {
    package let model: EmbeddingModel
    /// The most tokens that go through the model at once; longer texts are cut into windows.
    package let maximumTokens: Int
    package let precision: WeightPrecision
    private let prefixes: Prefixes
    private let packed: PackedModel
    private let queries: EmbeddingThread
    private let passages: EmbeddingThread
    private let cache = QueryCache(limit: 256)

    /// Opens a model's folder. The first time it is packed into one file, which takes about a second for 100 MB and blocks;
    /// after that, nothing is read that is not used.
    /// Throws `EmbeddingError(.model)` when the folder is missing, damaged or holds a model that is not supported.
    package init(_ configuration: LocalModel) throws(EmbeddingError) {
        precision = configuration.precision ?? .best
        packed = try PackedModel(folder: configuration.folder, precision: precision, cache: configuration.cache)
        prefixes = Prefixes(
            query: configuration.queryPrefix ?? packed.prefixes.query,
            passage: configuration.passagePrefix ?? packed.prefixes.passage)
        model = EmbeddingModel(
            id: packed.identity(prefixes), handle: "local/\(packed.name)", dimensions: packed.weights.shape.hidden)
        maximumTokens = packed.maximumTokens
        queries = EmbeddingThread(name: "embed-query", model: packed, instructions: configuration.instructions)
        passages = EmbeddingThread(name: "embed-passage", model: packed, instructions: configuration.instructions)
    }

    /// `init` on a thread where it may block.
    package static func open(_ configuration: LocalModel) async throws -> LocalEmbedder {
        try await withCheckedThrowingContinuation { continuation in
            BlockingThread.start(name: "embed-open") {
                continuation.resume(with: Result { try LocalEmbedder(configuration) })
            }
        }
    }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try Task.checkCancellation()
        if texts.isEmpty { return [] }
        switch purpose {
        case .passage: return try await passages.embed(texts, prefix: prefixes.passage)
        case .query:
            if texts.count == 1, let vector = cache.vector(of: texts[0]) { return [vector] }
            let vectors = try await queries.embed(texts, prefix: prefixes.query)
            if texts.count == 1 { cache.keep(vectors[0], of: texts[0]) }
            return vectors
        }
    }

    /// Reads the whole packed model and compares it with its checksums.
    /// Throws `EmbeddingError(.model)`, which names the file to delete, when it was damaged after it was made.
    package func verify() async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            BlockingThread.start(name: "embed-verify") { [packed] in
                done.resume(with: Result { try packed.weights.verify() })
            }
        }
    }

    /// The tokens a text has in the model, without those before and after it and the prefix.
    package func tokenCount(_ text: String) -> Int { packed.tokenizer.tokens(of: text).numbers.count }
}

/// Which model `LocalEmbedder` opens, and how.
package struct LocalModel: Sendable {
    package var folder: String
    /// Where the packed model goes when the model's folder cannot be written to.
    package var cache: String?
    /// Nil: what is fastest on this processor.
    package var precision: WeightPrecision?
    /// What is put before queries and passages; nil: what the model's files or its name say.
    package var queryPrefix: String?
    package var passagePrefix: String?
    package var instructions: InstructionSet

    package init(
        folder: String, cache: String? = nil, precision: WeightPrecision? = nil, queryPrefix: String? = nil,
        passagePrefix: String? = nil, instructions: InstructionSet = .best
    ) {
        self.folder = folder
        self.cache = cache
        self.precision = precision
        self.queryPrefix = queryPrefix
        self.passagePrefix = passagePrefix
        self.instructions = instructions
    }
}
