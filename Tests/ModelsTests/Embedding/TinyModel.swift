import Foundation
import Platform

@testable import Models

/// A model of Tests/Fixtures/embedding/models, with the weights that `models.py` gave the reference.
struct TinyModel {
    let folder: ScratchFolder
    /// The model's folder.
    var path: String { "\(folder.path)/\(name)" }
    let name: String

    static let names = ["bge-tiny-en-v1.5", "e5-tiny-v2", "gte-tiny", "all-Tiny-L3", "plain-base"]

    init(_ name: String) throws {
        self.name = name
        folder = try ScratchFolder()
        let source = "\(EmbeddingFixtures.folder)/models/\(name)"
        try FileManager.default.copyItem(atPath: source, toPath: "\(folder.path)/\(name)")
        let weights = try JSONValue(parsing: try folder.read("\(name)/weights.json"))
        let shared = "\(EmbeddingFixtures.folder)/tokenizer/tokenizer.json"
        if weights["tokenizer"]?.bool == true {
            try FileManager.default.copyItem(atPath: shared, toPath: "\(path)/tokenizer.json")
        } else {
            let pieces = try TokenizerReading(FolderFiles(path: EmbeddingFixtures.folder + "/tokenizer")).pieces
            try folder.write("\(name)/vocab.txt", Array(pieces.map(\.text).joined(separator: [0x0A])) + [0x0A])
        }
        try folder.write("\(name)/model.safetensors", Self.safetensors(weights, renamed: name == "plain-base"))
    }

    /// Texts with the reference's vectors.
    struct Expected {
        let isQuery: Bool
        let text: String
        let vector: [Float]
    }

    static func expected(_ file: String) throws -> [Expected] {
        try EmbeddingFixtures.lines("models/\(file)").map { line in
            Expected(
                isQuery: line["purpose"] == "query", text: line["text"]?.string ?? "",
                vector: line["vector"]?.array?.compactMap { $0.double.map(Float.init) } ?? [])
        }
    }

    // MARK: Weights

    private static func safetensors(_ weights: JSONValue, renamed: Bool) -> [UInt8] {
        let kind = weights["kind"]?.string ?? ""
        var header = JSONObject()
        var data: [UInt8] = []
        for (index, tensor) in (weights["tensors"]?.array ?? []).enumerated() {
            let name = tensor.array?[0].string ?? ""
            let shape = tensor.array?[1].array?.compactMap(\.int) ?? []
            let start = data.count
            append(values(index, name, shape.reduce(1, *)), kind, to: &data)
            // As the first files of BERT called them.
            let shown =
                renamed
                ? "bert."
                    + name.replacingOccurrences(of: "LayerNorm.weight", with: "LayerNorm.gamma")
                    .replacingOccurrences(of: "LayerNorm.bias", with: "LayerNorm.beta") : name
            header[shown] = [
                "dtype": .string(kind), "shape": .array(shape.map { .int(Int64($0)) }),
                "data_offsets": [.int(Int64(start)), .int(Int64(data.count))],
            ]
        }
        return SafetensorsTests.file(JSONValue.object(header).text, data)
    }

    private static func values(_ index: Int, _ name: String, _ count: Int) -> [Float] {
        let isNorm = name.hasSuffix("LayerNorm.weight")
        let scale: Float = name.contains("embeddings") && !name.contains("LayerNorm") ? 1 : 0.25
        return (0..<count).map { place in
            let uniform = Float(mixed(UInt64(index << 32 + place)) >> 56) / 128 - 1
            return isNorm ? 1 + (uniform * 16).rounded(.down) / 32 : uniform * scale
        }
    }

    /// SplitMix64.
    private static func mixed(_ counter: UInt64) -> UInt64 {
        var number = (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
        number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
        return number ^ number >> 31
    }

    private static func append(_ values: [Float], _ kind: String, to data: inout [UInt8]) {
        for value in values {
            switch kind {
            case "F32": withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 }
            case "F16": withUnsafeBytes(of: Float16(value).bitPattern.littleEndian) { data += $0 }
            default: withUnsafeBytes(of: UInt16(value.bitPattern >> 16).littleEndian) { data += $0 }
            }
        }
    }
}

/// Of vectors of any length.
func cosine(_ left: [Float], _ right: [Float]) -> Double {
    guard left.count == right.count else { return 0 }
    var (product, one, other) = (0.0, 0.0, 0.0)
    for (left, right) in zip(left, right) {
        product += Double(left) * Double(right)
        one += Double(left) * Double(left)
        other += Double(right) * Double(right)
    }
    return product / (one * other).squareRoot()
}
