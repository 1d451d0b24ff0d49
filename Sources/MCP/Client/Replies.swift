import Platform

/// Requests whose answers come on one stream, in any order.
final class Replies: Sendable {
    private enum Slot {
        case expected
        case waiting(CheckedContinuation<Reply, any Error>)
        case arrived(Reply)
        case cancelled
    }

    private struct State {
        var slots: [Int64: Slot] = [:]
        var end: MCPClientError?
    }

    private let state = Lock(State())

    /// Before the request is sent: its answer may be faster than the sender.
    func expect(_ id: Int64) throws {
        try state.withLock { state in
            if let end = state.end { throw end }
            state.slots[id] = .expected
        }
    }

    func forget(_ id: Int64) { state.withLock { _ = $0.slots.removeValue(forKey: id) } }

    /// Waits for the answer to an expected request.
    func reply(to id: Int64) async throws -> Reply {
        defer { forget(id) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Reply, any Error>) in
                let ready: Result<Reply, any Error>? = state.withLock { state in
                    switch state.slots[id] {
                    case .arrived(let reply)?: return .success(reply)
                    case .expected?:
                        if let end = state.end { return .failure(end) }
                        state.slots[id] = .waiting(waiter)
                        return nil
                    default: return .failure(CancellationError())
                    }
                }
                if let ready { waiter.resume(with: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Reply, any Error>? in
                guard let slot = state.slots[id] else { return nil }
                state.slots[id] = .cancelled
                if case .waiting(let waiter) = slot { return waiter }
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// - Returns: false when nobody expects it.
    func take(_ id: RequestID, _ reply: Reply) -> Bool {
        guard case .number(let id) = id else { return false }
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Reply, any Error>?) in
            switch state.slots[id] {
            case .expected?:
                state.slots[id] = .arrived(reply)
                return (true, nil)
            case .waiting(let waiter)?:
                state.slots[id] = .cancelled
                return (true, waiter)
            default: return (false, nil)
            }
        }
        waiter?.resume(returning: reply)
        return isTaken
    }

    /// Nothing comes any more. Only the first reason counts.
    func end(_ error: MCPClientError) {
        let waiters = state.withLock { state -> [CheckedContinuation<Reply, any Error>] in
            guard state.end == nil else { return [] }
            state.end = error
            var waiters: [CheckedContinuation<Reply, any Error>] = []
            for (id, slot) in state.slots {
                guard case .waiting(let waiter) = slot else { continue }
                waiters.append(waiter)
                state.slots[id] = .cancelled
            }
            return waiters
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    var ended: MCPClientError? { state.withLock { $0.end } }
}
