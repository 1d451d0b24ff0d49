import Domain
package import Engine
package import HTTP
package import MCP
package import Platform
import Wire

/// The REST API as one function from request to response: routing, the checks before an action, and what is recorded
/// about it. The same function serves sockets, commands in this process and tests.
package struct Server: Sendable {
    private let router: Router
    private let engine: Engine
    private let entrance: Entrance
    private let log: Log

    /// - Parameter mcp: what MCP clients reach beside the API; nil: their paths are unknown.
    package init(
        engine: Engine, authentication: Authentication, browserGuard: BrowserGuard, metrics: Metrics, log: Log,
        mcp: HTTPEndpoints? = nil
    ) {
        self.engine = engine
        self.log = log
        entrance = Entrance(
            authentication: authentication, browserGuard: browserGuard,
            records: RequestRecords(metrics: metrics, log: log), mcp: mcp)
        router = Router(routes: RouteTable.routes, unserved: RouteTable.unserved)
    }

    package func respond(to request: Request) async -> Response {
        await entrance.respond(to: request, otherwise: answer)
    }

    private func answer(_ request: Request) async -> Entrance.Answer {
        let (authentication, unauthorized) = (entrance.authentication, Entrance.unauthorized)
        switch router.match(request.method, rawPath: request.rawPath) {
        case .notFound:
            guard authentication.allows(request, template: "") else { return (unauthorized, "unknown") }
            return (Response.detail(404, "Not Found"), "unknown")
        case .badEncoding:
            return (Response.detail(400, "The path is not valid percent-encoded UTF-8."), "unknown")
        case .methodNotAllowed(let allowed, let template):
            guard authentication.allows(request, template: template) else { return (unauthorized, template) }
            var response = Response.detail(405, "Method Not Allowed")
            response.headers.set("allow", allowed.map(\.rawValue).joined(separator: ", "))
            return (response, template)
        case .unserved(let template):
            guard authentication.allows(request, template: template) else { return (unauthorized, template) }
            return (
                Response.detail(
                    501,
                    "\(request.method.rawValue) \(template) is part of the V1 API but is not served yet by this "
                        + "version of Roost."), template
            )
        case .route(let route, let parameters):
            guard authentication.allows(request, template: route.template) else {
                return (unauthorized, route.template)
            }
            return (await run(route, parameters, request), route.template)
        }
    }

    private func run(_ route: Route, _ parameters: [String: String], _ request: Request) async -> Response {
        do {
            switch try RequestCheck(route, parameters, request).checked() {
            case .refused(let response): return response
            case .passed(let query, let body, let file):
                let caller = try Caller(request: request)
                let context = RequestContext(
                    request: request, parameters: parameters, query: query, body: body, file: file,
                    caller: caller, engine: engine)
                let response = try await route.action(context)
                await keep(response, for: caller)
                return response
            }
        } catch {
            return ErrorResponse.response(for: error, log: log, requestID: request.id)
        }
    }

    /// Keeps the reply of an idempotent write, so that a repeated request gets the same one.
    private func keep(_ response: Response, for caller: Caller) async {
        guard caller.isIdempotent else { return }
        let body: [UInt8] = if case .bytes(let bytes) = response.body { bytes } else { [] }
        await engine.keepReply(status: response.status, body: body, for: caller)
    }
}
