/// Lets only so many tasks go on at one time; the others wait in their order.
package final class Slots: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        /// Who waits, by the number of their turn.
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// Turns in their order, from `next` on; those who gave up are not among the waiters any more.
        var turns: [Int] = []
        var next = 0
        /// Cancelled before they began to wait.
        var cancelled: Set<Int> = []

        mutating func nextWaiter() -> CheckedContinuation<Void, any Error>? {
            while next < turns.count {
                defer { next += 1 }
                if let waiter = waiters.removeValue(forKey: turns[next]) { return waiter }
            }
            turns = []
            next = 0
            return nil
        }
    }

    private let state: Lock<State>

    package init(_ count: Int) { state = Lock(State(free: max(1, count))) }

    /// Throws `CancellationError` when the task is cancelled while it waits.
    package func run<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
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
                    state.waiters[id] = waiter
                    state.turns.append(id)
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
                if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func give() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            let waiter = state.nextWaiter()
            if waiter == nil { state.free += 1 }
            return waiter
        }
        waiter?.resume()
    }
}
