import CVectorMath
import Glibc
import Testing

@testable import Models

/// The kernels by themselves, each against the same sums in Double. Widths of real models; `BertEncoderTests` has odd ones.
@Suite struct EncoderKernelTests {
    /// Inputs and weights that bf16 keeps without loss, so that all kernels have the same numbers.
    private static func exact(_ count: Int, _ random: inout RandomFloats) -> [Float] {
        random.array(count).map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
    }

    private static func activations(_ values: [Float], _ kernels: roost_encoder_kernels) -> [UInt8] {
        guard kernels.activations == ROOST_BF16 else { return values.flatMap { withUnsafeBytes(of: $0) { Array($0) } } }
        var halves = [UInt16](repeating: 0, count: values.count)
        roost_to_bf16(values, values.count, &halves)
        return halves.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    }

    /// The layer's output as floats: bf16 when it was activations of such kernels.
    private static func linear(
        _ kind: (InstructionSet, WeightPrecision), rows: Int, depth: Int, columns: Int, weights: [Float], bias: [Float],
        input: [Float], then activation: roost_activation = ROOST_LINEAR
    ) -> [Float] {
        let kernels = roost_encoder(kind.0.code, kind.1.code).pointee
        var packed = [UInt8](repeating: 0, count: weights.count * kind.1.bytes)
        roost_pack(weights, depth, columns, kind.1.code, &packed)
        var scratch = [Float](repeating: .nan, count: roost_linear_scratch(depth))
        let input = activations(input, kernels)
        var output = [Float](repeating: .nan, count: rows * columns)
        bias.withUnsafeBufferPointer { bias in
            packed.withUnsafeBytes { packed in
                var layer = roost_linear(
                    weights: packed.baseAddress, bias: bias.baseAddress, depth: depth, columns: columns,
                    precision: kind.1.code)
                kernels.linear(&layer, activation, input, rows, &output, &scratch)
            }
        }
        guard activation != ROOST_LINEAR, kernels.activations == ROOST_BF16 else { return output }
        return output.withUnsafeBytes { bytes in
            bytes.bindMemory(to: UInt16.self).prefix(rows * columns).map { Float(bitPattern: UInt32($0) << 16) }
        }
    }

    @Test(arguments: BertEncoderTests.kinds, [1, 2, 3, 5, 6, 7, 12, 13, 25])
    func `a product has the right sums for any number of rows`(_ kind: (InstructionSet, WeightPrecision), _ rows: Int) {
        var random = RandomFloats()
        for (depth, columns) in [(16, 16), (384, 48), (1536, rows == 7 ? 32 : 0)] {
            let weights = Self.exact(columns * depth, &random)
            let bias = random.array(columns)
            let input = Self.exact(rows * depth, &random)
            let output = Self.linear(
                kind, rows: rows, depth: depth, columns: columns, weights: weights, bias: bias, input: input)
            var worst = 0.0
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = Double(bias[column])
                    for k in 0..<depth { sum += Double(input[row * depth + k]) * Double(weights[column * depth + k]) }
                    let distance = abs(sum - Double(output[row * columns + column]))
                    // A number that is none is as wrong as can be.
                    worst = max(worst, distance.isNaN ? .infinity : distance)
                }
            }
            #expect(worst < 3e-6 * Double(depth).squareRoot() * 4, "\(depth) × \(columns): \(worst)")
        }
    }

    @Test(arguments: BertEncoderTests.kinds, [ROOST_GELU, ROOST_GELU_TANH, ROOST_RELU].map(\.rawValue))
    func `an activation is right to a millionth of its argument, or to bf16`(
        _ kind: (InstructionSet, WeightPrecision), _ code: UInt32
    ) {
        // Each row has one argument in each column: the bias, as the weights are zero.
        let arguments = (0..<4096).map { Float($0 - 2048) / 200 }
        let output = Self.linear(
            kind, rows: 1, depth: 16, columns: arguments.count, weights: [Float](repeating: 0, count: 16 * 4096),
            bias: arguments, input: [Float](repeating: 0, count: 16), then: roost_activation(rawValue: code))
        let isRounded = kind.0 == .avx512BF16 && kind.1 == .bf16
        for (argument, found) in zip(arguments, output) {
            let x = Double(argument)
            let expected =
                switch roost_activation(rawValue: code) {
                case ROOST_GELU: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
                case ROOST_RELU: max(x, 0)
                default: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
                }
            let allowed = 1e-6 * abs(x) + (isRounded ? abs(expected) / 250 : 0)
            #expect(abs(Double(found) - expected) <= allowed, "f(\(x)) = \(found), not \(expected)")
        }
    }

    @Test(arguments: BertEncoderTests.kinds, [1, 5, 16, 33, 130])
    func `attention is the softmax of the products over the values`(
        _ kind: (InstructionSet, WeightPrecision), _ tokens: Int
    ) {
        let kernels = roost_encoder(kind.0.code, kind.1.code).pointee
        let (heads, width) = (2, 48)
        let stride = 3 * heads * width
        var random = RandomFloats()
        // Large numbers, so that a softmax that forgets to take the largest off overflows.
        let qkv = random.array(tokens * stride).map { $0 * 9 }
        var output = [Float](repeating: .nan, count: tokens * heads * width)
        var scratch = [Float](repeating: .nan, count: roost_attention_scratch(tokens, width))
        kernels.attention(qkv, tokens, heads, width, 0.5, &output, &scratch)
        if kernels.activations == ROOST_BF16 {
            output = output.withUnsafeBytes { bytes in
                bytes.bindMemory(to: UInt16.self).prefix(output.count).map { Float(bitPattern: UInt32($0) << 16) }
            }
        }
        let allowed = kernels.activations == ROOST_BF16 ? 0.04 : 2e-4
        for head in 0..<heads {
            for token in Set([0, tokens / 2, tokens - 1]) {
                let scores = (0..<tokens).map { key in
                    (0..<width).reduce(0.0) { sum, k in
                        sum + Double(qkv[token * stride + head * width + k])
                            * Double(qkv[key * stride + (heads + head) * width + k])
                    } * 0.5
                }
                let top = scores.max() ?? 0
                let powers = scores.map { exp($0 - top) }
                let total = powers.reduce(0, +)
                for column in 0..<width {
                    let expected = (0..<tokens).reduce(0.0) { sum, key in
                        sum + powers[key] / total * Double(qkv[key * stride + (2 * heads + head) * width + column])
                    }
                    let found = Double(output[(token * heads + head) * width + column])
                    #expect(abs(found - expected) < allowed, "\(found), not \(expected)")
                }
            }
        }
    }

    @Test func `rounding to bf16 is to the nearest, to even between two, and keeps what is no number`() {
        let cases: [(Float, UInt16)] = [
            (1, 0x3F80), (-2.5, 0xC020), (Float(bitPattern: 0x3F80_8000), 0x3F80),
            (Float(bitPattern: 0x3F81_8000), 0x3F82), (Float(bitPattern: 0x3F80_8001), 0x3F81), (.infinity, 0x7F80),
            (.greatestFiniteMagnitude, 0x7F80), (0, 0), (-0.0, 0x8000),
        ]
        var halves = [UInt16](repeating: 0, count: cases.count)
        roost_to_bf16(cases.map(\.0), cases.count, &halves)
        #expect(halves == cases.map(\.1))
        var none: UInt16 = 0
        roost_to_bf16([Float(bitPattern: 0x7FFF_FFFF)], 1, &none)
        #expect(Float(bitPattern: UInt32(none) << 16).isNaN)
    }
}
