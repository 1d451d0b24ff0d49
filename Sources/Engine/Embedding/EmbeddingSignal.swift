import Platform

/// Tells the worker of this process that there is something to embed. Without a worker nobody listens.
final class EmbeddingSignal: Sendable {
    private let listener = Lock<AsyncStream<Void>.Continuation?>(nil)

    /// However many signals come while the listener works, it looks once more. A new listener takes the old one's place.
    func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let old = listener.withLock { listener in
            defer { listener = continuation }
            return listener
        }
        old?.finish()
        return stream
    }

    func signal() {
        let continuation = listener.withLock { $0 }
        continuation?.yield()
    }
}
