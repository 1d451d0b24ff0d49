import Domain
import Platform
import Testing

@testable import Models

@Suite struct BertEncoderTests {
    /// Widths that are and are not multiples of 16, in all places.
    static let models: [TinyBert] = {
        var models = [
            TinyBert(), TinyBert(hidden: 40, heads: 5, intermediate: 37, layers: 1, activation: "relu"),
            TinyBert(hidden: 24, heads: 2, intermediate: 48, activation: "gelu_new"),
            TinyBert(hidden: 96, heads: 3, intermediate: 200, layers: 1),
            TinyBert(hidden: 7, heads: 1, intermediate: 1, vocabulary: 9),
        ]
        for index in models.indices { models[index].fill() }
        return models
    }()

    static let sequences: [[Int32]] = [
        [1], [1, 2], [8, 0, 3, 3, 5, 1, 7], (0..<40).map { $0 % 9 }, [4, 4, 4], (0..<17).map { $0 % 8 },
    ]

    static var kinds: [(InstructionSet, WeightPrecision)] {
        InstructionSet.available.flatMap { set in WeightPrecision.allCases.map { (set, $0) } }
    }

    /// What activations lose where they are rounded to bf16.
    static func tolerance(_ set: InstructionSet, _ precision: WeightPrecision) -> Double {
        set == .avx512BF16 && precision == .bf16 ? 1e-3 : 1e-9
    }

    static func cosine(_ one: [Float], _ other: [Double]) -> Double {
        let one = one.map(Double.init)
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return product(one, other) / (product(one, one) * product(other, other)).squareRoot()
    }

    @Test(arguments: models.indices)
    func `vectors are those of the paper's formulas, whatever the widths and instructions`(_ index: Int) throws {
        let model = Self.models[index]
        let expected = Self.sequences.map { model.tokenVectors($0) }
        for precision in WeightPrecision.allCases {
            let weights = try model.packed(precision, in: ScratchFolder())
            for instructions in InstructionSet.available {
                let encoder = BertEncoder(weights, instructions: instructions)
                let vectors = try encoder.encode(Self.sequences)
                let allowed = Self.tolerance(instructions, precision)
                for (index, tokens) in expected.enumerated() {
                    let mean = (0..<model.hidden).map { column in
                        tokens.reduce(0) { $0 + $1[column] } / Double(tokens.count)
                    }
                    let distance = 1 - Self.cosine(vectors[index], mean)
                    #expect(abs(distance) < allowed, "\(instructions) \(precision) sequence \(index): \(distance)")
                    #expect(abs(vectors[index].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
                    for (found, expected) in zip(try encoder.tokenVectors(Self.sequences[index]), tokens) {
                        let distance = 1 - Self.cosine(found, expected)
                        #expect(abs(distance) < 2 * allowed, "\(instructions) \(precision) tokens: \(distance)")
                    }
                }
            }
        }
    }

    @Test func `the first token's vector and vectors of any length can be asked for`() throws {
        let model = Self.models[0]
        let weights = try model.packed(.fp32, in: ScratchFolder())
        let encoder = BertEncoder(weights, pooling: .first, normalized: false)
        let vectors = try encoder.encode(Self.sequences)
        for (sequence, vector) in zip(Self.sequences, vectors) {
            let expected = model.tokenVectors(sequence)[0]
            #expect(zip(vector, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
        }
    }

    @Test func `many sequences give what each gives alone, also when they fill several passes`() throws {
        let weights = try Self.models[0].packed(.fp32, in: ScratchFolder())
        let encoder = BertEncoder(weights)
        let many = (0..<60).map { Self.sequences[$0 % Self.sequences.count] }
        let together = try encoder.encode(many)
        #expect(together.count == many.count)
        for (sequence, vector) in zip(many, together) {
            let alone = try encoder.encode([sequence])[0]
            #expect(zip(vector, alone).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        #expect(try encoder.encode([]).isEmpty)
    }

    @Test(arguments: [([], "from 1 to 40"), (Array(repeating: 1, count: 41), "from 1 to 40")] as [([Int32], String)])
    func `a sequence that is empty or too long is refused`(_ sequence: [Int32], _ message: String) throws {
        let encoder = BertEncoder(try Self.models[0].packed(.fp32, in: ScratchFolder()))
        let error = #expect(throws: EmbeddingError.self) { try encoder.encode([[1], sequence]) }
        #expect(error?.message.contains(message) == true)
        #expect(throws: EmbeddingError.self) { try encoder.tokenVectors(sequence) }
    }

    @Test(arguments: [-1, 50, Int32.max])
    func `a token that the model does not know is refused`(_ token: Int32) throws {
        let encoder = BertEncoder(try Self.models[0].packed(.fp32, in: ScratchFolder()))
        let error = #expect(throws: EmbeddingError.self) { try encoder.encode([[1, token]]) }
        #expect(error?.message.contains("do not belong together") == true)
    }

    @Test(arguments: ["encoder.layer.1.output.dense.weight", "embeddings.LayerNorm.bias"], kinds)
    func `weights that are not numbers give an error, never a vector`(
        _ tensor: String, _ kind: (InstructionSet, WeightPrecision)
    ) throws {
        let weights = try Self.models[0].packed(kind.1, in: ScratchFolder(), broken: tensor)
        for normalized in [true, false] {
            let encoder = BertEncoder(weights, normalized: normalized, instructions: kind.0)
            let error = #expect(throws: EmbeddingError.self) { try encoder.encode([[1, 2, 3]]) }
            #expect(error?.message.contains("damaged") == true)
        }
    }
}
