import HTTP
import Platform

extension StreamableHTTP {
    /// A message of the revisions that begin with `initialize`.
    func answerInSession(_ message: Message, _ request: HTTP.Request) async -> Response {
        if case .request(let id, "initialize", let params) = message { return await initialize(id, params, request) }
        let session: Session
        switch hold(request) {
        case .success(let held): session = held
        case .failure(let refusal): return refusal.response
        }
        defer { session.release(at: sessions.time) }
        switch message {
        case .response: break
        case .notification(let method, let params): session.notice(method, params)
        case .request(let id, let method, let params):
            var response = await call(id, method, params, session, Accepted(request.headers))
            response.headers.set(HeaderName.session, session.id)
            return response
        }
        return Response(status: 202)
    }

    /// Why a request has no session.
    struct NoSession: Error {
        let response: Response
    }

    /// The session of a request, to be released.
    func hold(_ request: HTTP.Request) -> Result<Session, NoSession> {
        if let version = request.headers[HeaderName.version],
            Revision(rawValue: version).map({ $0.isStateless }) ?? true
        {
            return .failure(NoSession(response: Self.unsupported(version)))
        }
        guard let id = request.headers[HeaderName.session] else {
            return .failure(
                NoSession(
                    response: .refusal(
                        .invalidRequest("The header Mcp-Session-Id is missing; begin with 'initialize'."), status: 400))
            )
        }
        guard let session = sessions.hold(id) else {
            return .failure(
                NoSession(
                    response: .refusal(
                        .invalidRequest("There is no such session, or no more; begin anew with 'initialize'."),
                        status: 404)))
        }
        return .success(session)
    }

    private func initialize(_ id: RequestID, _ params: JSONObject, _ request: HTTP.Request) async -> Response {
        if request.headers[HeaderName.session] != nil {
            let error = RPCError.invalidRequest("'initialize' begins a new session: send it without Mcp-Session-Id.")
            return .refusal(error, id, status: 400)
        }
        let accepted = Accepted(request.headers)
        guard accepted.json || accepted.events else {
            return .notAcceptable("application/json or text/event-stream")
        }
        let session: Session
        do throws(RPCError) {
            session = Session(try dispatcher(request), EventLog(limits, load), load, at: sessions.time)
        } catch {
            return .refusal(error, id, status: 400)
        }
        let answer = await session.dispatcher.answer(
            IncomingRequest(id, method: "initialize", params: params, era: .handshake(session.connection)) { _ in })
        if answer.error != nil { return .json(400, answer.bytes) }
        sessions.add(session)
        var response: Response =
            accepted.json
            ? .json(200, answer.bytes)
            : .events { try await $0.write(ServerSentEvent.bytes(name: "message", data: answer.bytes)) }
        response.headers.set(HeaderName.session, session.id)
        return response
    }

    // MARK: Calls

    /// Begins the work on a request, which goes on when the connection breaks, and answers with JSON when nothing comes
    /// before the result and that comes soon, else with a stream that can be resumed.
    private func call(
        _ id: RequestID, _ method: String, _ params: JSONObject, _ session: Session, _ accepted: Accepted
    ) async -> Response {
        guard accepted.json || accepted.events else {
            return .notAcceptable("application/json or text/event-stream")
        }
        let events = session.events
        let stream = events.open()
        guard let reader = events.attach(stream, after: 0, replacing: false) else { return Self.nobodyWaits }
        if let error = session.begin(id, method: method, params: params, stream: stream, limits: limits, load) {
            events.discard(stream)
            return .refusal(error, id, status: error == .tooMany ? 200 : 400)
        }
        do {
            if accepted.json, let answer = try await soon(events, stream, reader, accepted) {
                events.discard(stream)
                return .json(200, answer)
            }
        } catch {
            // The client has gone without knowing the stream: what comes is for nobody.
            events.discard(stream)
            return Self.nobodyWaits
        }
        return relayed(session, stream, reader, isResumed: false)
    }

    /// The answer, when it is the first that comes; nil when a stream is better. A client that takes no stream waits for it.
    private func soon(_ events: EventLog, _ stream: Int, _ reader: EventLog.Reader, _ accepted: Accepted) async throws
        -> [UInt8]?
    {
        var position = 0
        while true {
            let time = accepted.events ? limits.sessionPatience : limits.ping
            let reading = try await events.read(stream, as: reader, after: position, within: time)
            if case .events(let found) = reading, let last = found.last {
                if last.isAnswer, !accepted.events || found.count == 1 { return last.message }
                position = last.number
            }
            if accepted.events { return nil }
            if case .ended = reading { throw CancellationError() }
        }
    }

    // MARK: Streams

    private func relayed(
        _ session: Session, _ stream: Int, _ reader: EventLog.Reader, isResumed: Bool
    ) -> Response {
        let (sessions, absence) = (sessions, limits.absence)
        // Clients of earlier revisions do not expect an event without data.
        let primes = !isResumed && session.connection.revision >= .november2025
        let relay = EventRelay(
            log: session.events, stream: stream, reader: reader, ping: limits.ping, hasIDs: true,
            retry: primes ? limits.retry : nil)
        session.hold(at: sessions.time)
        var response = Response.events { body in
            defer { session.release(at: sessions.time) }
            guard stream == EventLog.standalone else { return try await relay.run(to: body) }
            session.beginTelling()
            defer { session.endTelling(after: absence) }
            try await relay.run(to: body)
        }
        response.headers.set(HeaderName.session, session.id)
        response.isEndless = stream == EventLog.standalone
        return response
    }

    /// GET: the stream of what belongs to no request, or what follows an event of any stream.
    func resume(_ request: HTTP.Request) -> Response {
        guard Accepted(request.headers).events else { return .notAcceptable("text/event-stream") }
        let session: Session
        switch hold(request) {
        case .success(let held): session = held
        case .failure(let refusal): return refusal.response
        }
        defer { session.release(at: sessions.time) }
        guard let last = request.headers[HeaderName.lastEvent] else {
            guard let reader = session.events.attach(EventLog.standalone, after: nil, replacing: false) else {
                return .refusal(.invalidRequest("The session has such a stream already."), status: 409)
            }
            return relayed(session, EventLog.standalone, reader, isResumed: false)
        }
        // Who knows the last event has lost the connection that read it, even if that is not noticed here yet.
        guard let event = EventID(last),
            let reader = session.events.attach(event.stream, after: event.number, replacing: true)
        else {
            let error = RPCError.invalidRequest("What follows the event of Last-Event-ID is not kept, or no more.")
            return .refusal(error, status: 400)
        }
        return relayed(session, event.stream, reader, isResumed: true)
    }

    /// DELETE: ends the session.
    func end(_ request: HTTP.Request) -> Response {
        switch hold(request) {
        case .success(let session):
            sessions.remove(session.id)
            return Response(status: 200)
        case .failure(let refusal): return refusal.response
        }
    }
}
