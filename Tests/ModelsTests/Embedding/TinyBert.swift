import Domain
import Platform

@testable import Models

/// A BERT of random weights, in memory, on disk in the usual format, and computed the slow way.
struct TinyBert {
    var hidden = 32
    var heads = 2
    var intermediate = 64
    var layers = 2
    var vocabulary = 50
    var positions = 40
    var activation = "gelu"
    private(set) var tensors: [(name: String, shape: [Int], values: [Float])] = []

    var config: JSONValue {
        [
            "model_type": "bert", "vocab_size": .int(Int64(vocabulary)), "hidden_size": .int(Int64(hidden)),
            "num_hidden_layers": .int(Int64(layers)), "num_attention_heads": .int(Int64(heads)),
            "intermediate_size": .int(Int64(intermediate)), "max_position_embeddings": .int(Int64(positions)),
            "type_vocab_size": 2, "hidden_act": .string(activation), "layer_norm_eps": .double(1e-6),
        ]
    }

    var shape: BertShape { get throws { try BertShape(config: config, path: "config.json") } }

    /// Fills the tensors; all weights can be kept as bf16 without loss, so that both precisions mean the same model.
    mutating func fill() {
        var random = RandomFloats()
        func add(_ name: String, _ shape: [Int], around middle: Float = 0, by size: Float) {
            let values = (0..<shape.reduce(1, *)).map { _ in
                Float(bitPattern: (middle + size * random.next()).bitPattern & 0xFFFF_0000)
            }
            tensors.append((name, shape, values))
        }
        func addNorm(_ name: String) {
            add("\(name).LayerNorm.weight", [hidden], around: 1, by: 0.5)
            add("\(name).LayerNorm.bias", [hidden], by: 0.3)
        }
        func addLinear(_ name: String, _ columns: Int, _ depth: Int) {
            add("\(name).weight", [columns, depth], by: 2 / Float(depth).squareRoot())
            add("\(name).bias", [columns], by: 0.2)
        }
        add("embeddings.word_embeddings.weight", [vocabulary, hidden], by: 1)
        add("embeddings.position_embeddings.weight", [positions, hidden], by: 1)
        add("embeddings.token_type_embeddings.weight", [2, hidden], by: 0.5)
        addNorm("embeddings")
        for layer in 0..<layers {
            let name = "encoder.layer.\(layer)"
            for part in ["query", "key", "value"] { addLinear("\(name).attention.self.\(part)", hidden, hidden) }
            addLinear("\(name).attention.output.dense", hidden, hidden)
            addNorm("\(name).attention.output")
            addLinear("\(name).intermediate.dense", intermediate, hidden)
            addLinear("\(name).output.dense", hidden, intermediate)
            addNorm("\(name).output")
        }
    }

    /// The weights as a file, without the tensor `missing`, and with a number that is none in the tensor `broken`.
    func safetensors(without missing: String? = nil, broken: String? = nil) -> [UInt8] {
        var header = JSONObject()
        var data: [UInt8] = []
        for tensor in tensors where tensor.name != missing {
            let start = data.count
            var values = tensor.values
            if tensor.name == broken { values[0] = .nan }
            for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 } }
            header[tensor.name] = [
                "dtype": "F32", "shape": .array(tensor.shape.map { .int(Int64($0)) }),
                "data_offsets": [.int(Int64(start)), .int(Int64(data.count))],
            ]
        }
        return SafetensorsTests.file(JSONValue.object(header).text, data)
    }

    /// The weights packed and opened.
    func packed(_ precision: WeightPrecision, in folder: ScratchFolder, broken: String? = nil) throws -> PackedWeights {
        let tensors = try folder.write("model.safetensors", safetensors(broken: broken))
        let path = "\(folder.path)/packed.\(precision)"
        var file = try ModelFileWriter(path: path)
        try WeightsPacking(Safetensors(path: tensors), shape: shape, precision: precision).add(to: &file)
        try file.finish(metadata: .emptyObject)
        return try PackedWeights(ModelFile(path: path), shape: shape, precision: precision)
    }

    func values(_ name: String) -> [Double] {
        tensors.first { $0.name == name }.map { $0.values.map(Double.init) } ?? []
    }
}

/// The same numbers in every run.
struct RandomFloats {
    private var state: UInt64 = 1

    /// From -1 to 1.
    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }

    mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
