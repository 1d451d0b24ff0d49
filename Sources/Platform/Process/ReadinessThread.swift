import CLinux
import Glibc

/// One thread that waits for descriptors of children (pipes, processes) and tells when something can be done with them.
/// It is started when the first is waited for, and stays.
final class ReadinessThread: Sendable {
    enum Direction: Sendable {
        case reading, writing
    }

    static let shared = ReadinessThread()

    private struct State {
        var next: UInt64 = 0
        var waiters: [UInt64: @Sendable () -> Void] = [:]
    }

    private let events = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let state = Lock(State())

    private init() {
        precondition(events >= 0, "cannot wait for descriptors: \(String(cString: strerror(errno)))")
        let events = events
        BlockingThread.start(name: "roost-children") { [unowned self] in
            while true { self.wait(on: events) }
        }
    }

    /// Calls `body` once, on this object's thread, when the descriptor is ready, at its end too. One wait at a time for a
    /// descriptor. What `body` does must be short.
    /// - Returns: the wait, for `cancel`.
    func whenReady(_ descriptor: Int32, for direction: Direction, _ body: @escaping @Sendable () -> Void) -> UInt64 {
        let id = state.withLock { state in
            state.next += 1
            state.waiters[state.next] = body
            return state.next
        }
        let wanted = direction == .reading ? EPOLLIN.rawValue : EPOLLOUT.rawValue
        var event = epoll_event(events: wanted | EPOLLONESHOT.rawValue, data: epoll_data_t(u64: id))
        if epoll_ctl(events, EPOLL_CTL_MOD, descriptor, &event) < 0,
            epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event) < 0
        {
            // What epoll does not take (a file) is always ready.
            cancel(id)
        }
        return id
    }

    /// Calls the body of a wait now, unless it has been called.
    func cancel(_ id: UInt64) {
        let body = state.withLock { $0.waiters.removeValue(forKey: id) }
        body?()
    }

    /// Before a descriptor is closed.
    func forget(_ descriptor: Int32) { epoll_ctl(events, EPOLL_CTL_DEL, descriptor, nil) }

    private func wait(on events: Int32) {
        var ready = [epoll_event](repeating: epoll_event(), count: 64)
        let count = epoll_wait(events, &ready, 64, -1)
        for event in ready.prefix(max(0, Int(count))) { cancel(event.data.u64) }
    }
}
