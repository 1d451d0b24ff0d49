package import HTTP
package import Platform

/// The REST API for programs outside the server: commands today, hooks and MCP tools later.
package struct RoostClient: Sendable {
    package let transport: ClientTransport
    private let password: String?
    private let project: String?
    private let user: String?

    /// - Parameters:
    ///   - password: sent as a bearer token.
    ///   - project: the project of new objects.
    ///   - user: who changes are noted to be by; the server believes it.
    package init(transport: ClientTransport, password: String? = nil, project: String? = nil, user: String? = nil) {
        self.transport = transport
        self.password = password
        self.project = project
        self.user = user
    }

    /// The same server, with another project for new objects.
    package func of(project: String?) -> RoostClient {
        RoostClient(transport: transport, password: password, project: project, user: user)
    }

    // MARK: Calls

    /// The parsed reply; null when it has no body. Throws `ClientError`.
    /// - Parameters:
    ///   - path: segments that are not fixed have to be encoded: `"/v1/agents/\(percentEncoded(id))"`.
    ///   - onceFor: of all writes with the same key, from whichever process, one happens; the others get its reply, or 409.
    ///   - version: refused with 409 when the object has another one (`If-Match`).
    @discardableResult
    package func call(
        _ method: HTTP.Method, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
        onceFor key: String? = nil, ifVersion version: Int? = nil
    ) async throws -> JSONValue {
        let bytes = body.map { Array($0.text.utf8) } ?? []
        let reply = try await send(
            method, path, query: query, body: bytes, type: "application/json", onceFor: key, ifVersion: version)
        if reply.isEmpty { return .null }
        do { return try JSONValue(parsing: reply) } catch {
            throw ClientError("\(transport.place) answered with something that is not JSON. Is it a Roost server?")
        }
    }

    package func get(_ path: String, query: [(String, String)] = []) async throws -> JSONValue {
        try await call(.get, path, query: query)
    }

    /// The reply's bytes. Throws `ClientError` for every status that is not a success.
    package func send(
        _ method: HTTP.Method, _ path: String, query: [(String, String)] = [], body: [UInt8] = [], type: String,
        onceFor key: String? = nil, ifVersion version: Int? = nil
    ) async throws -> [UInt8] {
        var headers = headers(accepting: "application/json")
        if !body.isEmpty { headers.set("content-type", type) }
        if let key { headers.set("idempotency-key", key) }
        if let version { headers.set("if-match", "\"\(version)\"") }
        let response = try await transport(
            Request(method: method, rawPath: path, rawQuery: Self.text(of: query), headers: headers, body: body))
        let bytes = try await response.body.collected()
        guard (200..<300).contains(response.status) else { throw refusal(response.status, bytes, path) }
        return bytes
    }

    private func headers(accepting type: String) -> Headers {
        var headers: Headers = ["user-agent": "roost/\(RoostVersion.product)", "accept": type]
        if let password { headers.set("authorization", "Bearer \(password)") }
        if let project { headers.set("x-project", project) }
        if let user { headers.set("x-roost-user", percentEncoded(user)) }
        return headers
    }

    private static func text(of query: [(String, String)]) -> String {
        query.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
    }

    /// Takes the events of a stream as they come, until it ends, `take` throws or the task is cancelled.
    /// - Parameters:
    ///   - last: the id of the last event that was seen.
    ///   - opened: called when the server has accepted.
    package func events(
        _ path: String, query: [(String, String)] = [], after last: String? = nil,
        opened: @Sendable () async -> Void = {}, _ take: @escaping @Sendable (ReceivedEvent) async throws -> Void
    ) async throws {
        var headers = headers(accepting: "text/event-stream")
        if let last { headers.set("last-event-id", last) }
        let response = try await transport(
            Request(method: .get, rawPath: path, rawQuery: Self.text(of: query), headers: headers, body: []))
        guard (200..<300).contains(response.status) else {
            throw refusal(response.status, try await response.body.collected(), path)
        }
        await opened()
        let reader = Lock(EventReader())
        let writer = BodyWriter { bytes in
            for event in reader.withLock({ $0.events(in: bytes) }) { try await take(event) }
        }
        switch response.body {
        case .none: break
        case .bytes(let bytes): try await writer.write(bytes)
        case .stream(let produce): try await produce(writer)
        }
    }

    /// Everything that a list route has, page by page, up to `limit` objects.
    package func list(_ path: String, query: [(String, String)] = [], limit: Int = .max) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var after: String?
        while found.count < limit {
            let page = min(100, limit - found.count)
            var query = query + [("limit", String(page))]
            if let after { query.append(("after", after)) }
            let reply = try await get(path, query: query)
            guard let items = reply.array, !items.isEmpty else { return found }
            found += items
            guard items.count == page, let last = items.last?["id"]?.string, last != after else { return found }
            after = last
        }
        return found
    }

    // MARK: Errors

    private func refusal(_ status: Int, _ body: [UInt8], _ path: String) -> ClientError {
        let detail = Self.detail(body)
        let place = transport.place
        let text: String =
            switch status {
            case 401:
                password == nil
                    ? "\(place) wants a password. Set LETTA_PASSWORD (or ROOST_PASSWORD) to the server's."
                    : "\(place) does not accept the password. Set LETTA_PASSWORD (or ROOST_PASSWORD) to the server's."
            case 404 where detail == "Not Found":
                "\(place) does not serve \(path). Is it a Roost server, and of this version? See 'roost doctor'."
            case 502, 504: detail ?? "Something before the server answered \(status): is the server behind it running?"
            default: detail ?? "\(place) answered with status \(status)."
            }
        return ClientError(text, status: status)
    }

    private static func detail(_ body: [UInt8]) -> String? {
        // A body that is not JSON says nothing a person should read.
        guard let detail = (try? JSONValue(parsing: body))?["detail"] else { return nil }
        return detail.string ?? detail["message"]?.string ?? detail.text
    }
}
