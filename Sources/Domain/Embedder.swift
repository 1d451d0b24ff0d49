/// A model that turns texts into vectors whose angles tell how close their meanings are.
package protocol Embedder: Sendable {
    var model: EmbeddingModel { get }

    /// How many texts at a call cost least when many are to be embedded.
    var preferredBatch: Int { get }

    /// One vector of length 1 for each text, in their order; a text of any length is embedded whole.
    /// Throws `EmbeddingError`, or `CancellationError` when the caller's task is cancelled.
    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]]
}

extension Embedder {
    package var preferredBatch: Int { 32 }
}

/// What a text is embedded for; some models put another prefix before each kind.
package enum EmbeddingPurpose: Sendable {
    case passage
    case query
}

/// Which vectors can be compared: those of the same model.
package struct EmbeddingModel: Sendable, Hashable {
    /// Tells this model's vectors from all others: changes with the weights, the dimensions, the prefixes.
    package let id: String
    /// `provider/model`, as users write it.
    package let handle: String
    package let dimensions: Int

    package init(id: String, handle: String, dimensions: Int) {
        self.id = id
        self.handle = handle
        self.dimensions = dimensions
    }
}

/// Why texts could not be embedded.
package struct EmbeddingError: Error, Sendable {
    package enum Code: Sendable {
        /// The model's folder or file is missing, damaged or of a kind that is not understood.
        case model
        /// The service does not answer, or not now; trying again later may help.
        case unavailable
        /// The service refused: a wrong key, an unknown model, a text it does not take.
        case refused
    }

    package let code: Code
    /// What happened and what to do. Never holds a key or a memory's text.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
