import HTTP
import Platform

extension StreamableHTTP {
    /// A message of the revision without sessions: what it says is all there is to know.
    func answerStateless(_ message: Message, _ request: HTTP.Request) async -> Response {
        switch message {
        case .response:
            return .refusal(.invalidRequest("The server sends no requests, so it takes no answers."), status: 400)
        case .notification:
            // None is defined: a client cancels by closing its connection.
            let version = request.headers[HeaderName.version] ?? ""
            if Revision(rawValue: version)?.isStateless == true { return Response(status: 202) }
            return .refusal(.unsupported(version, supported: Revision.stateless), status: 400)
        case .request(let id, let method, let params):
            do throws(RPCError) {
                let accepted = Accepted(request.headers)
                guard accepted.json, accepted.events else {
                    return .notAcceptable("both application/json and text/event-stream")
                }
                if let name = HeaderName.routing.first(where: { request.headers.all($0).count > 1 }) {
                    throw .headerMismatch("The header \(name) was sent more than once.")
                }
                let envelope = try Envelope(method: method, params: params, headers: request.headers)
                let dispatcher = try dispatcher(request)
                guard load.beginCall() else { throw .tooMany }
                return await exchange(id, method, params, envelope, dispatcher)
            } catch {
                return .refusal(error, id, status: error.httpStatus)
            }
        }
    }

    /// One request and its answer: JSON when that is all and comes soon, else a stream. The work ends with the connection.
    private func exchange(
        _ id: RequestID, _ method: String, _ params: JSONObject, _ envelope: Envelope, _ dispatcher: Dispatcher
    ) async -> Response {
        let events = EventLog(limits, load, keepsTaken: false)
        let stream = events.open()
        let incoming = IncomingRequest(id, method: method, params: params, era: .stateless(envelope)) { notification in
            events.append(Outgoing.notification(notification), to: stream)
        }
        let load = load
        let work = Task(executorPreference: load.executor) {
            let answer = await dispatcher.answer(incoming)
            events.append(answer.bytes, to: stream, isAnswer: true)
            load.endCall()
            return answer
        }
        let relay: EventRelay
        do {
            guard let reader = events.attach(stream, after: 0, replacing: false) else { throw CancellationError() }
            let first = try await events.read(stream, as: reader, after: 0, within: limits.statelessPatience)
            if case .events(let events) = first, events[0].isAnswer {
                let answer = await work.value
                return .json(answer.error?.httpStatus ?? 200, answer.bytes)
            }
            relay = EventRelay(log: events, stream: stream, reader: reader, ping: limits.ping)
        } catch {
            work.cancel()
            return Self.nobodyWaits
        }
        var response = Response.events { body in
            defer { work.cancel() }
            try await relay.run(to: body)
        }
        response.isEndless = method == "subscriptions/listen"
        return response
    }

    /// The client has gone; nobody reads this.
    static let nobodyWaits = Response.text(503, "The request was given up.")
}
