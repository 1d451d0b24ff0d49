import Domain
import Platform

/// Lets only so many calls run at once and so many more wait.
final class CallQueue: Sendable {
    private let slots: Slots
    private let most: Int
    private let callsAtOnce: Int
    private let present = Lock(0)

    init(atOnce: Int, waiting: Int) {
        callsAtOnce = max(1, atOnce)
        slots = Slots(callsAtOnce)
        most = callsAtOnce + max(0, waiting)
    }

    /// - Throws: `CodeError(.busy)`; `CancellationError`; what `body` throws.
    func run<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let isTaken = present.withLock { present in
            guard present < most else { return false }
            present += 1
            return true
        }
        guard isTaken else {
            throw CodeError(
                .busy,
                "\(callsAtOnce) tools run and \(most - callsAtOnce) wait already. Try again later, or allow more with "
                    + "--sandbox-calls.")
        }
        defer { present.withLock { $0 -= 1 } }
        return try await slots.run(body)
    }
}
