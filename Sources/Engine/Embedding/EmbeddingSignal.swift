/// Tells the worker of this process that there is something to embed. Without a worker nobody listens.
final class EmbeddingSignal: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        // However many signals come while the worker works, it looks once more.
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func signal() { continuation.yield() }
}
