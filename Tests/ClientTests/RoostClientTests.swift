import HTTP
import Platform
import Testing

@testable import Client

@Suite struct RoostClientTests {
    /// Answers from a list and keeps what was asked.
    private final class Script: Sendable {
        private let state: Lock<(answers: [Response], requests: [Request])>

        init(_ answers: Response...) { state = Lock((answers, [])) }

        var requests: [Request] { state.withLock { $0.requests } }

        func client(password: String? = nil, project: String? = nil) -> RoostClient {
            let transport = ClientTransport(place: "the test") { [self] request in
                state.withLock { state in
                    state.requests.append(request)
                    return state.answers.isEmpty ? .detail(500, "no answer left") : state.answers.removeFirst()
                }
            }
            return RoostClient(transport: transport, password: password, project: project)
        }
    }

    private static func json(_ value: JSONValue, status: Int = 200) -> Response {
        .json(status, Array(value.text.utf8))
    }

    private static func page(_ ids: some Sequence<Int>) -> Response {
        json(.array(ids.map { ["id": .string("x-\($0)"), "name": .string("n\($0)")] }))
    }

    @Test func `lists are read page by page until the last`() async throws {
        let script = Script(Self.page(0..<100), Self.page(100..<130))
        let items = try await script.client().list("/v1/agents/", query: [("tags", "a&b")])
        #expect(items.count == 130)
        #expect(script.requests.map(\.rawQuery) == ["tags=a%26b&limit=100", "tags=a%26b&limit=100&after=x-99"])
    }

    @Test func `a limit is kept over pages`() async throws {
        let script = Script(Self.page(0..<100), Self.page(100..<120))
        #expect(try await script.client().list("/v1/agents/", limit: 120).count == 120)
        #expect(script.requests[1].rawQuery == "limit=20&after=x-99")
    }

    @Test func `a server that repeats a page does not hang a list`() async throws {
        let script = Script(Self.page(0..<100), Self.page(0..<100), Self.page(0..<100))
        #expect(try await script.client().list("/v1/agents/").count == 200)
    }

    @Test func `password and project go along`() async throws {
        let script = Script(Self.json(.null))
        try await script.client(password: "secret", project: "web").call(.post, "/v1/x", body: ["a": 1])
        let request = script.requests[0]
        #expect(request.headers["authorization"] == "Bearer secret")
        #expect(request.headers["x-project"] == "web")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.body == Array("{\"a\":1}".utf8))
    }

    @Test(arguments: [
        (Response.detail(404, "Block not found"), "Block not found"),
        (Response.detail(401, "Unauthorized"), "LETTA_PASSWORD"),
        (Self.json(["detail": ["code": "X", "message": "Pending"]], status: 409), "Pending"),
        (Response.text(502, "<html>"), "502"), (Response.text(200, "<html>"), "not JSON"),
    ])
    func `a refusal is told in its own words`(_ answer: Response, _ words: String) async throws {
        let error = await #expect(throws: ClientError.self) { try await Script(answer).client().get("/v1/x") }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func `an id is used as it is, a name is looked up`() async throws {
        let id = Identifier.new(.agent)
        let script = Script(Self.json([["id": .string(id), "name": "demo"]]))
        #expect(try await script.client().id(of: .agent, id) == id)
        #expect(script.requests.isEmpty)
        #expect(try await script.client().id(of: .agent, "demo") == id)
        #expect(script.requests[0].rawQuery.hasPrefix("name=demo"))
    }

    @Test(arguments: [
        ("http://localhost:8283", "http://localhost:8283"), ("http://localhost:8283/", "http://localhost:8283"),
        ("http://localhost:8283/v1", "http://localhost:8283"), ("https://x.org/roost/v1/", "https://x.org/roost"),
        ("http://x/v1/v1", "http://x"), (" http://[::1]:8283/v1 ", "http://[::1]:8283"),
    ])
    func `an address may end with v1 and slashes`(_ text: String, _ root: String) throws {
        #expect(try ServerAddress(text).root == root)
    }

    @Test(arguments: ["", "localhost:8283", "ftp://x", "http://", "://x"])
    func `what is not an address is refused`(_ text: String) {
        #expect(throws: ClientError.self) { _ = try ServerAddress(text) }
    }

    @Test func `a form carries fields and a file`() {
        var form = MultipartForm()
        form.add("name", "demo")
        form.add("file", file: Array("{}".utf8), fileName: "a\"b\r\n.af", type: "application/json")
        let text = String(decoding: form.body, as: UTF8.self)
        let boundary = String(form.contentType.split(separator: "=")[1])
        #expect(
            text == "--\(boundary)\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\ndemo\r\n--\(boundary)\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"ab.af\"\r\nContent-Type: application/json\r\n\r\n{}\r\n"
                + "--\(boundary)--\r\n")
    }

    @Test(arguments: [
        "http://ada:geheim@host:1/v1", "http://geheim@host:1", "ada:geheim@host", "ftp://ada:geheim@host",
    ])
    func `a password in an address is not shown`(text: String) {
        do {
            let address = try ServerAddress(text)
            #expect(address.shown == "http://host:1" && address.root.contains("geheim"))
            #expect(ClientTransport.remote(address).place == "http://host:1")
        } catch { #expect(!"\(error)".contains("geheim") && "\(error)".contains("host")) }
    }
}
