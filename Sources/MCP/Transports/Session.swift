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
        let isNew = inFlight.start(id) { free in
            let answer = await dispatcher.answer(request)
            free()
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
