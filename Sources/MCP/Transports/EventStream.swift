import HTTP
import Platform

/// Which of the two kinds of answer a client takes.
struct Accepted: Sendable {
    let json: Bool
    let events: Bool

    /// A request without the header takes everything (RFC 9110, section 12.5.1).
    init(_ headers: Headers) {
        let types = headers.all("accept").flatMap { $0.split(separator: ",") }.map { type in
            let name = type.prefix { $0 != ";" }
            return String(name.filter { $0 != " " && $0 != "\t" }).lowercased()
        }
        let takesAll = types.isEmpty || types.contains("*/*")
        json = takesAll || types.contains("application/json") || types.contains("application/*")
        events = takesAll || types.contains("text/event-stream") || types.contains("text/*")
    }
}

extension Response {
    /// A stream of events, which no cache or proxy is to hold back.
    static func events(_ produce: @escaping @Sendable (BodyWriter) async throws -> Void) -> Response {
        Response(
            status: 200,
            headers: [
                "content-type": "text/event-stream", "cache-control": "no-cache, no-transform",
                "x-accel-buffering": "no",
            ], body: .stream(produce))
    }

    /// A refusal as the body that clients look for.
    static func refusal(_ error: RPCError, _ id: RequestID? = nil, status: Int) -> Response {
        .json(status, Outgoing.error(id, error))
    }

    static func notAllowed(_ methods: String) -> Response {
        var response = Response.refusal(.invalidRequest("Method Not Allowed"), status: 405)
        response.headers.set("allow", methods)
        return response
    }

    static func notAcceptable(_ types: String) -> Response {
        .refusal(.invalidRequest("Not Acceptable: the client has to accept \(types)."), status: 406)
    }
}

/// A connection as the reader of one stream of a log.
struct EventRelay: Sendable {
    let log: EventLog
    let stream: Int
    let reader: EventLog.Reader
    let ping: Duration
    /// Events carry ids, to resume from.
    var hasIDs = false
    /// Milliseconds that a client waits before it reconnects, told first with an id to resume from; nil: neither is told.
    var retry: Int?

    /// Writes what comes until the stream ends or has its answer.
    func run(to body: BodyWriter) async throws {
        defer { log.detach(reader, from: stream) }
        var position = reader.position
        if let retry { try await body.write(ServerSentEvent.priming(id: id(position), retry: retry)) }
        while true {
            switch try await log.read(stream, as: reader, after: position, within: ping) {
            case .silence: try await body.write(ServerSentEvent.ping)
            case .ended: return
            case .events(let events):
                for event in events {
                    let id = hasIDs ? id(event.number) : nil
                    try await body.write(ServerSentEvent.bytes(id: id, name: "message", data: event.message))
                    position = event.number
                }
            }
        }
    }

    private func id(_ number: Int) -> String { EventID(stream: stream, number: number).text }
}

/// The id of an event: its stream and its number there.
struct EventID: Sendable, Equatable {
    let stream: Int
    let number: Int

    var text: String { "\(stream)-\(number)" }

    init(stream: Int, number: Int) {
        self.stream = stream
        self.number = number
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let stream = parts[0], let number = parts[1], stream >= 0, number >= 0 else {
            return nil
        }
        self.init(stream: stream, number: number)
    }
}
