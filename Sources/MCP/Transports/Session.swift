import Platform

/// One client of the handshake era: what was agreed, what it has running, what it was sent.
final class Session: Sendable {
    private struct Use {
        var last: ContinuousClock.Instant
        /// Requests and streams that are open.
        var holds = 0
    }

    let id = Identifier.uuid()
    let dispatcher: Dispatcher
    let connection = Connection()
    let inFlight = InFlight()
    let events: EventLog
    private let use: Lock<Use>

    init(_ dispatcher: Dispatcher, _ events: EventLog, at time: ContinuousClock.Instant) {
        self.dispatcher = dispatcher
        self.events = events
        use = Lock(Use(last: time))
    }

    func hold(at time: ContinuousClock.Instant) {
        use.withLock { use in
            use.holds += 1
            use.last = max(use.last, time)
        }
    }

    func release(at time: ContinuousClock.Instant) {
        use.withLock { use in
            use.holds -= 1
            use.last = max(use.last, time)
        }
    }

    /// When it was used last; nil while it is in use.
    var idleSince: ContinuousClock.Instant? {
        guard inFlight.isEmpty else { return nil }
        return use.withLock { $0.holds == 0 ? $0.last : nil }
    }

    var lastUse: ContinuousClock.Instant { use.withLock { $0.last } }

    /// Cancels its work and ends its streams.
    func close() {
        inFlight.cancelAll()
        events.close()
    }

    func notice(_ method: String, _ params: JSONObject) {
        if method == "notifications/cancelled", let id = InFlight.cancelled(params) { inFlight.cancel(id) }
    }

    /// Tells what changes in the resources, for as long as somebody listens.
    func tellChanges() -> Task<Void, Never> {
        let changes = dispatcher.features.changes()
        return Task {
            for await change in changes {
                guard let notification = connection.notification(of: change) else { continue }
                events.append(Outgoing.notification(notification), to: EventLog.standalone)
            }
        }
    }

    /// Works on a request; its notifications and its answer go to the stream. Nil when it was begun, else why not.
    func begin(
        _ id: RequestID, method: String, params: JSONObject, stream: Int, limits: TransportLimits, _ load: TransportLoad
    ) -> RPCError? {
        guard inFlight.count < limits.calls, load.beginCall() else { return .tooMany }
        let events = events
        let request = IncomingRequest(id, method: method, params: params, era: .handshake(connection)) { notification in
            events.append(Outgoing.notification(notification), to: stream)
        }
        let dispatcher = dispatcher
        let isNew = inFlight.start(id) {
            let answer = await dispatcher.answer(request)
            events.append(answer.bytes, to: stream, isAnswer: true)
            load.endCall()
        }
        if isNew { return nil }
        load.endCall()
        return .invalidRequest("A request with this id is being worked on.")
    }
}

extension RPCError {
    static let tooMany = RPCError(-32000, "Too many requests in flight; wait for answers before you send more.")
}

/// The sessions of the handshake era.
final class Sessions: Sendable {
    private struct State {
        var sessions: [String: Session] = [:]
        var swept: ContinuousClock.Instant
    }

    private let state: Lock<State>
    private let limits: TransportLimits
    private let now: @Sendable () -> ContinuousClock.Instant

    init(_ limits: TransportLimits, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.limits = limits
        self.now = now
        state = Lock(State(swept: now()))
    }

    var time: ContinuousClock.Instant { now() }
    var count: Int { state.withLock { $0.sessions.count } }

    /// Adds a session; the one that was idle longest goes when there are too many.
    func add(_ session: Session) {
        sweep()
        let displaced = state.withLock { state -> Session? in
            var displaced: Session?
            if state.sessions.count >= limits.sessions {
                let idlest = state.sessions.values.min { left, right in
                    let (a, b) = (left.idleSince, right.idleSince)
                    // One that is in use goes only when all are.
                    if (a == nil) != (b == nil) { return a != nil }
                    return left.lastUse < right.lastUse
                }
                if let idlest { displaced = state.sessions.removeValue(forKey: idlest.id) }
            }
            state.sessions[session.id] = session
            return displaced
        }
        displaced?.close()
    }

    /// A session, held until it is released; nil when there is none, or none any more.
    func hold(_ id: String) -> Session? {
        sweep()
        let time = now()
        return state.withLock { state in
            guard let session = state.sessions[id], !isOver(session, time) else { return nil }
            session.hold(at: time)
            return session
        }
    }

    func remove(_ id: String) {
        let session = state.withLock { $0.sessions.removeValue(forKey: id) }
        session?.close()
    }

    private func isOver(_ session: Session, _ time: ContinuousClock.Instant) -> Bool {
        session.idleSince.map { $0.duration(to: time) > limits.idle } ?? false
    }

    /// Ends idle sessions, now and then.
    private func sweep() {
        let time = now()
        let ended = state.withLock { state -> [Session] in
            guard state.swept.duration(to: time) > min(.seconds(60), limits.idle) else { return [] }
            state.swept = time
            let ended = state.sessions.values.filter { isOver($0, time) }
            for session in ended { state.sessions[session.id] = nil }
            return ended
        }
        for session in ended { session.close() }
    }
}
