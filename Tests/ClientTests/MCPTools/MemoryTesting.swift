import API
import Client
import Foundation
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

extension ToolSession.Scope {
    static func project(_ name: String) -> ToolSession.Scope { ToolSession.Scope(project: name) }
}

extension TestTools {
    /// The tools of a client of a server.
    /// - Parameter answer: answers some requests in the server's place.
    init(
        server: TestServer, scope: ToolSession.Scope, _ profile: ToolProfile = .memory,
        answer: @escaping @Sendable (Request) async throws -> Response? = { _ in nil }
    ) {
        let transport = ClientTransport(place: "the test server") { request in
            if let response = try await answer(request) { return response }
            return await server.server.respond(to: request)
        }
        let session = ToolSession(scope: scope, client: RoostClient(transport: transport))
        self.init(server: server, memory: MemoryServer(session: session, profile: profile), profile: profile)
    }

    /// The tools of another client of the same server.
    func beside(_ scope: ToolSession.Scope, _ profile: ToolProfile = .memory) -> TestTools {
        TestTools(server: server, scope: scope, profile)
    }

    /// Stores a note and gives its id.
    func remember(_ text: String, _ more: JSONObject = JSONObject()) async throws -> String {
        var arguments = more
        arguments["text"] = .string(text)
        return try await value("remember", arguments)["id"]?.string ?? ""
    }

    /// The results of `recall`.
    func recall(_ query: String, _ more: JSONObject = JSONObject()) async throws -> [JSONValue] {
        var arguments = more
        arguments["query"] = .string(query)
        return try await value("recall", arguments)["results"]?.array ?? []
    }

    /// The id of the agent that `memory_status` names.
    func agentID() async throws -> String {
        try await value("memory_status")["agent"]?["id"]?.string ?? ""
    }

    /// A passage of the agent, as another client of the API would write it.
    func passage(_ text: String, _ more: JSONObject = JSONObject(), agent: String? = nil) async throws -> String {
        var body = more
        body["text"] = .string(text)
        var id = agent
        if id == nil { id = try await agentID() }
        return try await server.post("/v1/agents/\(id ?? "")/archival-memory", .object(body)).ids.first ?? ""
    }
}

extension JSONValue {
    var ids: [String] { (array ?? []).compactMap { $0["id"]?.string } }
    /// The hints of an answer as one text.
    var hints: String { (self["hints"]?.strings ?? []).joined(separator: " ") }
    /// The message of a failure.
    var error: String { self["error"]?.string ?? "" }
}

extension [JSONValue] {
    var texts: [String] { compactMap { $0["text"]?.string } }
    var ids: [String] { compactMap { $0["id"]?.string } }
}

/// Runs a test with a folder that is removed afterwards.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = NSTemporaryDirectory() + "roost-project-" + Identifier.uuid()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
        // What is left behind in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }
    return try await body(folder)
}

/// Writes a file, with the folders above it.
func write(_ text: String, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
}
