import Platform

/// The methods that are served; a request with any other is answered 405.
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// One request, complete with its body.
package struct Request: Sendable {
    package var method: Method
    /// Still percent-encoded, without the query; `*` for `OPTIONS *`.
    package var rawPath: String
    /// Without the question mark; empty when there is none.
    package var rawQuery: String
    package var headers: Headers
    /// Without chunk framing and `Content-Encoding: gzip`, within the server's limit.
    package var body: [UInt8]
    /// `127.0.0.1:51234`, `[::1]:5`, `unix`.
    package var peer: String
    /// The client's `x-request-id` when it is at most 128 visible ASCII characters, otherwise a new one. The server
    /// sends it back.
    package var id: String

    package init(
        method: Method = .get, rawPath: String, rawQuery: String = "", headers: Headers = Headers(),
        body: [UInt8] = [], peer: String = "unix", id: String? = nil
    ) {
        self.method = method
        self.rawPath = rawPath
        self.rawQuery = rawQuery
        self.headers = headers
        self.body = body
        self.peer = peer
        self.id = id ?? Identifier.new(.request)
    }
}
