import CVectorMath
package import Domain

/// The weights of a BERT encoder in a mapped file, ready for the kernels; nothing is copied.
package struct PackedWeights: Sendable {
    package let shape: BertShape
    package let precision: WeightPrecision
    private let file: ModelFile
    let embeddings: Embeddings
    let layers: [Layer]

    // SAFETY: all pointers are into `file`, which is only read and lives as long as this value.
    struct Embeddings: @unchecked Sendable {
        let words: UnsafeRawPointer
        let positions: UnsafePointer<Float>
        let type: UnsafePointer<Float>
        let norm: Norm
    }

    // SAFETY: as above.
    struct Layer: @unchecked Sendable {
        let qkv: roost_linear
        let context: roost_linear
        let contextNorm: Norm
        let up: roost_linear
        let down: roost_linear
        let downNorm: Norm
    }

    // SAFETY: as above.
    struct Norm: @unchecked Sendable {
        let gamma: UnsafePointer<Float>
        let beta: UnsafePointer<Float>
    }

    /// Finds the weights in a packed file. Throws `EmbeddingError(.model)` when a section is missing or is not as long as
    /// the shape says; the numbers themselves are not read.
    package init(_ file: ModelFile, shape: BertShape, precision: WeightPrecision) throws(EmbeddingError) {
        self.file = file
        self.shape = shape
        self.precision = precision
        let layout = PackedLayout(shape: shape, precision: precision)
        for (name, bytes) in layout.sections {
            let found = try file.section(name).count
            guard found == bytes else {
                throw ModelFile.damaged(
                    file.file.path, "the section \(name) has \(found) bytes, where the model needs \(bytes)")
            }
        }
        let norm = try Self.floats(file, "norm")
        embeddings = Embeddings(
            words: try Self.start(file, "words"), positions: try Self.floats(file, "positions"),
            // Texts to embed are one segment: all their tokens have type 0.
            type: try Self.floats(file, "types"), norm: Norm(gamma: norm, beta: norm + shape.paddedHidden))
        var layers: [Layer] = []
        for index in 0..<shape.layers { layers.append(try Self.layer(index, of: file, layout)) }
        self.layers = layers
    }

    /// Of the whole file that they are in.
    func verify() throws(EmbeddingError) { try file.verify() }

    private static func layer(
        _ index: Int, of file: ModelFile, _ layout: PackedLayout
    ) throws(EmbeddingError) -> Layer {
        let vectors = try floats(file, PackedLayout.vectors(layer: index))
        func linear(_ matrix: PackedLayout.Matrix, _ bias: PackedLayout.Vector) throws(EmbeddingError) -> roost_linear {
            roost_linear(
                weights: try start(file, PackedLayout.name(matrix, layer: index)),
                bias: vectors + layout.offset(bias), depth: layout.depth(matrix), columns: layout.columns(matrix),
                precision: layout.precision.code)
        }
        return Layer(
            qkv: try linear(.qkv, .qkvBias), context: try linear(.context, .contextBias),
            contextNorm: Norm(
                gamma: vectors + layout.offset(.contextGamma), beta: vectors + layout.offset(.contextBeta)),
            up: try linear(.up, .upBias), down: try linear(.down, .downBias),
            downNorm: Norm(gamma: vectors + layout.offset(.downGamma), beta: vectors + layout.offset(.downBeta)))
    }

    private static func start(_ file: ModelFile, _ name: String) throws(EmbeddingError) -> UnsafeRawPointer {
        guard let start = try file.section(name).baseAddress else {
            throw ModelFile.damaged(file.file.path, "the section \(name) is empty")
        }
        return start
    }

    private static func floats(_ file: ModelFile, _ name: String) throws(EmbeddingError) -> UnsafePointer<Float> {
        try start(file, name).assumingMemoryBound(to: Float.self)
    }
}
