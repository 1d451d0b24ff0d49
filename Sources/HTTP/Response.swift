import Platform

/// What a request is answered with. The server adds `content-length` or chunked framing, `date`, `server`,
/// `connection` and `x-request-id`.
package struct Response: Sendable {
    package var status: Int
    package var headers: Headers
    package var body: Body
    /// A stream that never ends by itself (a subscription): it is ended when the server begins to drain, where other
    /// streams have until the deadline.
    package var isEndless = false

    package init(status: Int = 200, headers: Headers = Headers(), body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ status: Int = 200, _ bytes: [UInt8]) -> Response {
        Response(status: status, headers: ["content-type": "application/json"], body: .bytes(bytes))
    }

    package static func text(_ status: Int = 200, _ text: String) -> Response {
        Response(
            status: status, headers: ["content-type": "text/plain; charset=utf-8"], body: .bytes(Array(text.utf8)))
    }

    /// `{"detail": "…"}`, the contract's error body.
    package static func detail(_ status: Int, _ detail: String) -> Response {
        var json = JSONWriter(reserving: 64 + detail.utf8.count)
        json.object { json in json.field("detail", detail) }
        return .json(status, json.bytes)
    }
}

package enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// Sent as it is produced, in chunks. A throwing producer breaks the connection, so that the client does not take
    /// half an answer for a whole one.
    case stream(@Sendable (BodyWriter) async throws -> Void)

    /// The whole body; runs the producer of a stream. For tests and calls inside the process.
    package func collected() async throws -> [UInt8] {
        switch self {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .stream(let produce):
            let collector = Collector()
            try await produce(BodyWriter { bytes in await collector.append(bytes) })
            return await collector.bytes
        }
    }

    private actor Collector {
        var bytes: [UInt8] = []
        func append(_ more: [UInt8]) { bytes += more }
    }
}

/// Where a streamed body goes. Writes of one task arrive in order.
package struct BodyWriter: Sendable {
    private let send: @Sendable ([UInt8]) async throws -> Void

    package init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) { self.send = send }

    /// Sends bytes at once. Suspends while more than the server's `streamBufferBytes` wait for this peer; throws when
    /// the peer has gone, the task is cancelled or the server stops.
    package func write(_ bytes: [UInt8]) async throws { try await send(bytes) }
}
