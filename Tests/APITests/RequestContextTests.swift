import Domain
import Engine
import HTTP
import Platform
import RoostTesting
import Testing

@testable import API

@Suite struct RequestContextTests {
    /// The context of a GET with this query, handed to `check`.
    private func withContext(
        _ query: String, _ headers: Headers = Headers(), check: @Sendable (RequestContext) throws -> Void
    ) async throws {
        try await withServer { server in
            let query = try #require(Query(parsing: query))
            try check(
                RequestContext(
                    request: Request(rawPath: "/", headers: headers), parameters: [:], query: query, body: JSONObject(),
                    file: nil, caller: Caller(), engine: server.engine))
        }
    }

    @Test(arguments: [
        ("", PageRequest(limit: 50)),
        ("limit=5&offset=7", PageRequest(limit: 5, offset: 7)),
        ("page=3&page_size=20", PageRequest(limit: 20, offset: 40)),
        ("page=1&page_size=20", PageRequest(limit: 20)),
        ("limit=5&page_size=20", PageRequest(limit: 5)),
        ("after=a&before=b", PageRequest(limit: 50, after: "a", before: "b")),
        ("after=", PageRequest(limit: 50)),
        ("order=asc", PageRequest(limit: 50, ascending: true)),
        ("ascending=true", PageRequest(limit: 50, ascending: true)),
        ("order=desc&ascending=true", PageRequest(limit: 50)),
    ])
    func `a page is asked for in every way that clients know`(_ query: String, _ expected: PageRequest) async throws {
        try await withContext(query) { #expect($0.page(limit: 50, ascending: false) == expected) }
    }

    @Test func `a list may be repeated or separated by commas`() async throws {
        try await withContext("a=x&a=y,%20z%20,,&b=") { context in
            #expect(context.list("a") == ["x", "y", "z"])
            #expect(context.list("b") == [] && context.text("b") == nil)
        }
    }

    @Test(arguments: [
        ("letta-client/1.12.1", true), ("letta-client/0.1.324", false), ("python-httpx/0.27", false), (nil, true),
    ])
    func `the SDKs of the current generation are known by their agent`(_ agent: String?, _ isCurrent: Bool) async throws
    {
        var headers = Headers()
        if let agent { headers.set("user-agent", agent) }
        try await withContext("", headers) { #expect($0.isCurrentSDK == isCurrent) }
    }

    @Test(arguments: [("true", true), ("1", true), ("Yes", true), ("off", false), ("FALSE", false)])
    func `a flag is read in its common forms`(_ text: String, _ expected: Bool) {
        #expect(Bool(word: text) == expected)
        #expect(Bool(word: text + "?") == nil)
    }

    @Test(arguments: [("\"3\"", 3), ("W/\"3\"", 3), ("3", 3), ("*", nil)])
    func `If-Match holds a block's version`(_ header: String, _ version: Int?) throws {
        let patch = try BlockPatch(JSONObject(), Request(rawPath: "/", headers: ["if-match": header]))
        #expect(patch.expectedVersion == version)
    }

    @Test(arguments: ["", "x", "\"0\"", "\"-1\"", "\"1\", \"2\""])
    func `an If-Match that is no version is refused`(_ header: String) {
        #expect(throws: Refusal.self) {
            try BlockPatch(JSONObject(), Request(rawPath: "/", headers: ["if-match": header]))
        }
    }

    @Test func `the body's version wins over If-Match`() throws {
        let patch = try BlockPatch(
            JSONObject([("expected_version", 2)]), Request(rawPath: "/", headers: ["if-match": "\"3\""]))
        #expect(patch.expectedVersion == 2)
    }
}
