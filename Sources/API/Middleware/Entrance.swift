import HTTP
import MCP
import Platform

/// What every request passes, to the API and to MCP alone: the checks against web pages, then the endpoints of MCP or the
/// answer of whom it is for, then the records.
struct Entrance: Sendable {
    let authentication: Authentication
    let browserGuard: BrowserGuard
    let records: RequestRecords
    /// Nil: their paths are unknown.
    let mcp: HTTPEndpoints?

    /// An answer, and the route it is recorded under.
    typealias Answer = (Response, template: String)

    /// - Parameter otherwise: answers what is not for MCP; checks the password itself.
    func respond(to request: Request, otherwise: (Request) async -> Answer) async -> Response {
        let start = ContinuousClock.now
        var (response, template) = await answer(request, otherwise)
        browserGuard.mark(&response, request)
        records.add(request, response, template, start.duration(to: .now))
        return response
    }

    private func answer(_ request: Request, _ otherwise: (Request) async -> Answer) async -> Answer {
        if let refusal = browserGuard.refusal(of: request) { return (refusal, "refused") }
        if browserGuard.isPreflight(request) { return (browserGuard.preflight(request), "preflight") }
        guard let mcp, let path = HTTPEndpoints.Path(rawPath: request.rawPath) else { return await otherwise(request) }
        guard authentication.allows(request, template: path.rawValue) else {
            // A client that is told how to authenticate can ask its user for the password.
            var response = Response.detail(401, "Unauthorized: send 'Authorization: Bearer' and the server's password.")
            response.headers.set("www-authenticate", "Bearer")
            return (response, path.rawValue)
        }
        return (await mcp.respond(to: request, at: path), path.rawValue)
    }

    static var unauthorized: Response { Response.detail(401, "Unauthorized") }
}
