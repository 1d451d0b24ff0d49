package import HTTP
package import MCP
package import Platform

/// MCP alone, on a port of its own (`roost mcp --http`), with the same checks as the API's server.
package struct MCPServer: Sendable {
    private let endpoints: HTTPEndpoints
    private let authentication: Authentication
    private let browserGuard: BrowserGuard
    private let records: RequestRecords

    package init(
        _ endpoints: HTTPEndpoints, authentication: Authentication, browserGuard: BrowserGuard, metrics: Metrics,
        log: Log
    ) {
        self.endpoints = endpoints
        self.authentication = authentication
        self.browserGuard = browserGuard
        records = RequestRecords(metrics: metrics, log: log)
    }

    package func respond(to request: Request) async -> Response {
        let start = ContinuousClock.now
        var (response, template) = await answer(request)
        browserGuard.mark(&response, request)
        records.add(request, response, template, start.duration(to: .now))
        return response
    }

    private func answer(_ request: Request) async -> (Response, template: String) {
        if let refusal = browserGuard.refusal(of: request) { return (refusal, "refused") }
        if browserGuard.isPreflight(request) { return (browserGuard.preflight(request), "preflight") }
        if let path = HTTPEndpoints.Path(rawPath: request.rawPath) {
            return (await endpoints.respond(to: request, at: path, if: authentication), path.rawValue)
        }
        if Self.healthPaths.contains(request.rawPath) {
            guard request.method == .get || request.method == .head else {
                var response = Response.detail(405, "Method Not Allowed")
                response.headers.set("allow", "GET")
                return (response, "/health")
            }
            return (OperationsRoutes.health(), "/health")
        }
        guard authentication.allows(request, template: "") else { return (Server.unauthorized, "unknown") }
        return (Response.detail(404, "Not Found: MCP is at /mcp, the older transport at /sse."), "unknown")
    }

    private static let healthPaths: Set<String> = ["/health", "/health/", "/v1/health", "/v1/health/"]
}

extension HTTPEndpoints {
    /// A client that is told how to authenticate can ask its user for the password.
    func respond(to request: Request, at path: Path, if authentication: Authentication) async -> Response {
        guard authentication.allows(request, template: path.rawValue) else {
            var response = Server.unauthorized
            response.headers.set("www-authenticate", "Bearer")
            return response
        }
        return await respond(to: request, at: path)
    }
}
