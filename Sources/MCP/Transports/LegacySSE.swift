package import HTTP
package import Platform

/// The endpoints `/sse` and `/messages` (MCP 2024-11-05, HTTP with SSE): a session is one stream, by which every answer comes.
package final class LegacySSE: Sendable {
    private let limits: TransportLimits
    private let load: TransportLoad
    private let features: FeaturesForRequest
    private let log: Log
    private let sessions = Lock<[String: Session]>([:])

    package init(
        limits: TransportLimits = TransportLimits(), log: Log, executor: (any TaskExecutor)? = nil,
        features: @escaping FeaturesForRequest
    ) {
        self.limits = limits
        self.log = log
        self.features = features
        load = TransportLoad(limits, executor: executor)
    }

    package var openSessions: Int { sessions.withLock { $0.count } }

    // MARK: The stream

    /// - Parameter messages: the path that messages are to be sent to.
    package func stream(_ request: HTTP.Request, messages: String) -> Response {
        guard request.method == .get else { return .notAllowed("GET") }
        guard Accepted(request.headers).events else { return .notAcceptable("text/event-stream") }
        let dispatcher: Dispatcher
        do throws(RPCError) { dispatcher = Dispatcher(try features(request), log: log) } catch {
            return .refusal(error, status: 400)
        }
        var response = Response.events { body in try await self.serve(dispatcher, messages, body) }
        response.isEndless = true
        return response
    }

    private func serve(_ dispatcher: Dispatcher, _ messages: String, _ body: BodyWriter) async throws {
        let session = Session(dispatcher, EventLog(limits, load, keepsTaken: false), load, at: .now)
        let stream = EventLog.standalone
        guard let reader = session.events.attach(stream, after: 0, replacing: false) else { return }
        sessions.withLock { $0[session.id] = session }
        defer {
            sessions.withLock { $0[session.id] = nil }
            session.close()
        }
        let endpoint = "\(messages)?sessionId=\(session.id)"
        try await body.write(ServerSentEvent.bytes(name: "endpoint", data: Array(endpoint.utf8)))
        session.beginTelling()
        try await EventRelay(log: session.events, stream: stream, reader: reader, ping: limits.ping).run(to: body)
    }

    // MARK: Messages

    package func message(_ request: HTTP.Request) -> Response {
        guard request.method == .post else { return .notAllowed("POST") }
        let query = Query(parsing: request.rawQuery)
        guard let id = query?["sessionId"] ?? query?["session_id"] else {
            return .text(400, "The parameter sessionId is missing; it comes with the first event of /sse.")
        }
        guard let session = sessions.withLock({ $0[id] }) else {
            return .text(404, "There is no such session: its stream has ended. Open /sse anew.")
        }
        guard let reserved = load.reserve(request.body) else { return .refusal(.tooMany, status: 503) }
        defer { load.release(reserved) }
        let message: Message
        do throws(PostedMessage.Refused) { message = try PostedMessage.read(request) } catch { return error.response }
        switch message {
        case .response: break
        case .notification(let method, let params): session.notice(method, params)
        case .request(let id, let method, let params):
            guard !session.events.isOverrun else {
                return .text(429, "Too many answers wait to be read from the stream; read them before you send more.")
            }
            let stream = EventLog.standalone
            if let error = session.begin(id, method: method, params: params, stream: stream, limits: limits, load) {
                session.events.append(Outgoing.error(id, error), to: stream, isAnswer: true)
            }
        }
        return .text(202, "Accepted")
    }
}
