package import HTTP
package import Platform

/// Every path that MCP is spoken on over HTTP. Knows no authentication: who may call was decided before.
package struct HTTPEndpoints: Sendable {
    package enum Path: String, Sendable, CaseIterable {
        case streamable = "/mcp"
        case stream = "/sse"
        case messages = "/messages"

        /// With and without a slash at the end.
        package init?(rawPath: String) {
            self.init(rawValue: rawPath.hasSuffix("/") ? String(rawPath.dropLast()) : rawPath)
        }
    }

    private let streamable: StreamableHTTP
    private let legacy: LegacySSE

    /// - Parameter executor: where calls are worked on; nil: on the pool of the process.
    package init(
        limits: TransportLimits = TransportLimits(), log: Log, executor: (any TaskExecutor)? = nil,
        features: @escaping FeaturesForRequest
    ) {
        streamable = StreamableHTTP(limits: limits, log: log, executor: executor, features: features)
        legacy = LegacySSE(limits: limits, log: log, executor: executor, features: features)
    }

    package func respond(to request: HTTP.Request, at path: Path) async -> Response {
        switch path {
        case .streamable: await streamable.respond(to: request)
        case .stream: legacy.stream(request, messages: Path.messages.rawValue)
        case .messages: legacy.message(request)
        }
    }
}
