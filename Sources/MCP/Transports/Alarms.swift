import Platform

/// Rings when times have come, give or take a tick: for waits that nearly always end before, and should cost nothing then.
final class Alarms: Sendable {
    private struct State {
        var set: [Int: (time: ContinuousClock.Instant, ring: @Sendable () -> Void)] = [:]
        var next = 0
        var isTicking = false
    }

    private let state = Lock(State())
    private let tick: Duration

    init(tick: Duration = .milliseconds(50)) { self.tick = tick }

    /// - Returns: what `cancel` takes.
    func set(at time: ContinuousClock.Instant, _ ring: @escaping @Sendable () -> Void) -> Int {
        let (id, mustTick) = state.withLock { state in
            defer {
                state.next += 1
                state.isTicking = true
            }
            state.set[state.next] = (time, ring)
            return (state.next, !state.isTicking)
        }
        if mustTick { start() }
        return id
    }

    func cancel(_ id: Int) { state.withLock { _ = $0.set.removeValue(forKey: id) } }

    /// Ticks while an alarm is set, and once more.
    private func start() {
        Task { [self, tick] in
            repeat {
                // Nobody cancels this.
                try? await Task.sleep(for: tick)
            } while ringAll(at: .now)
        }
    }

    private func ringAll(at now: ContinuousClock.Instant) -> Bool {
        let (due, goesOn) = state.withLock { state -> ([@Sendable () -> Void], Bool) in
            guard !state.set.isEmpty else {
                state.isTicking = false
                return ([], false)
            }
            let due = state.set.filter { $0.value.time <= now }
            for id in due.keys { state.set[id] = nil }
            return (due.values.map(\.ring), true)
        }
        for ring in due { ring() }
        return goesOn
    }
}
