import Platform

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
                let uses = state.sessions.values.map { (id: $0.id, isIdle: $0.idleSince != nil, last: $0.lastUse) }
                // One that is in use goes only when all are.
                let idlest = uses.min { $0.isIdle == $1.isIdle ? $0.last < $1.last : $0.isIdle }
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
