import CLinux
import Glibc
import Platform
import Synchronization

/// The server's one thread: it waits for sockets and for messages of tasks, and never runs a handler.
final class EventLoop: @unchecked Sendable {
    // SAFETY: every field that changes is only touched on the thread that `run` is called on; before that by `init`.
    let shared: ServerShared
    let limits: Limits
    let poll: Int32
    var listeners: [Listener]
    var tls: TLSContext?
    var connections: [Connection?] = []
    var generations: [UInt32] = []
    var freeSlots: [Int] = []
    /// Connections that used up their turn and have more to do at once.
    var ready: [ConnectionToken] = []
    var now = EventLoop.milliseconds()
    var nextDeadline = Int.max
    /// The listeners rest until then, because there was no descriptor left for another connection.
    var acceptPausedUntil: Int?
    var drainDeadline: Int?
    var drainWaiters: [CheckedContinuation<Void, Never>] = []
    var requestIDs = RequestIDs()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var inbox: [LoopMessage] = []

    static let wakeToken = UInt64.max
    /// Listeners' tokens count down from here; connections' never come near.
    static let firstListenerToken = UInt64.max - 1
    private static let maximumEvents = 256

    init(shared: ServerShared, listeners: [Listener], tls: TLSContext?) throws {
        self.shared = shared
        self.limits = shared.limits
        self.listeners = listeners
        self.tls = tls
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard poll >= 0 else { throw ServerError("epoll_create1: \(String(cString: strerror(errno)))") }
        guard watch(shared.mailbox.wakeDescriptor, Events.input, Self.wakeToken) else {
            throw ServerError("epoll_ctl: \(String(cString: strerror(errno)))")
        }
        for (index, listener) in listeners.enumerated() {
            _ = watch(listener.descriptor, Events.input, Self.firstListenerToken - UInt64(index))
        }
    }

    deinit {
        _ = Glibc.close(poll)
        buffer.deallocate()
    }

    enum Events {
        static let input = UInt32(EPOLLIN.rawValue)
        static let output = UInt32(EPOLLOUT.rawValue)
        static let broken = UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue)
        static let peerClosed = UInt32(EPOLLRDHUP.rawValue)
        static let edge = UInt32(1) << 31
    }

    func watch(_ descriptor: Int32, _ events: UInt32, _ token: UInt64) -> Bool {
        var event = epoll_event()
        event.events = events
        event.data.u64 = token
        return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0
    }

    static func milliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    // MARK: The loop

    func run() {
        var events = [epoll_event](repeating: epoll_event(), count: Self.maximumEvents)
        while !isFinished {
            let count = epoll_wait(poll, &events, Int32(events.count), timeout())
            now = Self.milliseconds()
            // First what was answered meanwhile: its peer may have sent the next request already.
            takeMessages()
            for index in 0..<Int(max(0, count)) { dispatch(events[index].data.u64, events[index].events) }
            takeMessages()
            takeTurns()
            if now >= nextDeadline { sweep() }
        }
        finish()
    }

    private var isFinished: Bool {
        guard let drainDeadline else { return false }
        return shared.connectionCount.load(ordering: .relaxed) == 0 || now >= drainDeadline
    }

    private func timeout() -> Int32 {
        if !ready.isEmpty || !shared.mailbox.prepareToSleep() { return 0 }
        guard nextDeadline != .max else { return -1 }
        return Int32(clamping: max(0, nextDeadline - now) + 1)
    }

    private func dispatch(_ token: UInt64, _ events: UInt32) {
        if token == Self.wakeToken { return shared.mailbox.clearWake() }
        if token > Self.firstListenerToken - 1024 { return accept(on: Int(Self.firstListenerToken - token)) }
        guard let connection = connection(ConnectionToken(raw: token)) else { return }
        if events & Events.input != 0 { connection.isReadable = true }
        if events & Events.output != 0 { connection.isWritable = true }
        if events & Events.peerClosed != 0 {
            connection.hasPeerClosed = true
            connection.isReadable = true
        }
        // A TLS read may have waited for room to write, and the other way round.
        if connection.tls != nil {
            connection.isReadable = true
            connection.isWritable = true
        }
        if events & Events.broken != 0 { return close(connection) }
        progress(connection)
    }

    private func takeMessages() {
        shared.mailbox.take(reusing: &inbox)
        for message in inbox { deliver(message) }
        inbox.removeAll(keepingCapacity: true)
    }

    private func takeTurns() {
        guard !ready.isEmpty else { return }
        let turns = ready
        ready.removeAll(keepingCapacity: true)
        for token in turns {
            if let connection = connection(token) { progress(connection) }
        }
    }

    private func deliver(_ message: LoopMessage) {
        switch message {
        case .respond(let token, let head, let body, let closes, let held):
            guard let connection = connection(token) else { return shared.waiting.release(held) }
            connection.task = nil
            connection.held = held
            connection.closesAfterResponse = closes
            connection.output.append(head)
            connection.output.append(body)
            connection.state = .responding
            progress(connection)
        case .beginStream(let token, let head, let gate, let isEndless, let closes):
            guard let connection = connection(token) else { return gate.close(.peerGone) }
            begin(gate, isEndless: isEndless, head: head, closes: closes, on: connection)
        case .chunk(let token, let bytes):
            guard let connection = connection(token) else { return }
            connection.output.append(bytes)
            progress(connection)
        case .endStream(let token, let bytes, let isClean):
            guard let connection = connection(token) else { return }
            connection.task = nil
            guard isClean else { return close(connection) }
            connection.output.append(bytes)
            connection.state = .responding
            progress(connection)
        case .drain(let milliseconds, let waiter): drain(milliseconds, waiter)
        case .useTLS(let context): tls = context
        }
    }

    private func begin(_ gate: StreamGate, isEndless: Bool, head: [UInt8], closes: Bool, on connection: Connection) {
        connection.gate = gate
        connection.isEndless = isEndless
        connection.closesAfterResponse = closes
        connection.output.append(head)
        if isEndless, shared.isDraining { stop(connection) }
        progress(connection)
    }

    // MARK: Connections

    func connection(_ token: ConnectionToken) -> Connection? {
        let slot = Int(token.slot)
        guard slot < connections.count, let connection = connections[slot], connection.token == token else {
            return nil
        }
        return connection
    }

    /// The answer of a connection has been taken, or never will be.
    func release(_ connection: Connection) {
        shared.waiting.release(connection.held)
        connection.held = 0
    }

    func close(_ connection: Connection) {
        guard connection.state != .closed else { return }
        connection.state = .closed
        connection.gate?.close(.peerGone)
        connection.task?.cancel()
        connection.task = nil
        connection.tls?.close()
        connection.tls = nil
        connection.answers?.close()
        // The kernel takes a closed descriptor out of the epoll set.
        _ = Glibc.close(connection.descriptor)
        shared.budget.release(connection.reserved)
        connection.reserved = 0
        release(connection)
        connection.output.removeAll()
        let slot = Int(connection.token.slot)
        connections[slot] = nil
        generations[slot] &+= 1
        freeSlots.append(slot)
        shared.connectionCount.wrappingSubtract(1, ordering: .relaxed)
        if acceptPausedUntil != nil {
            acceptPausedUntil = now
            schedule(now)
        }
    }
}
