import Platform

/// A stream's producer asked for room after the peer had gone or the server had begun to stop.
package enum StreamError: Error {
    case peerGone, serverStopping
}

/// Counts the bytes of a streamed body between the producing task and the event loop, and holds the producer back.
final class StreamGate: Sendable {
    private struct State {
        var queued: Int
        var closed: StreamError?
        var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<UInt64> = []
        var nextWaiter: UInt64 = 0
    }

    private let state: Lock<State>
    private let limit: Int

    /// - Parameter queued: the size of the head, which goes the same way.
    init(queued: Int, limit: Int) {
        state = Lock(State(queued: queued))
        self.limit = limit
    }

    var isStopping: Bool { state.withLock { $0.closed == .serverStopping } }

    /// Waits for room and takes it. At most one piece more than the limit is queued.
    func reserve(_ count: Int) async throws {
        while true {
            try Task.checkCancellation()
            let isTaken = try state.withLock { state in
                if let reason = state.closed { throw reason }
                guard state.queued < limit else { return false }
                state.queued += count
                return true
            }
            if isTaken { return }
            try await waitForRoom()
        }
    }

    private func waitForRoom() async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if let reason = state.closed { return .failure(reason) }
                    if state.queued < limit { return .success(()) }
                    state.waiting[id] = waiter
                    return nil
                }
                if let result { waiter.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiting.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// The loop has written that many bytes.
    func sent(_ count: Int) {
        let waiters = state.withLock { state in
            state.queued -= count
            guard state.queued <= limit / 2, !state.waiting.isEmpty else {
                return [CheckedContinuation<Void, any Error>]()
            }
            defer { state.waiting.removeAll() }
            return Array(state.waiting.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    func close(_ reason: StreamError) {
        let waiters = state.withLock { state in
            if state.closed == nil { state.closed = reason }
            defer { state.waiting.removeAll() }
            return Array(state.waiting.values)
        }
        for waiter in waiters { waiter.resume(throwing: reason) }
    }
}
