import HTTP
import Platform

@testable import MCP

/// A client of the streamable transport, without a socket.
struct TransportClient: Sendable {
    let transport: StreamableHTTP
    var session: String?
    var revision = "2025-11-25"
    var accept = "application/json, text/event-stream"

    init(_ transport: StreamableHTTP) { self.transport = transport }

    init(
        _ features: ScriptedFeatures = ScriptedFeatures(), limits: TransportLimits = TransportLimits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.init(
            StreamableHTTP(limits: limits, log: .silent, now: now) { (_) throws(RPCError) -> any ServerFeatures in
                features
            }
        )
    }

    /// A client that has said hello.
    func opened(_ revision: String = "2025-11-25") async throws -> TransportClient {
        let reply = try await send("initialize", ["protocolVersion": .string(revision)])
        var client = self
        client.session = reply.headers["mcp-session-id"]
        client.revision = revision
        return client
    }

    var headers: Headers {
        var headers: Headers = ["accept": accept, "content-type": "application/json"]
        if let session {
            headers.set("mcp-session-id", session)
            headers.set("mcp-protocol-version", revision)
        }
        return headers
    }

    func respond(_ method: HTTP.Method, _ body: JSONValue? = nil, _ change: (inout Headers) -> Void = { _ in }) async
        -> Response
    {
        var headers = headers
        change(&headers)
        return await transport.respond(
            to: Request(
                method: method, rawPath: "/mcp", headers: headers, body: body.map { Array($0.text.utf8) } ?? []))
    }

    /// Posts a request and reads all of what comes.
    func send(
        _ method: String, _ params: JSONValue = .emptyObject, id: Int = 1,
        _ change: (inout Headers) -> Void = { _ in }
    ) async throws -> Reply {
        try await Reply(respond(.post, Self.request(method, params, id: id), change))
    }

    func call(_ tool: String, _ arguments: JSONValue = .emptyObject, id: Int = 1) async throws -> Reply {
        try await send("tools/call", ["name": .string(tool), "arguments": arguments], id: id)
    }

    /// Posts a request whose answer is read as it comes.
    func open(_ method: String, _ params: JSONValue = .emptyObject, id: Int = 1) async -> OpenStream {
        OpenStream(await respond(.post, Self.request(method, params, id: id)))
    }

    /// Opens the stream of GET.
    func listen(after event: String? = nil) async -> OpenStream {
        OpenStream(await respond(.get) { if let event { $0.set("last-event-id", event) } })
    }

    func notify(_ method: String, _ params: JSONValue = .emptyObject) async -> Response {
        await respond(.post, ["jsonrpc": "2.0", "method": .string(method), "params": params])
    }

    static func request(_ method: String, _ params: JSONValue, id: Int) -> JSONValue {
        ["jsonrpc": "2.0", "id": .int(Int64(id)), "method": .string(method), "params": params]
    }
}

extension TransportLimits {
    /// Without patience, so that what takes any time becomes a stream.
    static var impatient: TransportLimits {
        var limits = TransportLimits()
        limits.sessionPatience = .zero
        limits.statelessPatience = .zero
        return limits
    }
}

/// What a request was answered with, read to its end.
struct Reply: Sendable {
    let status: Int
    let headers: Headers
    let bytes: [UInt8]

    init(_ response: Response) async throws {
        status = response.status
        headers = response.headers
        bytes = try await response.body.collected()
    }

    var isStream: Bool { headers["content-type"] == "text/event-stream" }
    /// Null for what is not JSON, so that an expectation on it fails.
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    var code: Int? { json["error"]?["code"]?.int }
    var events: [StreamEvent] { StreamEvent.all(in: String(decoding: bytes, as: UTF8.self)) }
}

struct StreamEvent: Sendable, Equatable {
    var id: String?
    var name = "message"
    var data = ""
    var retry: String?

    var json: JSONValue { (try? JSONValue(parsing: data)) ?? .null }
    var method: String? { json["method"]?.string }

    /// The events that are complete; comments are skipped.
    static func all(in text: String) -> [StreamEvent] {
        var events: [StreamEvent] = []
        var event: StreamEvent?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.isEmpty {
                if let event { events.append(event) }
                event = nil
            } else if let colon = line.firstIndex(of: ":"), colon > line.startIndex {
                let value = String(line[line.index(after: colon)...].drop { $0 == " " })
                var current = event ?? StreamEvent()
                switch line[..<colon] {
                case "id": current.id = value
                case "event": current.name = value
                case "data": current.data = value
                default: current.retry = value
                }
                event = current
            }
        }
        return events
    }
}

/// An answer that is read while it comes, and that can be cut.
final class OpenStream: Sendable {
    let response: Response
    private let received = Lock("")
    private let reading = Lock<Task<Void, any Error>?>(nil)

    init(_ response: Response) {
        self.response = response
        let task = Task { [self] in
            switch response.body {
            case .stream(let produce):
                try await produce(
                    BodyWriter { bytes in
                        try Task.checkCancellation()
                        self.received.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                    })
            case .bytes(let bytes): received.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            case .none: break
            }
        }
        reading.withLock { $0 = task }
    }

    var text: String { received.withLock { $0 } }
    var events: [StreamEvent] { StreamEvent.all(in: text) }
    var messages: [StreamEvent] { events.filter { !$0.data.isEmpty } }

    /// Waits for an event.
    func event(where fits: (StreamEvent) -> Bool) async throws -> StreamEvent {
        while true {
            if let found = events.first(where: fits) { return found }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    func text(containing part: String) async throws {
        while !text.contains(part) { try await Task.sleep(for: .milliseconds(1)) }
    }

    /// What the server does when the client goes.
    func cut() async {
        let task = reading.withLock { $0 }
        task?.cancel()
        _ = await task?.result
    }

    /// Waits until the server has ended it.
    func end() async throws { try await reading.withLock { $0 }?.value }
}

/// Something that happens once, and those who wait for it.
final class Moment: Sendable {
    private let hasCome = Lock(false)

    func come() { hasCome.withLock { $0 = true } }
    var isPast: Bool { hasCome.withLock { $0 } }

    func wait() async throws {
        while !isPast { try await Task.sleep(for: .milliseconds(1)) }
    }

    /// As `wait`, but not ended by a cancellation.
    func waitRegardless() async {
        while !isPast { await Task { _ = try? await Task.sleep(for: .milliseconds(1)) }.value }
    }
}
