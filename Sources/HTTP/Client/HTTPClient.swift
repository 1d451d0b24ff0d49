/// Makes HTTP requests with libcurl, on one thread of its own that starts with the first request. Connections are kept
/// and used again. Copies share all of that.
package struct HTTPClient: Sendable {
    /// Guarded requests have connections of their own: none that was made for another can be used for them.
    private let unguarded = CurlEngine()
    private let guarded = CurlEngine()

    package init() {}

    /// Sends a request and collects the whole answer; any status is an answer.
    /// - Throws: `HTTPClientError`, or `CancellationError` when the task is cancelled, which closes the connection.
    package func send(_ request: ClientRequest) async throws -> ClientResponse {
        let (head, stream) = try await stream(request)
        var body: [UInt8] = []
        for try await piece in stream {
            guard body.count + piece.count <= request.maximumBodyBytes else {
                throw HTTPClientError(.tooLarge, "the answer is larger than \(request.maximumBodyBytes) bytes")
            }
            if body.isEmpty { body = piece } else { body.append(contentsOf: piece) }
        }
        return ClientResponse(url: head.url, status: head.status, headers: head.headers, body: body)
    }

    /// Sends a request and returns when the head of the answer is there. The body comes as it arrives; a reader that is
    /// slow holds the peer back. Letting go of the body closes the connection.
    package func stream(_ request: ClientRequest) async throws -> (head: ClientHead, body: ClientBody) {
        var request = request
        // The time is for all of them.
        let end = request.timeout.map { Transfer.now() + $0 }
        for _ in 0...Self.mostRedirects {
            let engine = request.addresses.isGuarded ? guarded : unguarded
            let transfer = try engine.begin(request)
            let body = ClientBody(lease: TransferLease(engine: engine, transfer: transfer))
            let head = try await body.head()
            guard request.followsRedirects, var next = try request.redirected(by: head) else { return (head, body) }
            if let end { next.timeout = max(0.001, end - Transfer.now()) }
            request = next
        }
        throw HTTPClientError(.other, "there are more than \(Self.mostRedirects) redirects")
    }

    private static let mostRedirects = 5
}

package struct ClientRequest: Sendable {
    package var method: Method
    /// `http://` or `https://`.
    package var url: String
    package var headers: Headers
    package var body: [UInt8]?
    /// Connect to this socket; the URL's host is only named in the request.
    package var unixSocketPath: String?
    /// Where it may go, redirects included. `.unguarded` is for addresses that the operator set.
    package var addresses = AddressPolicy.publicHosts
    /// Seconds.
    package var connectTimeout = 10.0
    /// Seconds for everything; nil for a stream that may last.
    package var timeout: Double? = 60
    /// Seconds until the first byte of the body, from the start on; nil: as long as everything may take.
    package var firstByteTimeout: Double?
    /// Seconds without a byte of the body once it has begun, and before that when there is no `firstByteTimeout`. Not
    /// counted while the reader is behind.
    package var idleTimeout: Double?
    /// For `send`.
    package var maximumBodyBytes = 50 << 20
    /// At most five. Another host gets no body and none of the fields but those that say what can be read.
    package var followsRedirects = false
    /// Whether the answer may come packed; it is unpacked on the way, and limits are of what comes out.
    package var acceptsCompressed = false
    /// A PEM file of certificates to trust instead of the system's.
    package var certificateAuthorities: String?

    package init(_ method: Method = .get, _ url: String, headers: Headers = Headers(), body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

package struct ClientHead: Sendable {
    /// What was called, after redirects.
    package var url: String
    package var status: Int
    package var headers: Headers
}

package struct ClientResponse: Sendable {
    /// What was called, after redirects.
    package var url: String
    package var status: Int
    package var headers: Headers
    package var body: [UInt8]
}

package struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The URL or an option cannot be used.
        case invalidRequest
        /// It leads to an address that it may not go to.
        case forbidden
        /// No connection: name, address, refusal.
        case cannotConnect
        case tls
        case timedOut
        /// The connection ended before the answer did.
        case closed
        case tooLarge
        /// libcurl is not installed.
        case unavailable
        case other
    }

    package let code: Code
    /// What happened; names the host, never the path, the fields or the body.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// The body of an answer, for one reader.
package struct ClientBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    let lease: TransferLease

    func head() async throws -> ClientHead { try await lease.head() }

    package func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

    package struct Iterator: AsyncIteratorProtocol {
        let lease: TransferLease

        package mutating func next() async throws -> [UInt8]? { try await lease.next() }
    }
}
