import Client
import HTTP
import MCP
import Platform
import Testing
import Wire

/// Tools over a server that answers what a test tells it to: for routes that the real one does not serve yet.
final class ScriptedTools: Sendable {
    private let answers: [String: Response]
    private let asked = Lock<[Request]>([])

    /// - Parameter answers: by method and path: `"POST /v1/runs/"`.
    init(_ answers: [String: Response]) { self.answers = answers }

    /// The bodies that were sent, in order.
    var bodies: [JSONValue] {
        asked.withLock { $0 }.map { (try? JSONValue(parsing: $0.body)) ?? .null }
    }

    /// What was asked, as the keys of the answers, with queries.
    var requests: [String] {
        asked.withLock { $0 }.map { request in
            "\(request.method.rawValue) \(request.rawPath)" + (request.rawQuery.isEmpty ? "" : "?\(request.rawQuery)")
        }
    }

    func call(_ name: String, _ arguments: JSONObject) async throws -> ToolResult {
        let transport = ClientTransport(place: "the script") { [self] request in
            asked.withLock { $0.append(request) }
            return answers["\(request.method.rawValue) \(request.rawPath)"] ?? .detail(500, "not in the script")
        }
        let memory = MemoryServer(
            session: ToolSession(client: RoostClient(transport: transport)), profile: ToolProfile.all)
        let result = try await memory.call(tool: name, arguments: arguments, CallContext())
        let tool = try #require(ToolProfile.all.tool(name))
        if result.isStructured {
            let issues = Schema.object(tool.output).issues(in: result.value, at: [name])
            #expect(issues.isEmpty, "\(issues.map(\.text)) in \(result.value.text)")
        }
        return result
    }

    static func json(_ value: JSONValue) -> Response { .json(200, Array(value.text.utf8)) }

    static func events(_ text: String) -> Response {
        var response = Response.text(200, text)
        response.headers.set("content-type", "text/event-stream")
        return response
    }
}
