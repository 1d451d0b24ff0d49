package import Domain
package import HTTP
package import Platform

/// A search engine of one's own that asks others: `GET /search?format=json` (docs.searxng.org, Search API). It gives as many
/// results as it has; dates are ranges up to today.
package struct SearXNG: SearchBackend {
    package let title = "SearXNG"
    package let setting = "searxng-url"
    package let baseURL: String
    package let givesTexts = false
    private let today: @Sendable () -> Timestamp

    package init(_ baseURL: String, today: @escaping @Sendable () -> Timestamp = { .now }) {
        self.baseURL = baseURL
        self.today = today
    }

    package func request(_ query: WebQuery) -> ClientRequest {
        var parameters = [("q", QueryWords(query: query).text(limit: 1000)), ("format", "json")]
        switch query.category {
        case "news": parameters.append(("categories", "news"))
        case "research paper": parameters.append(("categories", "science"))
        default: break
        }
        if let range = range(since: query.publishedAfter) { parameters.append(("time_range", range)) }
        return .search(baseURL + "/search", parameters)
    }

    /// The shortest range that holds all days from a day on.
    private func range(since day: String?) -> String? {
        guard let day, let start = Timestamp(iso8601: day) else { return nil }
        let days = Double(today().microseconds - start.microseconds) / 86_400_000_000
        return days < 1 ? "day" : days < 30 ? "month" : days < 365 ? "year" : nil
    }

    package func matches(_ answer: JSONValue) -> [WebMatch]? {
        answer["results"]?.array?.compactMap { item in
            guard let url = item["url"]?.string else { return nil }
            var match = WebMatch(url: url, title: plain(item["title"]?.string ?? ""))
            match.snippet = item["content"]?.string.map(plain)
            match.published = item["publishedDate"]?.string
            return match
        }
    }
}
