import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing
import Wire

/// The tools over a server that answers as V1 does, from a table: for routes that are not served yet.
final class ScriptedTools: ToolCaller {
    private let answers: [String: Response]
    private let seen = Lock<[Request]>([])

    /// - Parameter answers: by method and path, `GET /v1/folders/`; every other route answers 404.
    init(_ answers: [String: Response]) { self.answers = answers }

    convenience init(_ answers: [String: JSONValue]) { self.init(answers.mapValues { .v1($0) }) }

    var requests: [Request] { seen.withLock { $0 } }
    /// Methods, paths and queries, in their order.
    var calls: [String] {
        requests.map { "\($0.method.rawValue) \($0.rawPath)" + ($0.rawQuery.isEmpty ? "" : "?\($0.rawQuery)") }
    }
    /// The last body; null when it is not JSON.
    var body: JSONValue { requests.last.flatMap { try? JSONValue(parsing: $0.body) } ?? .null }

    /// The bodies that were sent, in order.
    var bodies: [JSONValue] { requests.map { (try? JSONValue(parsing: $0.body)) ?? .null } }

    let profile = ToolProfile.all
    /// Of a client that has made no call yet: nothing is known of an earlier one.
    var memory: MemoryServer {
        let transport = ClientTransport(place: "the script") { [self] request in
            seen.withLock { $0.append(request) }
            return answers["\(request.method.rawValue) \(request.rawPath)"] ?? .detail(404, "Not Found")
        }
        return MemoryServer(session: ToolSession(client: RoostClient(transport: transport)), profile: profile)
    }
}

extension Response {
    static func v1(_ value: JSONValue) -> Response { .json(200, Array(value.text.utf8)) }

    static func events(_ text: String) -> Response {
        var response = Response.text(200, text)
        response.headers.set("content-type", "text/event-stream")
        return response
    }
}

/// Ids as servers make them, the same in every run.
enum Known {
    static let agent = id("agent")
    static let tool = id("tool")
    static let folder = id("source")
    static let file = id("file")
    static let server = id("mcp_server")

    private static func id(_ prefix: String) -> String { prefix + "-123e4567-e89b-42d3-8456-426614174000" }
}
