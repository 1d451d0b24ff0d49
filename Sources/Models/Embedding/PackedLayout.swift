/// What a packed BERT encoder consists of: the sections of its `ModelFile`, their order and sizes.
///
/// | section | contents |
/// |---|---|
/// | `words` | `[vocabulary][hidden]`, of the file's precision |
/// | `positions`, `types` | `[positions][hidden]`, `[types][hidden]`, fp32 |
/// | `norm` | gamma, beta of the embeddings, fp32 |
/// | `layerN.qkv`, `.context`, `.up`, `.down` | linear layers in panels, see `roost_linear` |
/// | `layerN.vectors` | their biases and both norms, fp32, in the order of `Vector` |
///
/// All widths are padded to multiples of 16 with zeros; so is each head.
struct PackedLayout {
    let shape: BertShape
    let precision: WeightPrecision

    /// The linear layers of an encoder layer.
    enum Matrix: String, CaseIterable {
        case qkv, context, up, down
    }

    /// The vectors of an encoder layer, in order.
    enum Vector: CaseIterable {
        case qkvBias, contextBias, contextGamma, contextBeta, upBias, downBias, downGamma, downBeta
    }

    static func name(_ matrix: Matrix, layer: Int) -> String { "layer\(layer).\(matrix.rawValue)" }
    static func vectors(layer: Int) -> String { "layer\(layer).vectors" }

    func depth(_ matrix: Matrix) -> Int {
        switch matrix {
        case .qkv, .up: shape.paddedHidden
        case .context: shape.contextWidth
        case .down: shape.paddedIntermediate
        }
    }

    func columns(_ matrix: Matrix) -> Int {
        switch matrix {
        case .qkv: 3 * shape.contextWidth
        case .context, .down: shape.paddedHidden
        case .up: shape.paddedIntermediate
        }
    }

    func width(_ vector: Vector) -> Int {
        switch vector {
        case .qkvBias: columns(.qkv)
        case .upBias: columns(.up)
        case .contextBias, .contextGamma, .contextBeta, .downBias, .downGamma, .downBeta: shape.paddedHidden
        }
    }

    func offset(_ vector: Vector) -> Int {
        Vector.allCases.prefix { $0 != vector }.reduce(0) { $0 + width($1) }
    }

    /// Every section with its bytes.
    var sections: [(name: String, bytes: Int)] {
        let row = 4 * shape.paddedHidden
        var sections = [
            ("words", shape.vocabulary * shape.paddedHidden * precision.bytes), ("positions", shape.positions * row),
            ("types", shape.types * row), ("norm", 2 * row),
        ]
        for layer in 0..<shape.layers {
            sections += Matrix.allCases.map {
                (Self.name($0, layer: layer), depth($0) * columns($0) * precision.bytes)
            }
            sections.append((Self.vectors(layer: layer), Vector.allCases.reduce(0) { $0 + 4 * width($1) }))
        }
        return sections
    }
}
