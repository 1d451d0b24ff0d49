import Platform

/// How much a database holds.
package struct ObjectCounts: Sendable {
    package let agents: Int
    package let passages: Int
    /// Passages without a vector that they should have.
    package let waiting: Int
}

/// The numbers counted last, for as long as they may be given out again.
final class LastCounts: Sendable {
    private let state = Lock<(counts: ObjectCounts, end: ContinuousClock.Instant)?>(nil)

    /// Less than this is counted every time.
    private static let shortest = Duration.milliseconds(5)
    private static let longest = Duration.seconds(30)

    var fresh: ObjectCounts? {
        state.withLock { state in state.flatMap { $0.end > .now ? $0.counts : nil } }
    }

    func keep(_ counts: ObjectCounts, countedSince start: ContinuousClock.Instant) {
        let cost = start.duration(to: .now)
        guard cost >= Self.shortest else { return }
        let end = ContinuousClock.now.advanced(by: min(cost * 100, Self.longest))
        state.withLock { $0 = (counts, end) }
    }
}
