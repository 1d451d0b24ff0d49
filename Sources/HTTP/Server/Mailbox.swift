import CLinux
import Glibc
import Platform

/// What tasks tell the event loop.
enum LoopMessage: Sendable {
    /// A whole response; `closes` as its head says, `held` is what it takes of the budget of waiting answers.
    case respond(ConnectionToken, head: [UInt8], body: [UInt8], closes: Bool, held: Int = 0)
    case beginStream(ConnectionToken, head: [UInt8], StreamGate, isEndless: Bool, closes: Bool)
    case chunk(ConnectionToken, [UInt8])
    /// The end of a streamed body; not clean when its producer failed.
    case endStream(ConnectionToken, [UInt8], isClean: Bool)
    case drain(milliseconds: Int, CheckedContinuation<Void, Never>?)
    case useTLS(TLSContext)
}

/// Names one connection for as long as the process runs: slots are used again, with another generation.
struct ConnectionToken: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32

    var raw: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    init(raw: UInt64) {
        slot = UInt32(truncatingIfNeeded: raw)
        generation = UInt32(truncatingIfNeeded: raw >> 32)
    }
}

/// Messages for a thread that sleeps in `epoll_wait`; it is woken only when it sleeps.
final class Mailbox: Sendable {
    private struct State {
        var messages: [LoopMessage] = []
        var sleeps = false
        var closed = false
    }

    private let state = Lock(State())
    let wakeDescriptor: Int32

    init() throws {
        wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard wakeDescriptor >= 0 else { throw ServerError("eventfd: \(String(cString: strerror(errno)))") }
    }

    deinit { _ = Glibc.close(wakeDescriptor) }

    /// - Parameter wakes: false when the message may wait until the loop wakes for another reason.
    /// - Returns: false when the loop has ended and the message was not taken.
    @discardableResult
    func post(_ message: LoopMessage, wakes: Bool = true) -> Bool {
        let (taken, wakes) = state.withLock { state in
            if state.closed { return (false, false) }
            state.messages.append(message)
            guard wakes else { return (true, false) }
            defer { state.sleeps = false }
            return (true, state.sleeps)
        }
        if wakes { eventfd_write(wakeDescriptor, 1) }
        return taken
    }

    /// Whether the loop may sleep: no message waits. From now on a message wakes it.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            guard state.messages.isEmpty else { return false }
            state.sleeps = true
            return true
        }
    }

    /// Takes what waits, and gives back an emptied array for the next messages.
    func take(reusing spare: inout [LoopMessage]) {
        state.withLock { state in
            state.sleeps = false
            swap(&state.messages, &spare)
        }
    }

    func clearWake() {
        var value: eventfd_t = 0
        eventfd_read(wakeDescriptor, &value)
    }

    func close() -> [LoopMessage] {
        state.withLock { state in
            state.closed = true
            defer { state.messages = [] }
            return state.messages
        }
    }
}
