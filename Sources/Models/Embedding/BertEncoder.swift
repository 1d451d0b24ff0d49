import CVectorMath
package import Domain

/// A BERT encoder: token numbers in, one vector for each sequence out. Holds scratch memory that it uses again, so one
/// thread at a time may use it; many encoders may share the same weights.
package final class BertEncoder {
    /// How the tokens of a sequence become one vector.
    package enum Pooling: Sendable, Equatable {
        case mean
        /// The first token, `[CLS]`.
        case first
    }

    package let shape: BertShape
    private let weights: PackedWeights
    private let pooling: Pooling
    private let normalized: Bool
    private let kernels: roost_encoder_kernels
    private var scratch: EncoderScratch

    /// Tokens that go through the layers together: enough that each weight is used often once it is in the cache, few
    /// enough that what lies between two layers stays there too.
    private static let tokensPerPass = 512

    /// `normalized`: vectors get the length 1. `instructions` must be available.
    package init(
        _ weights: PackedWeights, pooling: Pooling = .mean, normalized: Bool = true,
        instructions: InstructionSet = .best
    ) {
        precondition(instructions <= .best, "this processor does not have \(instructions)")
        self.weights = weights
        self.pooling = pooling
        self.normalized = normalized
        shape = weights.shape
        kernels = roost_encoder(instructions.code, weights.precision.code).pointee
        scratch = EncoderScratch(shape, kernels)
    }

    /// One vector of `hidden` floats for each sequence. A sequence is not padded, has its special tokens already and
    /// from 1 to `positions` tokens.
    /// Throws `EmbeddingError(.model)` when a sequence is not as the model wants it, or the weights give no numbers.
    package func encode(_ sequences: [[Int32]]) throws(EmbeddingError) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(sequences.count)
        for batch in try batches(of: sequences) {
            run(sequences[batch])
            var row = 0
            for sequence in sequences[batch] {
                vectors.append(try pooled(row, sequence.count))
                row += sequence.count
            }
        }
        return vectors
    }

    /// The vectors of all tokens of one sequence, as the last layer gives them: not of length 1, special tokens included.
    package func tokenVectors(_ sequence: [Int32]) throws(EmbeddingError) -> [[Float]] {
        for batch in try batches(of: [sequence]) { run([sequence][batch]) }
        return (0..<sequence.count).map { row in
            Array(UnsafeBufferPointer(start: scratch.rows + row * shape.paddedHidden, count: shape.hidden))
        }
    }

    // MARK: Batches

    private func batches(of sequences: [[Int32]]) throws(EmbeddingError) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var tokens = 0
        for (index, sequence) in sequences.enumerated() {
            try check(sequence)
            if index > start, tokens + sequence.count > Self.tokensPerPass {
                batches.append(start..<index)
                start = index
                tokens = 0
            }
            tokens += sequence.count
        }
        if start < sequences.count { batches.append(start..<sequences.count) }
        return batches
    }

    private func check(_ sequence: [Int32]) throws(EmbeddingError) {
        guard (1...shape.positions).contains(sequence.count) else {
            throw EmbeddingError(
                .model, "The model takes from 1 to \(shape.positions) tokens at a time, not \(sequence.count).")
        }
        for token in sequence where !(0..<Int32(shape.vocabulary)).contains(token) {
            throw EmbeddingError(
                .model,
                "The tokenizer gave token \(token), but the model knows \(shape.vocabulary) of them:"
                    + " their files do not belong together.")
        }
    }

    private func pooled(_ row: Int, _ count: Int) throws(EmbeddingError) -> [Float] {
        let rows = scratch.rows + row * shape.paddedHidden
        let used = pooling == .mean ? count : 1
        var isUsable = true
        let vector = [Float](unsafeUninitializedCapacity: shape.hidden) { vector, written in
            roost_mean(rows, used, shape.paddedHidden, shape.hidden, vector.baseAddress)
            isUsable = roost_finite(vector.baseAddress, shape.hidden)
            if normalized, isUsable { isUsable = roost_unit(vector.baseAddress, shape.hidden) }
            written = shape.hidden
        }
        guard isUsable else {
            throw EmbeddingError(
                .model, "The model's weights give no finite vector: its files are damaged. Install the model again.")
        }
        return vector
    }

    // MARK: Layers

    /// Leaves the last layer's vectors in `scratch.rows`, sequence after sequence.
    private func run(_ sequences: ArraySlice<[Int32]>) {
        let tokens = sequences.reduce(0) { $0 + $1.count }
        scratch.reserve(tokens: tokens, longest: sequences.reduce(0) { max($0, $1.count) })
        embed(sequences)
        normalize(adding: nil, weights.embeddings.norm, tokens)
        for layer in weights.layers {
            multiply(layer.qkv, scratch.input, tokens, into: scratch.wide)
            attend(sequences)
            multiply(layer.context, scratch.context, tokens, into: scratch.sums)
            normalize(adding: scratch.sums, layer.contextNorm, tokens)
            multiply(layer.up, scratch.input, tokens, into: scratch.wide, then: shape.activation.code)
            multiply(layer.down, scratch.wide, tokens, into: scratch.sums)
            normalize(adding: scratch.sums, layer.downNorm, tokens)
        }
    }

    private func embed(_ sequences: ArraySlice<[Int32]>) {
        let embeddings = weights.embeddings
        var rows = scratch.rows
        for sequence in sequences {
            roost_embed(
                sequence, sequence.count, embeddings.words, weights.precision.code, embeddings.positions,
                embeddings.type, shape.paddedHidden, rows)
            rows += sequence.count * shape.paddedHidden
        }
    }

    private func attend(_ sequences: ArraySlice<[Int32]>) {
        let qkv = scratch.wide.assumingMemoryBound(to: Float.self)
        let scale = 1 / Float(shape.headWidth).squareRoot()
        var row = 0
        for sequence in sequences {
            kernels.attention(
                qkv + row * 3 * shape.contextWidth, sequence.count, shape.heads, shape.paddedHeadWidth, scale,
                scratch.context + row * shape.contextWidth * scratch.activationBytes, scratch.kernel)
            row += sequence.count
        }
    }

    private func multiply(
        _ layer: roost_linear, _ input: UnsafeRawPointer, _ rows: Int, into output: UnsafeMutableRawPointer,
        then activation: roost_activation = ROOST_LINEAR
    ) {
        withUnsafePointer(to: layer) { kernels.linear($0, activation, input, rows, output, scratch.kernel) }
    }

    private func normalize(adding sums: UnsafeMutableRawPointer?, _ norm: PackedWeights.Norm, _ rows: Int) {
        kernels.normalize(
            scratch.rows, sums?.assumingMemoryBound(to: Float.self), norm.gamma, norm.beta, rows, shape.hidden,
            shape.paddedHidden, shape.epsilon, scratch.copy)
    }
}

extension BertShape.Activation {
    var code: roost_activation {
        switch self {
        case .gelu: ROOST_GELU
        case .geluTanh: ROOST_GELU_TANH
        case .relu: ROOST_RELU
        }
    }
}
