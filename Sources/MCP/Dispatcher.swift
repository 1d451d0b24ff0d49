import HTTP
package import Platform

/// One request as a transport hands it over.
package struct IncomingRequest: Sendable {
    /// By which rules it is answered.
    package enum Era: Sendable {
        case handshake(Connection)
        case stateless(Envelope)
    }

    package let id: RequestID
    package let method: String
    package let params: JSONObject
    package let era: Era
    /// True on stdio.
    package var isLocal = false
    /// Takes notifications that belong to this request, before its answer.
    package let send: @Sendable (Notification) async -> Void

    package init(
        _ id: RequestID, method: String, params: JSONObject, era: Era, isLocal: Bool = false,
        send: @escaping @Sendable (Notification) async -> Void
    ) {
        self.id = id
        self.method = method
        self.params = params
        self.era = era
        self.isLocal = isLocal
        self.send = send
    }

    var revision: Revision {
        switch era {
        case .handshake(let connection): connection.revision
        case .stateless(let envelope): envelope.revision
        }
    }

    var context: CallContext {
        let level: LogLevel? =
            switch era {
            case .handshake(let connection): connection.logLevel
            case .stateless(let envelope): envelope.logLevel
            }
        return CallContext(isLocal: isLocal, progressToken: progressToken, logLevel: level, send: send)
    }

    private var progressToken: JSONValue? { RequestID(params["_meta"]?["progressToken"])?.json }
}

/// An answered request.
package struct Answer: Sendable {
    /// The whole message, one JSON text without line ends.
    package let bytes: [UInt8]
    /// Nil for a result.
    package let error: RPCError?
}

/// Answers requests by the protocol's rules, whichever transport they came by.
package struct Dispatcher: Sendable {
    package let features: any ServerFeatures
    private let log: Log

    package init(_ features: any ServerFeatures, log: Log) {
        self.features = features
        self.log = log
    }

    /// Cancelling the task cancels the work; the answer is then the error `RPCError.cancelled`, which stdio does not send.
    package func answer(_ request: IncomingRequest) async -> Answer {
        let error: RPCError
        do {
            let result = try await result(of: request)
            let stateless = if case .stateless = request.era { true } else { false }
            let bytes = Outgoing.result(request.id) { json in result.write(to: &json, server: stateless ? self : nil) }
            return Answer(bytes: bytes, error: nil)
        } catch let refusal as RPCError {
            error = refusal
        } catch is CancellationError {
            error = .cancelled
        } catch {
            // Only what kind of error it was: its text may hold what a client sent.
            log.error(
                "mcp_request_failed", ("method", .string(request.method)), ("error", .string("\(type(of: error))")))
            return failed(request, .internalError("The server failed on this request; its log says more."))
        }
        return failed(request, error)
    }

    private func failed(_ request: IncomingRequest, _ error: RPCError) -> Answer {
        Answer(bytes: Outgoing.error(request.id, error), error: error)
    }

    private func result(of request: IncomingRequest) async throws -> RPCResult {
        switch request.method {
        case "tools/list": return try page("tools", of: features.tools, request, ttl: Self.staticTime)
        case "tools/call": return try await callTool(request)
        case "prompts/list": return try page("prompts", of: features.prompts, request, ttl: Self.staticTime)
        case "prompts/get": return try await prompt(request)
        case "resources/list": return try page("resources", of: try await features.resources(request.context), request)
        case "resources/templates/list":
            return try page("resourceTemplates", of: features.resourceTemplates, request, ttl: Self.staticTime)
        case "resources/read": return try await read(request)
        case "completion/complete": return try await complete(request)
        default: break
        }
        switch request.era {
        case .handshake(let connection): return try await handshakeResult(request, connection)
        case .stateless: return try await statelessResult(request)
        }
    }

    // MARK: Methods of one era

    private func handshakeResult(
        _ request: IncomingRequest, _ connection: Connection
    ) async throws -> RPCResult {
        switch request.method {
        case "initialize": return try initialize(request.params, connection)
        case "ping": return RPCResult()
        case "logging/setLevel":
            guard let level = request.params["level"]?.string.flatMap(LogLevel.init(rawValue:)) else {
                let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                throw RPCError.invalidParams("'level' has to be one of \(levels).")
            }
            connection.setLogLevel(level)
            return RPCResult()
        case "resources/subscribe":
            // Reading it also opens what tells of its changes.
            let uri = try request.params.text("uri")
            guard try await features.read(resource: uri, request.context) != nil else {
                throw RPCError.unknownResource(uri, request.revision)
            }
            try connection.subscribe(uri)
            return RPCResult()
        case "resources/unsubscribe":
            connection.unsubscribe(try request.params.text("uri"))
            return RPCResult()
        default: throw RPCError.methodNotFound(request.method)
        }
    }

    private func statelessResult(_ request: IncomingRequest) async throws -> RPCResult {
        switch request.method {
        case "server/discover": return discovery
        case "subscriptions/listen": return try await listen(request)
        default: throw RPCError.methodNotFound(request.method)
        }
    }

    /// Agrees on the revision that the client asks for when it is one of the handshake era, else on the newest.
    private func initialize(_ params: JSONObject, _ connection: Connection) throws -> RPCResult {
        let asked = try params.text("protocolVersion")
        let revision = Revision.handshakes.first { $0.rawValue == asked } ?? .newestHandshake
        connection.agree(on: revision)
        var result = RPCResult()
        result.add("protocolVersion", .string(revision.rawValue))
        result.add("capabilities", Self.capabilities(isStateless: false))
        result.add("serverInfo", serverInfo)
        result.add("instructions", .string(features.instructions))
        return result
    }

    private var discovery: RPCResult {
        var result = RPCResult()
        result.add("supportedVersions", .array(Revision.stateless.map { .string($0.rawValue) }))
        result.add("capabilities", Self.capabilities(isStateless: true))
        result.add("instructions", .string(features.instructions))
        result.cache = .init(milliseconds: Self.staticTime, isPublic: true)
        return result
    }

    /// How long what only changes with the program may be kept, in milliseconds.
    static let staticTime = 300_000

    private static func capabilities(isStateless: Bool) -> JSONValue {
        var capabilities: JSONObject = [
            "tools": ["listChanged": false], "prompts": ["listChanged": false],
            "resources": ["subscribe": true, "listChanged": true], "completions": .emptyObject,
        ]
        if !isStateless { capabilities["logging"] = .emptyObject }
        return .object(capabilities)
    }

    var serverInfo: JSONValue {
        ["name": .string(features.name), "title": .string(features.title), "version": .string(features.version)]
    }
}
