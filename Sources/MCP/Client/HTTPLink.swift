import HTTP
import Platform

/// Streamable HTTP: every message is a request of its own, answered as JSON or as a stream of events.
final class HTTPLink: ServerLink {
    private struct State {
        var url: ServerURL
        var session: String?
        var revision: Revision?
        var isOpen = true
    }

    private let http: ServerHTTP
    private let headers: [RemoteServer.Field]
    private let limits: ClientLimits
    private let hear: Hearing
    private let state: Lock<State>

    init(
        _ url: ServerURL, headers: [RemoteServer.Field], _ http: ServerHTTP, _ limits: ClientLimits,
        hear: @escaping Hearing
    ) {
        self.http = http
        self.headers = headers
        self.limits = limits
        self.hear = hear
        state = Lock(State(url: url))
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func agree(on revision: Revision) { state.withLock { $0.revision = revision } }

    func close() async {
        let (state, wasOpen) = state.withLock { state in
            defer { state.isOpen = false }
            return (state, state.isOpen)
        }
        guard wasOpen, state.session != nil, state.revision?.isStateless != true else { return }
        // A server that does not answer keeps its session; it ends that by itself.
        _ = try? await within(2, "") { [http, limits, headers = common(state)] in
            _ = try await http.stream(.delete, state.url, headers: headers, limits)
        }
    }

    // MARK: Messages

    func tell(_ message: [UInt8]) async throws {
        let (head, _) = try await post(message, [])
        guard !(200..<300).contains(head.status) else { return }
        throw failure(head)
    }

    func ask(_ request: ServerRequest) async throws -> Reply {
        let (head, body) = try await post(request.bytes, request.headers)
        if request.method == "initialize" { keepSession(head.headers["mcp-session-id"]) }
        let type = head.headers["content-type"]?.lowercased() ?? ""
        guard (200..<300).contains(head.status) else {
            if head.status == 404, state.withLock({ $0.session != nil }) { throw failure(head) }
            return try await refusal(head, body, of: request)
        }
        if type.hasPrefix("text/event-stream") { return try await events(body, of: request) }
        let bytes = try await body.collected(limits.messageBytes)
        guard let messages = ServerMessage.messages(in: bytes) else {
            throw MCPClientError(.protocolBroken, "The server answered with something that is not JSON.")
        }
        for message in messages {
            if let reply = message.reply(to: request.id) { return reply }
            hear(message)
        }
        throw MCPClientError(
            .protocolBroken, "The server's answer is not the answer to the request (its id is another).")
    }

    private func post(
        _ message: [UInt8], _ more: [RemoteServer.Field]
    ) async throws -> (head: ClientHead, body: ClientBody) {
        let accept = [RemoteServer.Field("accept", "application/json, text/event-stream")]
        for _ in 0..<4 {
            let state = self.state.withLock { $0 }
            let (head, body) = try await http.stream(
                .post, state.url, headers: common(state) + accept + more, body: message, limits)
            guard head.status == 307 || head.status == 308 else { return (head, body) }
            // A slash at the end, mostly. Anywhere else the credentials would come into other hands.
            guard let place = head.headers["location"], let url = state.url.resolving(place),
                url.origin == state.url.origin
            else { return (head, body) }
            self.state.withLock { $0.url = url }
        }
        throw MCPClientError(.unreachable, "The server redirects in a circle.")
    }

    private func common(_ state: State) -> [RemoteServer.Field] {
        var fields = headers
        if let session = state.session { fields.append(.init("mcp-session-id", session)) }
        if let revision = state.revision { fields.append(.init("mcp-protocol-version", revision.rawValue)) }
        return fields
    }

    private func keepSession(_ id: String?) {
        guard let id, (1...1000).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return
        }
        state.withLock { $0.session = id }
    }

    // MARK: Answers

    private func failure(_ head: ClientHead) -> MCPClientError {
        if head.status == 404, state.withLock({ $0.session != nil }) {
            state.withLock { $0.isOpen = false }
            return MCPClientError(.sessionLost, "The server does not know the session any more.")
        }
        return MCPClientError(status: head.status, head.headers)
    }

    /// An error of JSON-RPC may come with any status.
    private func refusal(_ head: ClientHead, _ body: ClientBody, of request: ServerRequest) async throws -> Reply {
        guard (400..<600).contains(head.status), head.status != 401, head.status != 403,
            head.headers["content-type"]?.lowercased().hasPrefix("application/json") == true,
            let messages = ServerMessage.messages(in: try await body.collected(64 << 10))
        else { throw MCPClientError(status: head.status, head.headers) }
        for case .failure(let id, let error) in messages where id == nil || id == .number(request.id) {
            return .failure(error)
        }
        throw MCPClientError(status: head.status, head.headers)
    }

    /// Reads until the answer is there. A server may end the stream before, and wants to be asked for the rest then.
    private func events(_ body: ClientBody, of request: ServerRequest) async throws -> Reply {
        var strays = StrayCount()
        var body = body
        var last: String?
        for attempt in 0..<Self.resumptions {
            var reader = EventReader()
            do {
                for try await piece in body {
                    for event in reader.events(in: piece) {
                        last = event.id ?? last
                        if let reply = try take(event, &strays, of: request) { return reply }
                    }
                    guard reader.pendingBytes <= limits.messageBytes else {
                        throw MCPClientError(
                            .protocolBroken, "The server sent an event of more than \(limits.messageBytes) bytes.")
                    }
                }
            } catch let error as HTTPClientError where last == nil {
                throw MCPClientError(error)
            } catch is HTTPClientError {
                // It can be asked for the rest.
            }
            guard let last else { break }
            if attempt > 0 { try await Task.sleep(for: .seconds(1)) }
            body = try await resume(after: last)
        }
        throw MCPClientError(.ended, "The server ended its answer before the result came.")
    }

    private static let resumptions = 20

    private func take(
        _ event: ReceivedEvent, _ strays: inout StrayCount, of request: ServerRequest
    ) throws -> Reply? {
        if event.data.isEmpty { return nil }
        let messages = ServerMessage.messages(in: Array(event.data.utf8))
        for message in messages ?? [] {
            if let reply = message.reply(to: request.id) { return reply }
            hear(message)
        }
        if let error = strays.isTooMuch(bytes: event.data.utf8.count, isMessage: messages != nil, limits) {
            throw error
        }
        return nil
    }

    private func resume(after event: String) async throws -> ClientBody {
        let state = self.state.withLock { $0 }
        let fields: [RemoteServer.Field] = [.init("accept", "text/event-stream"), .init("last-event-id", event)]
        let (head, body) = try await http.stream(.get, state.url, headers: common(state) + fields, limits)
        guard head.status == 200 else {
            throw MCPClientError(.ended, "The server ended its answer before the result came.")
        }
        return body
    }
}

extension ServerMessage {
    func reply(to id: Int64) -> Reply? {
        switch self {
        case .result(.number(id), let result): .success(result)
        case .failure(.number(id)?, let error): .failure(error)
        default: nil
        }
    }
}
