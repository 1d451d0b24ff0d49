package import Domain
package import HTTP
package import Platform

/// Brave's web and news search (api-dashboard.search.brave.com): at most 20 results.
package struct Brave: SearchBackend {
    package let title = "Brave Search"
    package let setting = "brave-key"
    package let baseURL: String
    package let givesTexts = false
    private let key: Secret

    package init(key: Secret, baseURL: String? = nil) {
        self.key = key
        self.baseURL = baseURL ?? "https://api.search.brave.com"
    }

    private static let countries: Set<String> = [
        "AR", "AU", "AT", "BE", "BR", "CA", "CL", "CN", "DK", "FI", "FR", "DE", "GR", "HK", "IN", "ID", "IT", "JP",
        "KR", "MY",
        "MX", "NL", "NZ", "NO", "PL", "PT", "PH", "RU", "SA", "ZA", "ES", "SE", "CH", "TW", "TR", "GB", "US",
    ]

    package func request(_ query: WebQuery) -> ClientRequest {
        let isNews = query.category == "news"
        var parameters = [
            ("q", QueryWords(query: query).text(limit: 400)), ("count", String(min(20, query.limit))),
            ("text_decorations", "false"),
        ]
        // A country that it does not know would be refused.
        if let country = query.country?.uppercased() {
            parameters.append(("country", Self.countries.contains(country) ? country : "ALL"))
        }
        if query.publishedAfter != nil || query.publishedBefore != nil {
            let (first, last) = (query.publishedAfter ?? "1990-01-01", query.publishedBefore ?? "2100-01-01")
            parameters.append(("freshness", "\(first)to\(last)"))
        }
        var request = ClientRequest.search(baseURL + "/res/v1/\(isNews ? "news" : "web")/search", parameters)
        request.headers.append("x-subscription-token", key.reveal)
        return request
    }

    package func matches(_ answer: JSONValue) -> [WebMatch]? {
        guard answer["type"]?.string != "ErrorResponse" else { return nil }
        // Nothing found: the web's part of an answer is left out.
        let results =
            answer["web"]?["results"]?.array ?? answer["results"]?.array ?? (answer["query"] == nil ? nil : [])
        return results?.compactMap { item in
            guard let url = item["url"]?.string else { return nil }
            var match = WebMatch(url: url, title: plain(item["title"]?.string ?? ""))
            let extracts = [item["description"] ?? .null] + (item["extra_snippets"]?.array ?? [])
            match.snippet = joined(extracts)
            match.published = item["page_age"]?.string
            return match
        }
    }
}
