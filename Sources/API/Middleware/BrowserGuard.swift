import HTTP

/// What keeps web pages from reaching a server on the user's own machine: the Host check (DNS rebinding) and the Origin
/// check (requests of foreign pages), with CORS for the origins that the operator names.
package struct BrowserGuard: Sendable {
    private let allowedOrigins: [String]
    private let allowedHosts: Set<String>?

    /// - Parameters:
    ///   - allowedOrigins: `https://app.example.org`, or `*` for every origin.
    ///   - allowedHosts: host names that a request may be addressed to; nil when any will do (not loopback only).
    package init(allowedOrigins: [String], allowedHosts: Set<String>?) {
        self.allowedOrigins = allowedOrigins
        self.allowedHosts = allowedHosts
    }

    package static let loopbackHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]", "::1"]

    /// The refusal of a request that a browser was tricked into sending; nil when it may go on.
    func refusal(of request: Request) -> Response? {
        if let allowedHosts, request.peer != "unix", let host = request.headers["host"] {
            let name = Self.hostName(host)
            if !allowedHosts.contains(name), !Loopback.isLoopback(name) {
                return Response.detail(
                    403,
                    "This server listens on loopback and does not answer to the host '\(name.prefix(80))'. Use "
                        + "localhost, or name the host with --allowed-host.")
            }
        }
        if let origin = request.headers["origin"], !isAllowed(origin, host: request.headers["host"]) {
            return Response.detail(
                403, "The origin '\(origin.prefix(80))' is not allowed. Allow it with --cors-origin.")
        }
        return nil
    }

    func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.headers["access-control-request-method"] != nil
    }

    func preflight(_ request: Request) -> Response {
        var response = Response(status: 204, headers: Headers(), body: .none)
        response.headers.set("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS")
        response.headers.set(
            "access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*")
        response.headers.set("access-control-max-age", "600")
        mark(&response, request)
        return response
    }

    func mark(_ response: inout Response, _ request: Request) {
        guard let origin = request.headers["origin"], isNamed(origin) else { return }
        response.headers.set("access-control-allow-origin", origin)
        // Only where the operator named this very origin: `*` is no trust in every page.
        if allowedOrigins.contains(origin) { response.headers.set("access-control-allow-credentials", "true") }
        response.headers.set("vary", "Origin")
        // Scripts cannot read other headers; without this one they could not go on in their MCP session.
        response.headers.set("access-control-expose-headers", "Mcp-Session-Id, X-Request-Id")
    }

    private func isAllowed(_ origin: String, host: String?) -> Bool {
        if isNamed(origin) { return true }
        guard let host, let scheme = origin.firstRange(of: "://") else { return false }
        return origin[scheme.upperBound...] == host
    }

    private func isNamed(_ origin: String) -> Bool { allowedOrigins.contains("*") || allowedOrigins.contains(origin) }

    private static func hostName(_ host: String) -> String {
        let host = host.lowercased()
        let isLiteral = host.utf8.first == UInt8(ascii: "[")
        let end = host.utf8.firstIndex(of: UInt8(ascii: isLiteral ? "]" : ":")) ?? host.endIndex
        return String(host[..<end]) + (isLiteral ? "]" : "")
    }
}
