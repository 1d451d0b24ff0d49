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
