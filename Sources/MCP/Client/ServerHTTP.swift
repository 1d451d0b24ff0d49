package import HTTP

/// Makes the requests to the addresses of servers; there is no other place that does.
package struct ServerHTTP: Sendable {
    /// The last word on a request before it is sent.
    package typealias Policy = @Sendable (inout ClientRequest) -> Void

    private let client: HTTPClient
    private let policy: Policy

    package init(_ client: HTTPClient, policy: @escaping Policy = { _ in }) {
        self.client = client
        self.policy = policy
    }

    /// Sends a request and returns when the head of the answer is there.
    /// - Throws: `MCPClientError`, `CancellationError`.
    func stream(
        _ method: Method, _ url: ServerURL, headers: [RemoteServer.Field], body: [UInt8]? = nil, _ limits: ClientLimits
    ) async throws -> (head: ClientHead, body: ClientBody) {
        var fields = Headers()
        for field in headers { fields.set(field.name, field.value) }
        if body != nil { fields.set("content-type", "application/json") }
        var request = ClientRequest(method, url.text, headers: fields, body: body)
        request.connectTimeout = limits.connectSeconds
        // Whoever waits has a deadline.
        request.timeout = nil
        policy(&request)
        do { return try await client.stream(request) } catch let error as HTTPClientError {
            throw MCPClientError(error)
        }
    }
}

extension ClientBody {
    /// The whole body.
    /// - Throws: `MCPClientError(.protocolBroken)` when it is longer.
    func collected(_ most: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await piece in self {
                guard bytes.count + piece.count <= most else {
                    throw MCPClientError(.protocolBroken, "The server's answer is longer than \(most) bytes.")
                }
                bytes += piece
            }
        } catch let error as HTTPClientError {
            throw MCPClientError(error)
        }
        return bytes
    }
}

extension MCPClientError {
    init(_ error: HTTPClientError) {
        let code: Code =
            switch error.code {
            case .timedOut: .timedOut
            case .closed: .ended
            case .tooLarge: .protocolBroken
            case .invalidRequest, .forbidden, .cannotConnect, .tls, .unavailable, .other: .unreachable
            }
        self.init(code, "The server cannot be reached: \(error.description)")
    }

    /// An answer of HTTP that is no answer of MCP.
    init(status: Int, _ headers: Headers) {
        switch status {
        case 401, 403:
            let wantsOAuth = headers["www-authenticate"]?.contains("resource_metadata") == true
            self.init(
                .unauthorized,
                "The server does not accept the credentials (status \(status)). "
                    + (wantsOAuth
                        ? "It asks for OAuth, which is not supported: give a token as auth_token or in custom_headers."
                        : "Check auth_header, auth_token and custom_headers."))
        case 300..<400:
            self.init(
                .unreachable,
                "The server redirects (status \(status)) to another address, which is not followed. Register the address "
                    + "that it leads to.")
        case 400, 404, 405, 406, 415:
            self.init(
                .unreachable,
                "The address does not speak this transport (status \(status)). Check server_url, and whether the type has to "
                    + "be sse or streamable_http.")
        default: self.init(.unreachable, "The server answered with the status \(status).")
        }
    }
}
