import Domain
import HTTP
import Platform
import Testing

@testable import Web

@Suite struct WebSearchTests {
    private static let key = Secret("secret-key-1")

    private func backends(_ address: String) -> [any SearchBackend] {
        [
            SearXNG(address, today: { Timestamp(iso8601: "2026-03-01") ?? .now }),
            Brave(key: Self.key, baseURL: address),
            Tavily(key: Self.key, baseURL: address), Exa(key: Self.key, baseURL: address),
        ]
    }

    private var wide: WebQuery {
        var query = WebQuery("tidal power")
        query.limit = 5
        query.category = "news"
        query.includedDomains = ["example.org", "b.example"]
        query.excludedDomains = ["c.example"]
        query.publishedAfter = "2026-02-20"
        query.publishedBefore = "2026-02-28"
        query.country = "NO"
        return query
    }

    @Test func `each service is asked in its own words`() throws {
        let requests = backends("http://s.example").map { $0.request(wide) }
        #expect(
            requests[0].url
                == "http://s.example/search?q=tidal%20power%20site%3Aexample.org%20OR%20site%3Ab.example%20-site%3Ac.example"
                + "&format=json&categories=news&time_range=month")
        #expect(
            requests[1].url
                == "http://s.example/res/v1/news/search?q=tidal%20power%20site%3Aexample.org%20OR%20site%3Ab.example%20"
                + "-site%3Ac.example&count=5&text_decorations=false&country=NO&freshness=2026-02-20to2026-02-28")
        #expect(requests[1].headers["x-subscription-token"] == "secret-key-1")
        #expect(requests[2].url == "http://s.example/search")
        #expect(requests[2].headers["authorization"] == "Bearer secret-key-1")
        #expect(
            try JSONValue(parsing: requests[2].body ?? []) == [
                "query": "tidal power", "topic": "news", "max_results": 5,
                "include_domains": ["example.org", "b.example"],
                "exclude_domains": ["c.example"], "start_date": "2026-02-20", "end_date": "2026-02-28",
            ])
        #expect(requests[3].headers["x-api-key"] == "secret-key-1")
        #expect(
            try JSONValue(parsing: requests[3].body ?? []) == [
                "query": "tidal power", "type": "auto", "numResults": 5, "category": "news",
                "includeDomains": ["example.org", "b.example"], "excludeDomains": ["c.example"],
                "startPublishedDate": "2026-02-20T00:00:00.000Z", "endPublishedDate": "2026-02-28T23:59:59.999Z",
                "userLocation": "NO", "contents": ["highlights": true],
            ])
        for request in requests { #expect(!request.url.contains("secret")) }
    }

    @Test func `a plain search asks for nothing more`() throws {
        let requests = backends("http://s.example").map { $0.request(WebQuery("a & b")) }
        #expect(requests[0].url == "http://s.example/search?q=a%20%26%20b&format=json")
        #expect(requests[1].url == "http://s.example/res/v1/web/search?q=a%20%26%20b&count=10&text_decorations=false")
        #expect(
            try JSONValue(parsing: requests[2].body ?? [])
                == ["query": "a & b", "topic": "general", "max_results": 10])
        #expect(
            try JSONValue(parsing: requests[3].body ?? [])
                == ["query": "a & b", "type": "auto", "numResults": 10, "contents": ["highlights": true]])
    }

    @Test func `a category or a range that a service does not have is said otherwise`() throws {
        var query = WebQuery("swift")
        query.category = "github"
        let requests = backends("http://s.example").map { $0.request(query) }
        #expect(requests[0].url.contains("site%3Agithub.com"))
        #expect(requests[1].url.contains("site%3Agithub.com"))
        #expect(try JSONValue(parsing: requests[3].body ?? [])["includeDomains"] == ["github.com"])
        query.category = "research paper"
        #expect(backends("http://s.example")[0].request(query).url.contains("categories=science"))
        #expect(try JSONValue(parsing: Exa(key: Self.key).request(query).body ?? [])["category"] == "publication")
        let engine = SearXNG("http://s.example", today: { Timestamp(iso8601: "2026-03-01") ?? .now })
        for (day, range) in [
            ("2026-03-01", "day"), ("2026-02-20", "month"), ("2025-06-01", "year"), ("2020-01-01", nil),
        ] {
            query.publishedAfter = day
            let url = engine.request(query).url
            #expect(range.map { url.hasSuffix("time_range=\($0)") } ?? !url.contains("time_range"), "\(day)")
        }
        query.country = "ZZ"
        #expect(Brave(key: Self.key).request(query).url.contains("country=ALL"))
        query.includesText = true
        #expect(
            try JSONValue(parsing: Tavily(key: Self.key).request(query).body ?? [])["include_raw_content"] == "markdown"
        )
        #expect(
            try JSONValue(parsing: Exa(key: Self.key).request(query).body ?? [])["contents"]?["text"] == [
                "maxCharacters": 10_000
            ])
    }

    private static let answers: [JSONValue] = [
        [
            "query": "q", "number_of_results": 0,
            "results": [
                [
                    "url": "https://a.example/1", "title": "One", "content": "first <b>extract</b>",
                    "publishedDate": "2026-02-21T10:00:00", "engine": "x",
                ],
                ["title": "no url"],
            ], "answers": [], "unresponsive_engines": [["x", "timeout"]],
        ],
        [
            "type": "search", "query": ["original": "q"],
            "web": [
                "type": "search",
                "results": [
                    [
                        "url": "https://a.example/1", "title": "<strong>One</strong>", "description": "first",
                        "extra_snippets": ["extract"], "page_age": "2026-02-21T10:00:00",
                    ]
                ],
            ],
        ],
        [
            "query": "q", "answer": nil,
            "results": [
                [
                    "url": "https://a.example/1", "title": "One", "content": "first extract", "score": 0.9,
                    "raw_content": "whole text", "published_date": "2026-02-21",
                ]
            ], "response_time": 1.2,
        ],
        [
            "requestId": "r",
            "results": [
                [
                    "id": "https://a.example/1", "url": "https://a.example/1", "title": "One",
                    "publishedDate": "2026-02-21T00:00:00.000Z", "highlights": ["first", "extract"],
                    "text": "whole text",
                ]
            ],
        ],
    ]

    @Test func `what each service answers becomes matches`() throws {
        for (backend, answer) in zip(backends("http://s.example"), Self.answers) {
            let matches = try #require(backend.matches(answer), "\(backend.title)")
            #expect(matches.count == 1)
            let match = try #require(matches.first)
            #expect(match.url == "https://a.example/1")
            #expect(match.title == "One")
            #expect(match.snippet == "first extract" || match.snippet == "first … extract")
            #expect(match.published?.hasPrefix("2026-02-21") == true)
            #expect(match.text == (backend.givesTexts ? "whole text" : nil))
        }
        #expect(Brave(key: Self.key).matches(["type": "search", "query": ["original": "q"]]) == [])
        #expect(Brave(key: Self.key).matches(["type": "news", "results": []]) == [])
        for backend in backends("http://s.example") {
            for wrong: JSONValue in [nil, [], [:], "text", ["error": "x"], ["results": "x"]] {
                #expect(backend.matches(wrong) == nil, "\(backend.title) \(wrong.text)")
            }
        }
    }

    @Test func `results are held to what was asked for`() {
        let urls = [
            "https://example.org/1", "https://www.example.org/docs/x", "https://evilexample.org/", "ftp://example.org/",
            "https://example.org/1", "https://c.example/", "https://sub.example.org:8080/2", "javascript:alert(1)",
        ]
        var query = WebQuery("q")
        #expect(SearchFilter(query).of(urls.map { WebMatch(url: $0, title: "") }).count == 5)
        query.includedDomains = ["www.example.org"]
        var found = SearchFilter(query).of(urls.map { WebMatch(url: $0, title: "") }).map(\.url)
        #expect(found == [urls[0], urls[1], urls[6]])
        query.includedDomains = ["https://example.org/docs/"]
        found = SearchFilter(query).of(urls.map { WebMatch(url: $0, title: "") }).map(\.url)
        #expect(found == [urls[1]])
        query = WebQuery("q")
        query.excludedDomains = ["EXAMPLE.org"]
        query.limit = 1
        found = SearchFilter(query).of(urls.map { WebMatch(url: $0, title: "") }).map(\.url)
        #expect(found == [urls[2]])
        query = WebQuery("q")
        (query.publishedAfter, query.publishedBefore) = ("2026-02-01", "2026-02-28")
        let dates: [String?] = [
            "2026-01-31", "2026-02-01T00:00:00Z", "2026-02-28T23:59:59", "2026-03-01", nil, "3 days ago",
        ]
        let matches = dates.enumerated().map { index, date in
            var match = WebMatch(url: "https://a.example/\(index)", title: "")
            match.published = date
            return match
        }
        #expect(SearchFilter(query).of(matches).map(\.published) == [dates[1], dates[2], nil, dates[5]])
    }

    private func failure(_ search: WebSearch) async throws -> WebError? {
        do {
            _ = try await search.search(WebQuery("q"))
            return nil
        } catch let error as WebError {
            return error
        }
    }

    @Test(arguments: [
        (401, "did not accept the key"), (403, "403"), (402, "no searches left"), (432, "no searches left"),
        (429, "in 60 seconds"),
        (422, "other or fewer words"), (500, "Try again later"), (302, "redirect"), (404, "404"),
        (200, "no result of a search"),
    ])
    func `a refusal says who has to do what, without the key`(status: Int, words: String) async throws {
        let server = try LocalServer { _ in
            Response(
                status: status, headers: ["retry-after": "60", "location": "/x"],
                body: .bytes(Array("secret-key-1".utf8)))
        }
        for backend in backends(server.address) {
            let error = try #require(try await failure(WebSearch(backend, addresses: .publicHosts, seconds: 600)))
            #expect(error.code == .refused)
            #expect(error.message.contains(words), "\(error.message)")
            #expect(error.message.contains(backend.title))
            #expect(!error.message.contains("secret"))
        }
        #expect(server.asked.count == 4)
        await server.stop()
    }

    @Test func `a service that is asked too fast is asked again after a pause`() async throws {
        let count = Lock(0)
        let server = try LocalServer { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number < 3 { return Response(status: 429, headers: number == 1 ? ["retry-after": "2"] : [:]) }
            return Response(body: .bytes(Array(Self.answers[0].text.utf8)))
        }
        let pauses = Lock<[Double]>([])
        let search = WebSearch(SearXNG(server.address), addresses: .publicHosts, seconds: 600) { seconds in
            pauses.withLock { $0.append(seconds) }
        }
        #expect(try await search.search(WebQuery("q")).count == 1)
        #expect(pauses.withLock { $0 } == [2, 1])
        await server.stop()
    }

    @Test func `the service is where the operator says, and nowhere else`() async throws {
        let target = try LocalServer { _ in Response(body: .bytes(Array(Self.answers[0].text.utf8))) }
        let place = target.address + "/search"
        let server = try LocalServer { _ in Response(status: 302, headers: ["location": place]) }
        #expect(
            try await failure(WebSearch(SearXNG(server.address), addresses: .publicHosts, seconds: 600))?.message
                .contains("redirect")
                == true)
        #expect(target.asked.isEmpty)
        await server.stop()
        await target.stop()
        let gone = try await failure(WebSearch(SearXNG("http://127.0.0.1:1"), addresses: .publicHosts, seconds: 600))
        #expect(gone?.code == .unreachable)
    }

    @Test func `texts are read from the pages where the service has none`() async throws {
        let html = try fixture("table.html")
        let pages = try LocalServer { request in
            request.rawPath == "/gone"
                ? Response(status: 404) : Response(headers: ["content-type": "text/html"], body: .bytes(html))
        }
        let results = ["/gone", "/1", "/2", "/3", "/4", "/5"].map { path -> JSONValue in
            ["url": .string(pages.address + path), "title": "T"]
        }
        let answer = JSONValue.object(["results": .array(results)])
        let server = try LocalServer { _ in Response(body: .bytes(Array(answer.text.utf8))) }
        let web = RemoteWeb(
            pages: PageReader(addresses: .thisMachine, limits: .patient),
            search: WebSearch(SearXNG(server.address), addresses: .publicHosts, seconds: 600))
        var query = WebQuery("q")
        #expect(try await web.search(query).allSatisfy { $0.text == nil })
        query.includesText = true
        let texts = try await web.search(query).map(\.text)
        #expect(texts.count == 6)
        #expect(texts[0] == nil && texts[5] == nil)
        #expect(texts[1...4].allSatisfy { $0?.contains("| Amazon | 6400 | Atlantic |") == true })
        await server.stop()
        await pages.stop()
    }

    @Test func `without a service the settings are named`() async throws {
        let web = RemoteWeb(pages: PageReader(addresses: .publicHosts), search: nil)
        do {
            _ = try await web.search(WebQuery("q"))
            Issue.record("something was found")
        } catch let error as WebError {
            #expect(error.code == .notConfigured)
            for name in ["searxng-url", "brave-key", "tavily-key", "exa-key"] { #expect(error.message.contains(name)) }
        }
    }
}
