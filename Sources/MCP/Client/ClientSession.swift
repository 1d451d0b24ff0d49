import Platform
import Synchronization

/// What was agreed with one server, and the requests to it. Every wait ends.
final class ClientSession: Sendable {
    private let link: any ServerLink
    private let ear: ServerEar
    let limits: ClientLimits
    private let agreed = Lock<Revision?>(nil)
    private let lastID = Atomic<Int64>(0)
    /// On the transports of HTTP a request ends with its connection.
    private let isProgram: Bool

    private init(_ link: any ServerLink, _ ear: ServerEar, _ limits: ClientLimits, isProgram: Bool) {
        self.link = link
        self.ear = ear
        self.limits = limits
        self.isProgram = isProgram
        ear.attach(link)
    }

    /// Connects, or starts the program, and agrees on a revision.
    /// - Throws: `MCPClientError`, `CancellationError`.
    static func open(
        _ server: RemoteServer, _ http: ServerHTTP, _ limits: ClientLimits
    ) async throws -> ClientSession {
        let late = "The server did not begin to speak MCP within \(Int(limits.openingSeconds)) seconds."
        return try await within(limits.openingSeconds, late) {
            let ear = ServerEar(limits)
            let link = try await connect(server, http, limits, ear)
            let session = ClientSession(link, ear, limits, isProgram: server.isProgram)
            do { try await session.agree() } catch {
                let explained = session.explained(error)
                await session.close()
                throw explained
            }
            return session
        }
    }

    private static func connect(
        _ server: RemoteServer, _ http: ServerHTTP, _ limits: ClientLimits, _ ear: ServerEar
    ) async throws -> any ServerLink {
        let hear: Hearing = { ear.hear($0) }
        switch server.place {
        case .program(let command, let arguments, let environment):
            return try await ProgramLink(command, arguments, environment, limits, hear: hear)
        case .events(let url, let headers):
            return try await EventsLink(try address(url), headers: headers, http, limits, hear: hear)
        case .streamable(let url, let headers):
            return HTTPLink(try address(url), headers: headers, http, limits, hear: hear)
        }
    }

    private static func address(_ text: String) throws -> ServerURL {
        guard let url = ServerURL(text) else {
            throw MCPClientError(
                .unreachable, "server_url has to begin with http:// or https:// and name a host, without a user.")
        }
        return url
    }

    var isOpen: Bool { link.isOpen }
    var revision: Revision? { agreed.withLock { $0 } }

    /// Whether the server said that its tools changed since this was last asked.
    func takeToolsChanged() -> Bool { ear.takeToolsChanged() }

    func close() async {
        ear.attach(nil)
        await link.close()
    }

    // MARK: Agreement

    /// The handshake first: nearly every server knows it, and some end the connection over anything else. A server of the
    /// stateless era alone refuses it, and is asked what it speaks.
    private func agree() async throws {
        let params: JSONObject = [
            "protocolVersion": .string(Revision.newestHandshake.rawValue), "capabilities": .emptyObject,
            "clientInfo": Self.clientInfo,
        ]
        switch try await link.ask(ServerRequest(nextID(), "initialize", params)) {
        case .success(let result):
            guard let text = result["protocolVersion"]?.string else {
                throw MCPClientError(.protocolBroken, "The server does not say which revision of MCP it speaks.")
            }
            guard let revision = Revision(rawValue: text), !revision.isStateless else {
                throw MCPClientError(
                    .protocolBroken,
                    "The server speaks the revision '\(text.prefix(40))' of MCP, which is not known here.")
            }
            set(revision)
            try await link.tell(Outgoing.notification(Notification("notifications/initialized")))
        case .failure(let refusal): try await discover(after: refusal)
        }
    }

    private func discover(after refusal: RPCError) async throws {
        set(.july2026)
        let known: [String]?
        do {
            known = try await ask("server/discover", JSONObject(), limits.openingSeconds)["supportedVersions"]?.strings
        } catch is MCPClientError {
            // That it knows neither is less telling than why it refused the handshake.
            throw MCPClientError(refusal)
        }
        guard let known, known.contains(Revision.july2026.rawValue) else { throw MCPClientError(refusal) }
    }

    private func set(_ revision: Revision) {
        agreed.withLock { $0 = revision }
        link.agree(on: revision)
    }

    private static let clientInfo: JSONValue = [
        "name": "roost", "title": "Roost", "version": .string(RoostVersion.product),
    ]

    // MARK: Requests

    /// Sends a request and gives its result.
    /// - Throws: `MCPClientError`, `CancellationError`; the server is told of both kinds of giving up.
    func ask(_ method: String, _ params: JSONObject, _ seconds: Double) async throws -> JSONObject {
        let request = request(method, params)
        let late = "The server did not answer \(method) within \(Int(seconds)) seconds."
        do {
            switch try await within(seconds, late, { [link] in try await link.ask(request) }) {
            case .success(let result):
                guard let kind = result["resultType"]?.string, kind != "complete" else { return result }
                throw MCPClientError(
                    .protocolBroken,
                    "The server wants to be given more before it answers (\(kind.prefix(40))), which is "
                        + "not possible here.")
            case .failure(let error): throw MCPClientError(error)
            }
        } catch {
            let isGivenUp = error is CancellationError || (error as? MCPClientError)?.code == .timedOut
            if isGivenUp, isOpen { tellCancelled(request.id) }
            throw explained(error)
        }
    }

    /// Whether the server still answers.
    func ping() async -> Bool {
        guard isOpen else { return false }
        if revision?.isStateless == true, !isProgram { return true }
        let method = revision?.isStateless == true ? "server/discover" : "ping"
        do { _ = try await ask(method, JSONObject(), limits.pingSeconds) } catch let error as MCPClientError {
            // An error is an answer too.
            if case .refused = error.code { return true }
            return false
        } catch {
            return false
        }
        return true
    }

    private func request(_ method: String, _ params: JSONObject) -> ServerRequest {
        guard revision?.isStateless == true else { return ServerRequest(nextID(), method, params) }
        var params = params
        params["_meta"] = .object(
            JSONObject([
                (Envelope.versionKey, .string(Revision.july2026.rawValue)),
                (Envelope.capabilitiesKey, .emptyObject),
                ("io.modelcontextprotocol/clientInfo", Self.clientInfo),
            ]))
        var request = ServerRequest(nextID(), method, params)
        request.headers = [.init("mcp-method", method)]
        if let name = params["name"]?.string { request.headers.append(.init("mcp-name", Self.headerText(name))) }
        return request
    }

    /// A text as a header holds it (MCP 2026-07-28, Streamable HTTP).
    private static func headerText(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.first != " " && text.last != " "
        return isPlain && !text.hasPrefix("=?base64?") ? text : "=?base64?\(Base64.encode(Array(text.utf8)))?="
    }

    private func tellCancelled(_ id: Int64) {
        if revision?.isStateless == true, !isProgram { return }
        let message = Outgoing.notification(
            Notification(
                "notifications/cancelled", ["requestId": .int(id), "reason": "The client does not wait any more."]))
        Task { [link, limits] in
            // A server that hangs does not hear this either.
            try? await within(limits.pingSeconds, "") { try await link.tell(message) }
        }
    }

    private func nextID() -> Int64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    /// An error with what the program said last.
    private func explained(_ error: any Error) -> any Error {
        guard let error = error as? MCPClientError, let words = link.lastWords, !words.isEmpty else { return error }
        switch error.code {
        case .refused, .unauthorized, .sessionLost: return error
        case .unreachable, .timedOut, .protocolBroken, .ended:
            return MCPClientError(error.code, error.message + " It wrote: " + words)
        }
    }
}
