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
    let inFlight: InFlight
    let events: EventLog
    private let use: Lock<Use>

    init(_ dispatcher: Dispatcher, _ events: EventLog, _ load: TransportLoad, at time: ContinuousClock.Instant) {
        self.dispatcher = dispatcher
        inFlight = InFlight(executor: load.executor)
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
        stopTelling()
        inFlight.cancelAll()
        events.close()
    }

    func notice(_ method: String, _ params: JSONObject) {
        if method == "notifications/cancelled", let id = InFlight.cancelled(params) { inFlight.cancel(id) }
    }

    // MARK: Changes

    private struct Telling {
        var task: Task<Void, Never>?
        /// Ends it when nobody comes back.
        var alarm: Task<Void, Never>?
        /// Streams that are open now.
        var streams = 0
        /// Grows with each stream, so that the end of one does not end what a later one began.
        var turn = 0
    }

    private let telling = Lock(Telling())

    /// Tells what changes in the resources, from the first stream that is open until some time after the last one: a client
    /// whose connection broke comes back for it.
    func beginTelling() {
        telling.withLock { telling in
            telling.streams += 1
            telling.turn += 1
            if telling.task == nil { telling.task = tellChanges() }
        }
    }

    /// - Parameter absence: how long to go on.
    func endTelling(after absence: Duration) {
        let earlier = telling.withLock { telling in
            telling.streams -= 1
            let turn = telling.turn
            defer {
                telling.alarm = Task { [weak self] in
                    do { try await Task.sleep(for: absence) } catch { return }
                    self?.stopTelling(turn)
                }
            }
            return telling.alarm
        }
        // One at a time, however often a client comes and goes.
        earlier?.cancel()
    }

    private func stopTelling(_ turn: Int? = nil) {
        let ended = telling.withLock { telling -> [Task<Void, Never>?] in
            if let turn, telling.streams > 0 || telling.turn != turn { return [] }
            defer { (telling.task, telling.alarm) = (nil, nil) }
            return [telling.task, telling.alarm]
        }
        for task in ended { task?.cancel() }
    }

    private func tellChanges() -> Task<Void, Never> {
        let (connection, events) = (connection, events)
        let changes = dispatcher.features.changes(isAsked: false)
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
