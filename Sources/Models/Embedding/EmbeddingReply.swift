import Platform

/// What a caller waits for: answered once, by the thread that embeds or by the caller's cancellation.
final class EmbeddingReply: Sendable {
    private let state = Lock(State.open)

    private enum State {
        case open
        case awaited(CheckedContinuation<[[Float]], any Error>)
        case answered
    }

    /// Whether nobody waits any more.
    var isAnswered: Bool {
        state.withLock { if case .answered = $0 { true } else { false } }
    }

    /// Runs `submit` and waits for `answer`. Throws `CancellationError` as soon as the caller's task is cancelled.
    func wait(_ submit: () -> Void) async throws -> [[Float]] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isAnswered = state.withLock { state in
                    if case .answered = state { return true }
                    state = .awaited(continuation)
                    return false
                }
                if isAnswered { continuation.resume(throwing: CancellationError()) } else { submit() }
            }
        } onCancel: {
            answer(.failure(CancellationError()))
        }
    }

    /// Does nothing when there is an answer already.
    func answer(_ result: Result<[[Float]], any Error>) {
        let waiting: CheckedContinuation<[[Float]], any Error>? = state.withLock { state in
            defer { state = .answered }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(with: result)
    }
}
