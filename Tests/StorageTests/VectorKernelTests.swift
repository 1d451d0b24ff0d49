import CVectorMath
import Testing

@testable import Storage

/// Numbers that are the same in every run.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func vector(_ dimensions: Int) -> [Float] {
        (0..<dimensions).map { _ in (0..<4).reduce(Float(-2)) { sum, _ in sum + Float.random(in: 0...1, using: &self) }
        }
    }
}

private func cosine(_ one: [Float], _ other: [Float]) -> Double {
    let dot = zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    let squares = [one, other].map { $0.reduce(0) { $0 + Double($1) * Double($1) } }
    return dot / (squares[0] * squares[1]).squareRoot()
}

/// Vectors in both short forms.
private final class ShortRows {
    let rows: UnsafeMutablePointer<UInt8>
    let scales: UnsafeMutablePointer<Float>
    let signs: UnsafeMutablePointer<UInt64>
    let count: Int

    init(_ vectors: [[Float]]) {
        let dimensions = vectors[0].count
        count = vectors.count
        let stride = roost_byte_stride(dimensions)
        rows = .allocate(capacity: count * stride)
        scales = .allocate(capacity: count)
        let words = (count + 7) / 8 * 8 * roost_sign_words(dimensions)
        signs = .allocate(capacity: words)
        signs.initialize(repeating: 0, count: words)
        for (row, vector) in vectors.enumerated() {
            scales[row] = roost_put_bytes(vector, dimensions, rows + row * stride)
            roost_put_signs(vector, dimensions, signs, row)
        }
    }

    deinit {
        rows.deallocate()
        scales.deallocate()
        signs.deallocate()
    }
}

@Suite struct VectorKernelTests {
    private static let levels = [ROOST_PLAIN, ROOST_AVX2, ROOST_AVX512].filter {
        $0.rawValue <= roost_best_instructions().rawValue
    }

    private func hits(
        _ wanted: Int, _ query: VectorQuery,
        _ body: (UnsafePointer<roost_query>, UnsafeMutablePointer<roost_top>) -> Void
    ) -> [String] {
        let top = VectorTop(wanted)
        top.scan(base: 7) { body(query.pointer, $0) }
        return top.sorted().map { "\($0.row) \($0.score)" }
    }

    @Test(arguments: [1, 3, 63, 64, 65, 256, 384, 1000, 1536, 3072])
    func `every kernel finds the same rows with the same scores`(dimensions: Int) {
        var dice = Dice(UInt64(dimensions))
        let vectors = (0..<300).map { _ in dice.vector(dimensions) }
        let short = ShortRows(vectors)
        let vector = dice.vector(dimensions)
        let leftOut = (0..<5).map { _ in dice.next() & dice.next() }
        for (first, count) in [(0, 300), (0, 0), (5, 1), (3, 200), (9, 7), (250, 50)] {
            let found = Self.levels.map { level in
                let query = VectorQuery(vector, instructions: level)
                let bytes = hits(20, query) {
                    roost_scan_bytes($0, short.rows, short.scales, first, count, leftOut, $1)
                }
                let signs = hits(300, query) { roost_scan_signs($0, short.signs, first, count, leftOut, $1) }
                let all = hits(300, query) { roost_scan_signs($0, short.signs, first, count, nil, $1) }
                var scores = [Float](repeating: 0, count: count)
                roost_score_bytes(
                    query.pointer, short.rows, short.scales, (first..<first + count).map { UInt32($0) }, count, &scores)
                return [bytes, signs, all, scores.map { "\($0)" }]
            }
            #expect(found.allSatisfy { $0 == found[0] })
            let taken = (first..<first + count).filter { leftOut[$0 / 64] >> UInt64($0 % 64) & 1 == 0 }
            #expect(found[0][0].count == min(20, taken.count))
            #expect(found[0][1].count == taken.count)
            #expect(found[0][2].count == count)
        }
    }

    @Test(arguments: [8, 100, 384, 1536])
    func `scores of bytes and of halves are cosines`(dimensions: Int) {
        var dice = Dice(1)
        let vectors = (0..<100).map { _ in dice.vector(dimensions) }
        let short = ShortRows(vectors)
        let vector = dice.vector(dimensions)
        for level in Self.levels {
            let query = VectorQuery(vector, instructions: level)
            var scores = [Float](repeating: 0, count: 100)
            roost_score_bytes(query.pointer, short.rows, short.scales, (0..<100).map { UInt32($0) }, 100, &scores)
            for (row, stored) in vectors.enumerated() {
                let exact = cosine(vector, stored)
                #expect(abs(Double(scores[row]) - exact) < 0.015)
                let half = query.similarity(HalfVector.bytes(stored)) ?? -2
                #expect(abs(Double(half) - exact) < 0.001)
            }
        }
    }

    @Test func `signs that differ are counted`() {
        var dice = Dice(2)
        let vectors = (0..<40).map { _ in dice.vector(100) }
        let short = ShortRows(vectors)
        let vector = dice.vector(100)
        let query = VectorQuery(vector)
        let top = VectorTop(40)
        top.scan { roost_scan_signs(query.pointer, short.signs, 0, 40, nil, $0) }
        let sorted = top.sorted()
        #expect(sorted.count == 40)
        for hit in sorted {
            let differing = zip(vector, vectors[Int(hit.row)]).count { ($0 < 0) != ($1 < 0) }
            #expect(hit.score == -Float(differing))
        }
    }

    @Test func `the best are kept, however many come and in whatever order`() {
        var dice = Dice(3)
        for count in [0, 1, 5, 100, 5000] {
            for wanted in [1, 7, 100] {
                let scores = (0..<count).map { _ in Float(Int.random(in: 0..<1000, using: &dice)) }
                for order in [scores, scores.sorted(), scores.sorted(by: >)] {
                    let top = VectorTop(wanted)
                    for (row, score) in order.enumerated() { top.add(score, row) }
                    let best = top.sorted()
                    #expect(best.map(\.score) == order.sorted(by: >).prefix(wanted).map { $0 })
                    #expect(best.allSatisfy { order[Int($0.row)] == $0.score })
                }
            }
        }
    }

    @Test func `a vector without length or with parts that are no numbers is near to nothing`() {
        let odd: [[Float]] = [
            [0, 0, 0], [.nan, 1, 0], [.infinity, 0, 0], [1e-38, 0, 0], [3e38, 3e38, 0], [-.infinity, .infinity, 0],
        ]
        let short = ShortRows(odd + [[1, 0, 0]])
        for level in Self.levels {
            let query = VectorQuery([1, 0, 0], instructions: level)
            var scores = [Float](repeating: 5, count: 7)
            roost_score_bytes(query.pointer, short.rows, short.scales, (0..<7).map { UInt32($0) }, 7, &scores)
            #expect(scores.dropLast().allSatisfy { $0 == 0 } && scores[6] > 0.99)
            for vector in odd {
                #expect(VectorQuery(vector, instructions: level).similarity(HalfVector.bytes([1, 0, 0])) == 0)
                #expect(abs(query.similarity(HalfVector.bytes(vector)) ?? 5) < 0.001)
            }
        }
    }

    @Test func `halves come back as they were`() {
        let vector: [Float] = [0, 1, -1, 0.5, 65504, -0.25, 0.333251953125]
        #expect(HalfVector.floats(HalfVector.bytes(vector)) == vector)
        #expect(VectorQuery([1, 2]).similarity(HalfVector.bytes([1, 2, 3])) == nil)
    }
}
