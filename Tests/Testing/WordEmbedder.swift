package import Domain
import Platform

/// An embedder for tests: a text's vector is the sum of its words' vectors, which follow from their letters. Texts with
/// the same words are alike; faults are made to order.
package final class WordEmbedder: Embedder {
    /// What the next calls do instead of embedding.
    package enum Fault: Sendable {
        case fails(EmbeddingError.Code)
        /// Refuses texts that contain this word, whatever stands beside them.
        case refuses(word: String)
        /// Does not answer until its task is cancelled.
        case hangs
        /// Answers, but gives too few numbers.
        case truncates
    }

    package let model: EmbeddingModel
    package let preferredBatch: Int
    private let fault = Lock<Fault?>(nil)
    private let log = Lock<[String]>([])
    private let sizes = Lock<[Int]>([])
    private let gate: TestGate?

    /// - Parameter gate: holds each call until it is opened.
    package init(
        _ id: String = "words", handle: String = "roost/words", dimensions: Int = 64, preferredBatch: Int = 32,
        gate: TestGate? = nil
    ) {
        self.preferredBatch = preferredBatch
        model = EmbeddingModel(id: id, handle: handle, dimensions: dimensions)
        self.gate = gate
    }

    package func fail(_ fault: Fault?) { self.fault.withLock { $0 = fault } }

    /// Every text that was embedded, in order.
    package var embedded: [String] { log.withLock { $0 } }

    /// How often it was asked, with whatever outcome.
    package var calls: Int { batches.count }

    /// How many texts each call had.
    package var batches: [Int] { sizes.withLock { $0 } }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        sizes.withLock { $0.append(texts.count) }
        await gate?.wait()
        try Task.checkCancellation()
        var length = model.dimensions
        switch fault.withLock({ $0 }) {
        case nil: break
        case .fails(let code): throw EmbeddingError(code, "Asked to fail.")
        case .refuses(let word):
            if texts.contains(where: { $0.contains(word) }) { throw EmbeddingError(.refused, "A text was refused.") }
        case .hangs: try await Task.sleep(for: .seconds(3600))
        case .truncates: length -= 1
        }
        log.withLock { $0 += texts }
        return texts.map { Array(vector(of: $0).prefix(length)) }
    }

    /// The vector of a text, of length 1.
    package func vector(of text: String) -> [Float] {
        var sum = [Float](repeating: 0, count: model.dimensions)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            // FNV-1a, then a linear congruential generator; the model's id makes each model's vectors its own.
            var state: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in Array(model.id.utf8) + Array(word.utf8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
            for index in sum.indices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                sum[index] += Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
            }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : [1] + sum.dropFirst()
    }
}

/// A gate that tests open when what is to happen before has happened.
package final class TestGate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrived = 0
    }

    private let state = Lock(State())

    package init() {}

    package func wait() async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                state.arrived += 1
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if passes { continuation.resume() }
        }
    }

    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// How many have come to the gate.
    package var arrived: Int { state.withLock { $0.arrived } }
}
