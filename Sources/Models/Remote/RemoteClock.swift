package import Platform

/// Time and chance as the calls of a remote model see them; tests have their own, so that they need not wait.
package struct RemoteClock: Sendable {
    /// Seconds that only grow.
    package var seconds: @Sendable () -> Double
    package var date: @Sendable () -> Timestamp
    /// Throws `CancellationError`.
    package var sleep: @Sendable (_ seconds: Double) async throws -> Void
    /// From 0 to 1.
    package var chance: @Sendable () -> Double

    package init(
        seconds: @escaping @Sendable () -> Double, date: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Double) async throws -> Void, chance: @escaping @Sendable () -> Double
    ) {
        self.seconds = seconds
        self.date = date
        self.sleep = sleep
        self.chance = chance
    }

    package static let system: RemoteClock = {
        let start = ContinuousClock.now
        return RemoteClock(
            seconds: { (ContinuousClock.now - start) / .seconds(1) },
            date: { .now },
            sleep: { try await Task.sleep(for: .seconds($0)) },
            chance: { .random(in: 0...1) })
    }()
}
