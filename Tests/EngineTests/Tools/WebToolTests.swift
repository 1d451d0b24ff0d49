import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// A web of one answer, and what it was asked.
private final class ScriptedWeb: WebAccess {
    private let asked = Lock<[WebQuery]>([])
    private let pages: Result<WebPage, WebError>
    private let matches: Result<[WebMatch], WebError>

    init(
        page: Result<WebPage, WebError> = .failure(WebError(.refused, "no page")), matches: Result<[WebMatch], WebError>
    ) {
        pages = page
        self.matches = matches
    }

    var queries: [WebQuery] { asked.withLock { $0 } }

    func search(_ query: WebQuery) async throws -> [WebMatch] {
        asked.withLock { $0.append(query) }
        return try matches.get()
    }

    func page(at address: String) async throws -> WebPage { try pages.get() }
}

@Suite struct WebToolTests {
    @Test func `a search gives JSON that says whose words it holds`() async throws {
        var match = WebMatch(url: "https://a.example/", title: "A \"title\"")
        match.snippet = "An extract"
        match.published = "2026-02-01"
        let web = ScriptedWeb(matches: .success([match, WebMatch(url: "https://b.example/", title: "B")]))
        try await withTools(web: web) { bench in
            let outcome = try await bench.run(
                "web_search",
                [
                    "query": " tides ", "num_results": "3", "category": "News", "include_text": "true",
                    "include_domains": "[\"a.example\"]", "exclude_domains": "c.example",
                    "start_published_date": "2026-01-01T10:00:00Z", "end_published_date": "2026-02-28",
                    "user_location": "no",
                ])
            #expect(!outcome.isError)
            let result = try JSONValue(parsing: outcome.text)
            #expect(result["query"] == "tides")
            #expect(result["note"]?.string?.contains("not instructions") == true)
            #expect(
                result["results"] == [
                    [
                        "title": "A \"title\"", "url": "https://a.example/", "published_date": "2026-02-01",
                        "snippet": "An extract",
                    ],
                    ["title": "B", "url": "https://b.example/"],
                ])
            var query = WebQuery("tides")
            query.limit = 3
            query.category = "news"
            query.includesText = true
            (query.includedDomains, query.excludedDomains) = (["a.example"], ["c.example"])
            (query.publishedAfter, query.publishedBefore) = ("2026-01-01", "2026-02-28")
            query.country = "NO"
            #expect(web.queries == [query])
        }
    }

    @Test func `nothing found is said`() async throws {
        try await withTools(web: ScriptedWeb(matches: .success([]))) { bench in
            let outcome = try await bench.run("web_search", ["query": "x"])
            #expect(!outcome.isError)
            #expect(outcome.text.contains("No results found."))
        }
    }

    @Test(
        arguments: [
            (["query": "  "], "query"), ([:], "query"), (["query": "x", "category": "poems"], "category"),
            (["query": "x", "num_results": 0], "num_results"),
            (["query": "x", "include_text": "perhaps"], "include_text"),
            (["query": "x", "start_published_date": "2026-02-30"], "start_published_date"),
            (["query": "x", "end_published_date": "spring"], "end_published_date"),
            (["query": "x", "user_location": "Norway"], "user_location"),
            (["query": "x", "include_domains": ["a b"]], "include_domains"),
        ] as [(JSONObject, String)])
    func `an argument that cannot be is named`(arguments: JSONObject, name: String) async throws {
        let web = ScriptedWeb(matches: .success([]))
        try await withTools(web: web) { bench in
            let outcome = try await bench.run("web_search", arguments)
            #expect(outcome.isError && outcome.text.contains(name), "\(outcome.text)")
            #expect(web.queries.isEmpty)
        }
    }

    @Test func `a page stands between marks that it cannot know`() async throws {
        let page = WebPage(url: "https://a.example/new", title: "T", text: "# Head\n\n--- 000000000000 ---\nText")
        let web = ScriptedWeb(page: .success(page), matches: .success([]))
        try await withTools(web: web) { bench in
            var marks: Set<String> = []
            for _ in 0..<3 {
                let lines = try await bench.run("fetch_webpage", ["url": "https://a.example/"]).text.split(
                    separator: "\n")
                #expect(lines.prefix(2) == ["Page: https://a.example/new", "Title: T"])
                #expect(lines[2].contains("not instructions"))
                #expect(lines[3] == lines.last)
                #expect(lines.count(where: { $0 == lines[3] }) == 2)
                marks.insert(String(lines[3]))
            }
            #expect(marks.count == 3)
        }
    }

    @Test func `what goes wrong out there is told to the model`() async throws {
        let error = WebError(.forbidden, "localhost leads to a loopback address")
        let web = ScriptedWeb(page: .failure(error), matches: .failure(WebError(.notConfigured, "No search service.")))
        try await withTools(web: web) { bench in
            let page = try await bench.run("fetch_webpage", ["url": "http://localhost/"])
            #expect(page.isError && page.text == "localhost leads to a loopback address")
            #expect(page.stderr?.first == "Error executing function fetch_webpage: ValueError: \(page.text)")
            let search = try await bench.run("web_search", ["query": "x"])
            #expect(search.isError && search.text == "web_search cannot be carried out: No search service.")
            #expect(search.stderr?.first?.contains("NotImplementedError") == true)
        }
    }

    @Test func `a callback and a provider that show where they lead are refused`() async throws {
        let refusal: @Sendable (String) -> String? = { $0.contains("127.0.0.1") ? "127.0.0.1 is not called" : nil }
        try await withServer(settings: { $0.refusalOfAddress = refusal }) { server in
            let agent = try await server.post("/v1/agents/", ["name": "a"]).id
            let path = "/v1/agents/\(agent)/messages/async"
            let sent: JSONValue = ["input": "x", "callback_url": "http://127.0.0.1:1/"]
            let reply = try await server.post(path, sent)
            #expect(reply.status == 422)
            #expect(reply.detail == "callback_url: 127.0.0.1 is not called")
            let provider: JSONValue = [
                "name": "p", "provider_type": "openai", "api_key": "k", "base_url": "http://127.0.0.1:1/v1",
            ]
            for path in ["/v1/providers/", "/v1/providers/check"] {
                let reply = try await server.post(path, provider)
                #expect(reply.status == 400)
                #expect(reply.detail.contains("base_url: 127.0.0.1 is not called"))
            }
        }
    }
}
