package import HTTP
package import MCP
package import Platform

/// MCP alone, on a port of its own (`roost mcp --http`), with the same checks as the API's server.
package struct MCPServer: Sendable {
    private let entrance: Entrance

    package init(
        _ endpoints: HTTPEndpoints, authentication: Authentication, browserGuard: BrowserGuard, metrics: Metrics,
        log: Log
    ) {
        entrance = Entrance(
            authentication: authentication, browserGuard: browserGuard,
            records: RequestRecords(metrics: metrics, log: log), mcp: endpoints)
    }

    package func respond(to request: Request) async -> Response {
        await entrance.respond(to: request, otherwise: answer)
    }

    private func answer(_ request: Request) async -> Entrance.Answer {
        if Self.healthPaths.contains(request.rawPath) {
            guard request.method == .get || request.method == .head else {
                var response = Response.detail(405, "Method Not Allowed")
                response.headers.set("allow", "GET")
                return (response, "/health")
            }
            return (OperationsRoutes.health(), "/health")
        }
        guard entrance.authentication.allows(request, template: "") else { return (Entrance.unauthorized, "unknown") }
        return (Response.detail(404, "Not Found: MCP is at /mcp, the older transport at /sse."), "unknown")
    }

    private static let healthPaths: Set<String> = ["/health", "/health/", "/v1/health", "/v1/health/"]
}
