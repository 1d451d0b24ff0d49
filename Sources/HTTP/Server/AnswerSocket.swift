import Glibc
import Platform

/// A connection's socket as the task of its request may use it: to send a finished response at once, without a turn of
/// the event loop. The loop is then told without being woken, unless it waits for this answer.
final class AnswerSocket: Sendable {
    private struct State {
        var descriptor: Int32
        /// The loop has something to do when the answer has left: the next request has begun to arrive, say.
        var isAwaited = false
    }

    private let state: Lock<State>

    init(_ descriptor: Int32) { state = Lock(State(descriptor: descriptor)) }

    /// Sends what the kernel takes now, and reports it while the loop can neither close the socket nor ask for the
    /// answer: either the report is in the mailbox when it asks, or the report wakes it.
    func answer(_ bytes: [UInt8], _ report: (_ sent: Int, _ isAwaited: Bool) -> Void) {
        state.withLock { state in
            var sent = 0
            if state.descriptor >= 0 {
                // An error is left to the loop, which meets it again.
                sent = max(0, bytes.withUnsafeBytes { send(state.descriptor, $0.baseAddress, $0.count, Self.flags) })
            }
            report(sent, state.isAwaited)
        }
    }

    /// A request begins: nobody waits for its answer yet.
    func begin() { state.withLock { $0.isAwaited = false } }

    /// From now on the report of the answer wakes the loop.
    func expectAnswer() { state.withLock { $0.isAwaited = true } }

    /// To be called before the descriptor is closed: its number may be another connection's afterwards.
    func close() { state.withLock { $0.descriptor = -1 } }

    private static let flags = Int32(MSG_NOSIGNAL)
}
