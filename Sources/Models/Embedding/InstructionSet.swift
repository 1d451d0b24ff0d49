import CVectorMath

/// The instructions that the kernels use, from the simplest to the best.
package enum InstructionSet: UInt32, Sendable, CaseIterable, Comparable {
    case plain
    case avx2
    case avx512
    case avx512BF16

    /// The best that this processor has.
    package static let best = InstructionSet(rawValue: roost_best_instructions().rawValue) ?? .plain

    package static var available: [InstructionSet] { allCases.filter { $0 <= best } }

    package static func < (one: InstructionSet, other: InstructionSet) -> Bool { one.rawValue < other.rawValue }

    var code: roost_instructions { roost_instructions(rawValue: rawValue) }
}

/// How weights are kept in a packed model.
package enum WeightPrecision: String, Sendable, CaseIterable {
    /// Half the bytes, and on processors that multiply it twice the speed; elsewhere slower than `fp32`.
    case bf16
    case fp32

    /// What is fastest here.
    package static var best: WeightPrecision { InstructionSet.best == .avx512BF16 ? .bf16 : .fp32 }

    var code: roost_precision { self == .bf16 ? ROOST_BF16 : ROOST_FP32 }
    var bytes: Int { self == .bf16 ? 2 : 4 }
}
