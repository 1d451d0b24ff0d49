import Platform

/// Lets only so many tasks go on at one time; the others wait in their order.
final class RequestSlots: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        var waiters: [(id: Int, waiter: CheckedContinuation<Void, any Error>)] = []
        /// Cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state: Lock<State>

    init(_ count: Int) { state = Lock(State(free: max(1, count))) }

    /// Throws `CancellationError` when the task is cancelled while it waits.
    func run<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await take()
        defer { give() }
        return try await body()
    }

    private enum Turn {
        case now, later, never
    }

    private func take() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
                let turn = state.withLock { state -> Turn in
                    if state.cancelled.contains(id) { return .never }
                    if state.free > 0 {
                        state.free -= 1
                        return .now
                    }
                    state.waiters.append((id, waiter))
                    return .later
                }
                switch turn {
                case .now: waiter.resume()
                case .never: waiter.resume(throwing: CancellationError())
                case .later: break
                }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                if let index = state.waiters.firstIndex(where: { $0.id == id }) {
                    return state.waiters.remove(at: index).waiter
                }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func give() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if state.waiters.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiters.removeFirst().waiter
        }
        waiter?.resume()
    }
}
