import Domain
import Platform

/// One kernel thread with one encoder. It serves all requests that wait in turns of a few milliseconds, so that a short
/// one does not wait for a long one, and a cancelled one is dropped soon.
final class EmbeddingThread: Sendable {
    private let name: String
    private let model: PackedModel
    private let instructions: InstructionSet
    private let queue = BlockingQueue<EmbeddingRequest>()
    private let isStarted = Lock(false)

    /// Tokens of one turn: enough for the encoder to read each weight once for many tokens.
    private static let tokensPerTurn = 1024
    /// What each of many requests gets of it at least.
    private static let tokensPerRequest = 128

    init(name: String, model: PackedModel, instructions: InstructionSet) {
        self.name = name
        self.model = model
        self.instructions = instructions
    }

    deinit { queue.close() }

    /// One vector for each text. Throws `EmbeddingError` or `CancellationError`.
    func embed(_ texts: [String], prefix: String) async throws -> [[Float]] {
        start()
        let reply = EmbeddingReply()
        return try await reply.wait {
            _ = queue.push(EmbeddingRequest(texts, prefix: prefix, model: model, reply: reply))
        }
    }

    /// The thread, and with it the encoder and its memory, are made when they are first needed.
    private func start() {
        let isFirst = isStarted.withLock { isStarted in
            defer { isStarted = true }
            return !isStarted
        }
        guard isFirst else { return }
        BlockingThread.start(name: name) { [queue, model, instructions] in
            let encoder = BertEncoder(model.weights, pooling: model.pooling, instructions: instructions)
            Self.serve(queue, encoder)
        }
    }

    private static func serve(_ queue: BlockingQueue<EmbeddingRequest>, _ encoder: BertEncoder) {
        var active: [EmbeddingRequest] = []
        while true {
            let arrived = queue.popAll(waits: active.isEmpty)
            if arrived.isEmpty, active.isEmpty { return }
            active += arrived
            active.removeAll { $0.reply.isAnswered }
            serveTurn(&active, encoder)
        }
    }

    private static func serveTurn(_ active: inout [EmbeddingRequest], _ encoder: BertEncoder) {
        var taken: [(request: Int, sequence: EmbeddingRequest.Sequence)] = []
        var left = tokensPerTurn
        // Who has waited longest comes first; who does not fit is first in the next turn.
        var served = 0
        while served < active.count, left > 0 {
            let share = max(left / (active.count - served), tokensPerRequest)
            for sequence in active[served].take(tokens: share) {
                taken.append((served, sequence))
                left -= sequence.numbers.count
            }
            served += 1
        }
        do throws(EmbeddingError) {
            let vectors = try encoder.encode(taken.map(\.sequence.numbers))
            for ((request, sequence), vector) in zip(taken, vectors) { active[request].put(vector, of: sequence) }
        } catch {
            for request in active[..<served] { request.reply.answer(.failure(error)) }
        }
        active = active[served...] + active[..<served].filter { !$0.reply.isAnswered && !$0.answerWhenDone() }
    }
}
