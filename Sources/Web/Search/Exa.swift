package import Domain
package import HTTP
package import Platform

/// Exa's search (docs.exa.ai, and what its package `exa-py` 2.27 sends).
package struct Exa: SearchBackend {
    package let title = "Exa"
    package let setting = "exa-key"
    package let baseURL: String
    package let givesTexts = true
    private let key: Secret

    package init(key: Secret, baseURL: String? = nil) {
        self.key = key
        self.baseURL = baseURL ?? "https://api.exa.ai"
    }

    private static let mostText: Int64 = 10_000

    package func request(_ query: WebQuery) -> ClientRequest {
        var body = JSONObject([
            ("query", .string(query.text)), ("type", "auto"), ("numResults", .int(Int64(query.limit))),
        ])
        let (category, domains) = Self.category(query.category)
        if let category { body["category"] = .string(category) }
        let sites = query.includedDomains.isEmpty ? domains : query.includedDomains
        if !sites.isEmpty { body["includeDomains"] = .array(sites.map { .string($0) }) }
        if !query.excludedDomains.isEmpty { body["excludeDomains"] = .array(query.excludedDomains.map { .string($0) }) }
        if let day = query.publishedAfter { body["startPublishedDate"] = .string(day + "T00:00:00.000Z") }
        if let day = query.publishedBefore { body["endPublishedDate"] = .string(day + "T23:59:59.999Z") }
        if let country = query.country { body["userLocation"] = .string(country.uppercased()) }
        var contents = JSONObject([("highlights", true)])
        if query.includesText { contents["text"] = ["maxCharacters": .int(Self.mostText)] }
        body["contents"] = .object(contents)
        var request = ClientRequest.search(baseURL + "/search", posting: .object(body))
        request.headers.append("x-api-key", key.reveal)
        return request
    }

    /// Its own word for a category, or the domains that stand for one that it does not have.
    private static func category(_ name: String?) -> (String?, domains: [String]) {
        switch name {
        case "research paper": ("publication", [])
        case "linkedin profile": ("people", [])
        case "github": (nil, ["github.com"])
        case "tweet": (nil, ["x.com", "twitter.com"])
        case "pdf": (nil, [])
        default: (name, [])
        }
    }

    package func matches(_ answer: JSONValue) -> [WebMatch]? {
        answer["results"]?.array?.compactMap { item in
            guard let url = item["url"]?.string else { return nil }
            var match = WebMatch(url: url, title: plain(item["title"]?.string ?? ""))
            match.snippet = joined(item["highlights"]?.array) ?? item["summary"]?.string
            match.published = item["publishedDate"]?.string
            match.text = item["text"]?.string
            return match
        }
    }
}
