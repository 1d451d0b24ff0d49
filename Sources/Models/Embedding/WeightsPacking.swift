import CVectorMath
package import Domain

/// Puts the weights of a safetensors file into the order in which the kernels read them; `PackedWeights` finds them again.
package struct WeightsPacking {
    private let layout: PackedLayout
    private let tensors: Safetensors

    package init(_ tensors: Safetensors, shape: BertShape, precision: WeightPrecision) {
        self.tensors = tensors
        layout = PackedLayout(shape: shape, precision: precision)
    }

    private var shape: BertShape { layout.shape }

    /// Adds all sections. Throws `EmbeddingError(.model)` when a tensor is missing or has another shape.
    package func add(to file: inout ModelFileWriter) throws(EmbeddingError) {
        let words = try table("embeddings.word_embeddings.weight", rows: shape.vocabulary)
        if layout.precision == .bf16 {
            try file.add("words", Self.rounded(words))
        } else {
            try file.add("words", words)
        }
        try file.add("positions", try table("embeddings.position_embeddings.weight", rows: shape.positions))
        try file.add("types", try table("embeddings.token_type_embeddings.weight", rows: shape.types))
        var norm: [Float] = []
        for part in ["weight", "bias"] {
            norm += Self.wider(
                try tensors.floats("embeddings.LayerNorm.\(part)", shape: [shape.hidden]), shape.paddedHidden)
        }
        try file.add("norm", norm)
        for layer in 0..<shape.layers { try add(layer: layer, to: &file) }
    }

    private func add(layer: Int, to file: inout ModelFileWriter) throws(EmbeddingError) {
        let name = "encoder.layer.\(layer)"
        let hidden = shape.hidden
        var vectors: [Float] = []
        var qkv: [Float] = []
        for part in ["query", "key", "value"] {
            let part = "\(name).attention.self.\(part)"
            qkv += headRows(try tensors.floats("\(part).weight", shape: [hidden, hidden]))
            vectors += headBias(try tensors.floats("\(part).bias", shape: [hidden]))
        }
        try pack(qkv, .qkv, layer, to: &file)
        let output = "\(name).attention.output"
        let context = try tensors.floats("\(output).dense.weight", shape: [hidden, hidden])
        try pack(headColumns(context), .context, layer, to: &file)
        try addVectors(output, to: &vectors)
        let up = "\(name).intermediate.dense"
        try pack(
            try matrix("\(up).weight", rows: shape.intermediate, columns: hidden), .up, layer, to: &file)
        vectors += Self.wider(
            try tensors.floats("\(up).bias", shape: [shape.intermediate]), shape.paddedIntermediate)
        try pack(
            try matrix("\(name).output.dense.weight", rows: hidden, columns: shape.intermediate), .down, layer,
            to: &file)
        try addVectors("\(name).output", to: &vectors)
        try file.add(PackedLayout.vectors(layer: layer), vectors)
    }

    /// A bias and the norm after it.
    private func addVectors(_ name: String, to vectors: inout [Float]) throws(EmbeddingError) {
        for part in ["dense.bias", "LayerNorm.weight", "LayerNorm.bias"] {
            vectors += Self.wider(
                try tensors.floats("\(name).\(part)", shape: [shape.hidden]), shape.paddedHidden)
        }
    }

    private func pack(
        _ rows: [Float], _ matrix: PackedLayout.Matrix, _ layer: Int, to file: inout ModelFileWriter
    ) throws(EmbeddingError) {
        let packed = [UInt8](unsafeUninitializedCapacity: rows.count * layout.precision.bytes) { bytes, count in
            roost_pack(
                rows, layout.depth(matrix), layout.columns(matrix), layout.precision.code, bytes.baseAddress)
            count = rows.count * layout.precision.bytes
        }
        try file.add(PackedLayout.name(matrix, layer: layer), packed)
    }

    // MARK: Padding

    private func table(_ name: String, rows: Int) throws(EmbeddingError) -> [Float] {
        let values = try tensors.floats(name, shape: [rows, shape.hidden])
        return Self.placed(
            values, shape.hidden, in: rows, shape.paddedHidden, row: { $0 }, column: { $0 })
    }

    private func matrix(_ name: String, rows: Int, columns: Int) throws(EmbeddingError) -> [Float] {
        Self.placed(
            try tensors.floats(name, shape: [rows, columns]), columns, in: BertShape.padded(rows),
            BertShape.padded(columns), row: { $0 }, column: { $0 })
    }

    /// Where an element of all heads side by side is once each head is padded.
    private func place(_ index: Int) -> Int {
        index / shape.headWidth * shape.paddedHeadWidth + index % shape.headWidth
    }

    private func headRows(_ values: [Float]) -> [Float] {
        Self.placed(
            values, shape.hidden, in: shape.contextWidth, shape.paddedHidden, row: place, column: { $0 })
    }

    private func headColumns(_ values: [Float]) -> [Float] {
        Self.placed(
            values, shape.hidden, in: shape.paddedHidden, shape.contextWidth, row: { $0 }, column: place)
    }

    private func headBias(_ values: [Float]) -> [Float] {
        Self.placed(values, values.count, in: 1, shape.contextWidth, row: { $0 }, column: place)
    }

    private static func wider(_ values: [Float], _ width: Int) -> [Float] {
        values + [Float](repeating: 0, count: width - values.count)
    }

    /// A matrix of `columns` columns in a larger one of zeros.
    private static func placed(
        _ values: [Float], _ columns: Int, in rows: Int, _ width: Int, row: (Int) -> Int, column: (Int) -> Int
    ) -> [Float] {
        if rows * width == values.count { return values }
        let places = (0..<columns).map(column)
        var placed = [Float](repeating: 0, count: rows * width)
        for from in 0..<(values.count / columns) {
            let start = row(from) * width
            for (index, place) in places.enumerated() { placed[start + place] = values[from * columns + index] }
        }
        return placed
    }

    private static func rounded(_ values: [Float]) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: values.count) { halves, count in
            roost_to_bf16(values, values.count, halves.baseAddress)
            count = values.count
        }
    }
}
