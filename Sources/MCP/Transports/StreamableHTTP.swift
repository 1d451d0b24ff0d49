package import HTTP
package import Platform

/// Makes what the server offers to the client that sent a request. Throws `RPCError` for a query that asks for what is not
/// there.
package typealias FeaturesForRequest = @Sendable (HTTP.Request) throws(RPCError) -> any ServerFeatures

/// The endpoint `/mcp`, for the revisions with sessions and for those without (MCP, Transports, Streamable HTTP). Who may
/// call it was decided before.
package final class StreamableHTTP: Sendable {
    let limits: TransportLimits
    let load: TransportLoad
    let sessions: Sessions
    private let features: FeaturesForRequest
    private let log: Log

    /// - Parameter now: the clock of the sessions.
    package init(
        limits: TransportLimits = TransportLimits(), log: Log, executor: (any TaskExecutor)? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, features: @escaping FeaturesForRequest
    ) {
        self.limits = limits
        self.log = log
        self.features = features
        load = TransportLoad(limits, executor: executor)
        sessions = Sessions(limits, now: now)
    }

    func dispatcher(_ request: HTTP.Request) throws(RPCError) -> Dispatcher {
        Dispatcher(try features(request), log: log)
    }

    package func respond(to request: HTTP.Request) async -> Response {
        switch request.method {
        case .post: return await post(request)
        case .get, .delete:
            if let refusal = refusalWithoutMessage(request) { return refusal }
            return request.method == .get ? resume(request) : end(request)
        default: return .notAllowed(Self.methods)
        }
    }

    static let methods = "GET, POST, DELETE"

    /// Of a GET or DELETE: only sessions have these.
    private func refusalWithoutMessage(_ request: HTTP.Request) -> Response? {
        guard let version = request.headers[HeaderName.version] else { return nil }
        guard let revision = Revision(rawValue: version) else { return Self.unsupported(version) }
        return revision.isStateless ? .notAllowed("POST") : nil
    }

    private func post(_ request: HTTP.Request) async -> Response {
        guard let reserved = load.reserve(request.body) else { return .refusal(.tooMany, status: 503) }
        defer { load.release(reserved) }
        let message: Message
        do throws(PostedMessage.Refused) { message = try PostedMessage.read(request) } catch { return error.response }
        return isStateless(message, request.headers)
            ? await answerStateless(message, request) : await answerInSession(message, request)
    }

    /// The header decides, or the envelope where there is no such header. `initialize` is of the other era in any case.
    private func isStateless(_ message: Message, _ headers: Headers) -> Bool {
        let (method, params): (String, JSONObject)
        switch message {
        case .request(_, let name, let members), .notification(let name, let members):
            (method, params) = (name, members)
        case .response: (method, params) = ("", JSONObject())
        }
        if method == "initialize" { return false }
        if let version = headers[HeaderName.version], Revision(rawValue: version)?.isStateless == true { return true }
        return Envelope.isPresent(method: method, params)
    }

    static func unsupported(_ version: String) -> Response {
        .refusal(.unsupported(version, supported: Revision.allCases), status: 400)
    }
}

enum HeaderName {
    static let version = "mcp-protocol-version"
    static let session = "mcp-session-id"
    static let lastEvent = "last-event-id"
    /// Those by which proxies route a request of the stateless revision.
    static let routing = [version, "mcp-method", "mcp-name"]
}
