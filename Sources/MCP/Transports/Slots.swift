import Platform

/// Lets so many tasks work at once; the others wait in the order they came.
package final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Where the next of `waiting` stands.
        var next = 0
    }

    private let state: Lock<State>

    package init(_ count: Int) { state = Lock(State(free: count)) }

    package func run<Result: Sendable>(_ work: () async -> Result) async -> Result {
        await take()
        let result = await work()
        give()
        return result
    }

    private func take() async {
        await withCheckedContinuation { task in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(task)
                return false
            }
            if isFree { task.resume() }
        }
    }

    private func give() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.next < state.waiting.count else {
                state.waiting = []
                state.next = 0
                state.free += 1
                return nil
            }
            defer { state.next += 1 }
            return state.waiting[state.next]
        }
        next?.resume()
    }
}
