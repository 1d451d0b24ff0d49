package import API
package import Domain
package import Engine
import Foundation
package import HTTP
package import Platform
package import Storage
import Wire

/// The whole server over a database of its own, in this process and without a socket.
///
/// Every reply is held against what its route promises: a success against the operation's schema, an error against
/// the contract's `{"detail": …}`. `withServer` fails when one did not fit.
package final class TestServer: Sendable {
    package let store: Store
    package let engine: Engine
    package let server: Server
    package let databasePath: String
    /// What agents are answered by.
    package let model = ScriptedModel()
    private let router = Router(routes: RouteTable.routes, unserved: RouteTable.unserved)
    private let broken = Lock<[String]>([])

    /// - Parameter folder: where the database is kept; it must exist.
    package init(
        folder: String, password: String? = nil, embedders: Embedders = .none,
        chatModels: (any ChatModels)? = nil, sandbox: any CodeSandbox = NoSandbox(),
        toolServers: any ToolServers = NoToolServers(),
        web: any WebAccess = NoWeb(),
        settings change: (inout EngineSettings) -> Void = { _ in }
    ) throws {
        var settings = EngineSettings()
        settings.defaultModel = "openai/gpt-4o-mini"
        settings.defaultEmbedding = "openai/text-embedding-3-small"
        // Slow tests on a busy machine are not to leave vectors for later.
        settings.embeddingSeconds = 600
        settings.busySeconds = 600
        change(&settings)
        databasePath = folder + "/roost.db"
        var configuration = StoreConfiguration(path: databasePath)
        configuration.durability = .processEnd
        store = try Store.open(configuration, log: .silent)
        let metrics = Metrics()
        engine = Engine(
            store: store, settings: settings, metrics: metrics, log: .silent, embedders: embedders,
            chatModels: chatModels ?? model, sandbox: sandbox, toolServers: toolServers, web: web)
        server = Server(
            engine: engine, authentication: Authentication(password: password),
            browserGuard: BrowserGuard(allowedOrigins: [], allowedHosts: nil), metrics: metrics, log: .silent)
    }

    /// Replies that broke their promise, one line each.
    package var brokenPromises: [String] { broken.withLock { $0 } }

    // MARK: Requests

    /// - Parameters:
    ///   - target: path and query as they stand in a URL.
    ///   - headers: `user-agent` is added unless given: an SDK of the 1.x generation leaves relations out.
    package func send(
        _ method: HTTP.Method, _ target: String, _ body: JSONValue? = nil, headers: Headers = Headers()
    ) async throws -> TestReply {
        try await send(method, target, bytes: body.map { Array($0.text.utf8) } ?? [], headers: headers)
    }

    package func send(
        _ method: HTTP.Method, _ target: String, bytes: [UInt8], headers: Headers = Headers()
    ) async throws -> TestReply {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var headers = headers
        if headers["user-agent"] == nil { headers.set("user-agent", "roost-tests") }
        if !bytes.isEmpty, headers["content-type"] == nil { headers.set("content-type", "application/json") }
        let request = Request(
            method: method, rawPath: parts[0], rawQuery: parts.count > 1 ? parts[1] : "", headers: headers, body: bytes)
        let response = await server.respond(to: request)
        let reply = TestReply(
            status: response.status, headers: response.headers, bytes: try await response.body.collected())
        check(reply, request)
        return reply
    }

    package func get(_ target: String, headers: Headers = Headers()) async throws -> TestReply {
        try await send(.get, target, headers: headers)
    }

    package func post(_ target: String, _ body: JSONValue? = nil) async throws -> TestReply {
        try await send(.post, target, body)
    }

    package func put(_ target: String, _ body: JSONValue? = nil) async throws -> TestReply {
        try await send(.put, target, body)
    }

    package func patch(_ target: String, _ body: JSONValue? = nil) async throws -> TestReply {
        try await send(.patch, target, body)
    }

    package func delete(_ target: String) async throws -> TestReply { try await send(.delete, target) }

    // MARK: Promises

    private func check(_ reply: TestReply, _ request: Request) {
        let place = "\(request.method.rawValue) \(request.rawPath) -> \(reply.status): "
        guard let operation = promised(request) else { return }
        let found = problems(reply, operation)
        if !found.isEmpty { broken.withLock { $0 += found.map { place + $0 } } }
    }

    private func promised(_ request: Request) -> Wire.Operation? {
        guard case .route(let route, _) = router.match(request.method, rawPath: request.rawPath) else { return nil }
        return route.operation
    }

    private func problems(_ reply: TestReply, _ operation: Wire.Operation) -> [String] {
        if reply.status >= 400 {
            let detail = reply["detail"]
            return detail.string?.isEmpty == false || detail.object != nil || reply["error"].object != nil
                ? [] : ["an error without a detail"]
        }
        // A route that answers at once or as a stream, as the request asks.
        if reply.headers["content-type"] == "text/event-stream" { return [] }
        guard reply.status == operation.success.status else { return ["a success that the operation does not name"] }
        switch operation.success {
        case .json(let schema):
            guard let json = reply.parsed else { return ["not JSON"] }
            return schema.issues(in: json, at: ["reply"]).map(\.text)
        case .noContent: return reply.bytes.isEmpty ? [] : ["a body where none is promised"]
        case .text, .eventStream: return []
        }
    }
}

/// What a request was answered with.
package struct TestReply: Sendable {
    package let status: Int
    package let headers: Headers
    package let bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Nil when the body is not JSON.
    package var parsed: JSONValue? {
        // Not being JSON is an answer here, not a failure.
        try? JSONValue(parsing: bytes)
    }

    /// The body; `null` when it is not JSON, so that an expectation on it fails and says so.
    package var json: JSONValue { parsed ?? .null }
    package subscript(name: String) -> JSONValue { json[name] ?? .null }
    package var id: String { self["id"].string ?? "" }
    package var array: [JSONValue] { json.array ?? [] }
    /// The ids of a list, in its order.
    package var ids: [String] { array.compactMap { $0["id"]?.string } }
    package var detail: String { self["detail"].string ?? "" }
}

/// Thrown by `withServer` when replies did not fit what their routes promise.
package struct BrokenPromises: Error, CustomStringConvertible {
    package let description: String
}

/// Runs a test against a server of its own, whose database is removed afterwards.
package func withServer<T: Sendable>(
    password: String? = nil, embedders: Embedders = .none, chatModels: (any ChatModels)? = nil,
    sandbox: any CodeSandbox = NoSandbox(),
    toolServers: any ToolServers = NoToolServers(), web: any WebAccess = NoWeb(),
    settings change: (inout EngineSettings) -> Void = { _ in },
    _ body: (TestServer) async throws -> T
) async throws -> T {
    let folder = NSTemporaryDirectory() + "roost-test-" + Identifier.uuid()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
        // What is left behind in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }
    let server = try TestServer(
        folder: folder, password: password, embedders: embedders, chatModels: chatModels, sandbox: sandbox,
        toolServers: toolServers, web: web,
        settings: change)
    let result: T
    do {
        try await server.engine.tools.ensureBuiltIns(by: Caller())
        result = try await body(server)
    } catch {
        await server.store.close()
        throw error
    }
    await server.store.close()
    if !server.brokenPromises.isEmpty {
        throw BrokenPromises(description: server.brokenPromises.joined(separator: "\n"))
    }
    return result
}

/// Lets tests write bodies such as `["label": "l\(number)"]`.
extension JSONValue: ExpressibleByStringInterpolation {}
