import HTTP
import Platform

/// The older transport over HTTP: answers come on one stream of events, messages are posted to the address that it names.
final class EventsLink: ServerLink {
    private let http: ServerHTTP
    private let headers: [RemoteServer.Field]
    private let limits: ClientLimits
    private let replies: Replies
    private let endpoint: ServerURL
    private let reading: Task<Void, Never>
    private let revision = Lock<Revision?>(nil)

    /// Connects, and waits for the address to post to.
    /// - Throws: `MCPClientError`, `CancellationError`.
    init(
        _ url: ServerURL, headers: [RemoteServer.Field], _ http: ServerHTTP, _ limits: ClientLimits,
        hear: @escaping Hearing
    ) async throws {
        self.http = http
        self.headers = headers
        self.limits = limits
        let accept = [RemoteServer.Field("accept", "text/event-stream")]
        let (head, body) = try await http.stream(.get, url, headers: headers + accept, limits)
        guard head.status == 200 else { throw MCPClientError(status: head.status, head.headers) }
        guard head.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") == true else {
            throw MCPClientError(.protocolBroken, "The address does not answer with a stream of events.")
        }
        let (endpoint, first, stream) = try await Self.endpoint(of: body, url, limits)
        self.endpoint = endpoint
        let replies = Replies()
        self.replies = replies
        reading = Task {
            let taking = AnswerTaking(replies, limits, hear: hear)
            replies.end(await Self.take(first, stream, with: taking, limits))
        }
    }

    /// The first event names the address. It may be of the server's own origin alone: with it the credentials are sent.
    private static func endpoint(
        of body: ClientBody, _ url: ServerURL, _ limits: ClientLimits
    ) async throws -> (ServerURL, [ReceivedEvent], EventStreamRest) {
        var rest = EventStreamRest(body)
        while let events = try await rest.next(limits) {
            guard let index = events.firstIndex(where: { $0.name == "endpoint" }) else { continue }
            guard let endpoint = url.resolving(events[index].data) else {
                throw MCPClientError(.protocolBroken, "The server names an address to post to that is none.")
            }
            guard endpoint.origin == url.origin else {
                throw MCPClientError(
                    .protocolBroken,
                    "The server wants messages to be posted to another server (\(endpoint.origin)), which is not done.")
            }
            return (endpoint, Array(events[(index + 1)...]), rest)
        }
        throw MCPClientError(.ended, "The server ended the stream of events before it named an address to post to.")
    }

    /// - Returns: why nothing comes any more.
    private static func take(
        _ first: [ReceivedEvent], _ stream: EventStreamRest, with taking: AnswerTaking, _ limits: ClientLimits
    ) async -> MCPClientError {
        var (taking, stream) = (taking, stream)
        do {
            for event in first where event.name == "message" { try taking.take(Array(event.data.utf8)) }
            while let events = try await stream.next(limits) {
                for event in events where event.name == "message" { try taking.take(Array(event.data.utf8)) }
            }
        } catch let error as MCPClientError {
            return error
        } catch {
            return MCPClientError(.ended, "The connection to the server was closed.")
        }
        return MCPClientError(.ended, "The server ended the stream of events.")
    }

    deinit { reading.cancel() }

    var isOpen: Bool { replies.ended == nil }

    func agree(on revision: Revision) { self.revision.withLock { $0 = revision } }

    func close() async {
        replies.end(MCPClientError(.ended, "The connection to the server was closed."))
        reading.cancel()
    }

    func tell(_ message: [UInt8]) async throws { try await post(message) }

    func ask(_ request: ServerRequest) async throws -> Reply {
        try replies.expect(request.id)
        do { try await post(request.bytes) } catch {
            replies.forget(request.id)
            throw error
        }
        return try await replies.reply(to: request.id)
    }

    private func post(_ message: [UInt8]) async throws {
        var fields = headers
        if let revision = revision.withLock({ $0 }) {
            fields.append(.init("mcp-protocol-version", revision.rawValue))
        }
        let (head, _) = try await http.stream(.post, endpoint, headers: fields, body: message, limits)
        guard (200..<300).contains(head.status) else { throw MCPClientError(status: head.status, head.headers) }
    }
}

/// A stream of events that was begun.
struct EventStreamRest {
    private var reader = EventReader()
    private var pieces: ClientBody.Iterator

    init(_ body: ClientBody) { pieces = body.makeAsyncIterator() }

    /// The next events; nil at the end.
    mutating func next(_ limits: ClientLimits) async throws -> [ReceivedEvent]? {
        do {
            guard let piece = try await pieces.next() else { return nil }
            let events = reader.events(in: piece)
            guard reader.pendingBytes <= limits.messageBytes else {
                throw MCPClientError(
                    .protocolBroken, "The server sent an event of more than \(limits.messageBytes) bytes.")
            }
            return events
        } catch let error as HTTPClientError {
            throw MCPClientError(error)
        }
    }
}
