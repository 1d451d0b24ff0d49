import Domain
import Platform

/// The runs that this process carries out: how to stop each, and the events of those that outlive their client.
package final class RunRegistry: Sendable {
    private struct Live {
        var cancels: [String: @Sendable () -> Void] = [:]
        /// Somebody says for this process that it answers for them.
        var isAttended = false
    }

    private let live = Lock(Live())
    private let logs = Lock<[String: RunLog]>([:])

    init() {}

    func add(_ runID: String, cancel: @escaping @Sendable () -> Void) { live.withLock { $0.cancels[runID] = cancel } }

    func remove(_ runID: String) { _ = live.withLock { $0.cancels.removeValue(forKey: runID) } }

    /// False when this process does not carry it out.
    func cancel(_ runID: String) -> Bool {
        guard let cancel = live.withLock({ $0.cancels[runID] }) else { return false }
        cancel()
        return true
    }

    func isLive(_ runID: String) -> Bool { live.withLock { $0.cancels[runID] != nil } }

    var ids: [String] { live.withLock { Array($0.cancels.keys) } }

    /// Stops everything: the process ends.
    package func cancelAll() { for cancel in live.withLock({ Array($0.cancels.values) }) { cancel() } }

    /// True for the one who is to attend to them.
    func beginAttending() -> Bool {
        live.withLock { live in
            defer { live.isAttended = true }
            return !live.isAttended
        }
    }

    /// True when there is nothing left to attend to.
    func endsAttending() -> Bool {
        live.withLock { live in
            if live.cancels.isEmpty { live.isAttended = false }
            return live.cancels.isEmpty
        }
    }

    // MARK: Events

    func keep(_ log: RunLog, of runID: String) { logs.withLock { $0[runID] = log } }
    func forgetLog(of runID: String) { _ = logs.withLock { $0.removeValue(forKey: runID) } }
    func log(of runID: String) -> RunLog? { logs.withLock { $0[runID] } }
}

/// The events of a run, numbered from 1, for any number of readers while it lasts.
package final class RunLog: Sendable {
    private struct State {
        var events: [String] = []
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())

    init() {}

    /// - Parameter make: is given the event's number.
    func append(_ make: (Int) -> String) {
        let woken = state.withLock { state in
            state.events.append(make(state.events.count + 1))
            return Self.wake(&state)
        }
        for continuation in woken { continuation.resume() }
    }

    func finish() {
        let woken = state.withLock { state in
            state.isOver = true
            return Self.wake(&state)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Events after a number; waits for some when there are none yet. Empty: there will be no more.
    func events(after number: Int) async -> [(number: Int, data: String)] {
        while true {
            let (found, isOver) = state.withLock { ($0.events.dropFirst(number).map { $0 }, $0.isOver) }
            if !found.isEmpty || isOver { return found.enumerated().map { (number + 1 + $0.offset, $0.element) } }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.events.count > number || state.isOver { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private static func wake(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        defer { state.waiting = [] }
        return state.waiting
    }
}
