package import Domain
package import HTTP
package import Platform

/// Tavily's search (docs.tavily.com): at most 20 results, with their texts when they are asked for.
package struct Tavily: SearchBackend {
    package let title = "Tavily"
    package let setting = "tavily-key"
    package let baseURL: String
    package let givesTexts = true
    private let key: Secret

    package init(key: Secret, baseURL: String? = nil) {
        self.key = key
        self.baseURL = baseURL ?? "https://api.tavily.com"
    }

    package func request(_ query: WebQuery) -> ClientRequest {
        // It has parameters for domains, so nothing of them is written into the query.
        var words = query
        (words.includedDomains, words.excludedDomains) = ([], [])
        let topic = query.category == "news" ? "news" : query.category == "financial report" ? "finance" : "general"
        var body = JSONObject([
            ("query", .string(QueryWords(query: words).text(limit: 400))), ("topic", .string(topic)),
            ("max_results", .int(Int64(min(20, query.limit)))),
        ])
        if !query.includedDomains.isEmpty {
            body["include_domains"] = .array(query.includedDomains.map { .string($0) })
        }
        if !query.excludedDomains.isEmpty {
            body["exclude_domains"] = .array(query.excludedDomains.map { .string($0) })
        }
        if let day = query.publishedAfter { body["start_date"] = .string(day) }
        if let day = query.publishedBefore { body["end_date"] = .string(day) }
        if query.includesText { body["include_raw_content"] = "markdown" }
        // Only there, and only of a list that is not ours to know: common ones.
        if topic == "general", let country = query.country.flatMap({ Self.countries[$0.uppercased()] }) {
            body["country"] = .string(country)
        }
        var request = ClientRequest.search(baseURL + "/search", posting: .object(body))
        request.headers.append("authorization", "Bearer " + key.reveal)
        return request
    }

    private static let countries: [String: String] = [
        "AR": "argentina", "AT": "austria", "AU": "australia", "BE": "belgium", "BR": "brazil", "CA": "canada",
        "CH": "switzerland", "CL": "chile", "CN": "china", "CO": "colombia", "CZ": "czech republic", "DE": "germany",
        "DK": "denmark", "EG": "egypt", "ES": "spain", "FI": "finland", "FR": "france", "GB": "united kingdom",
        "GR": "greece", "HU": "hungary", "ID": "indonesia", "IE": "ireland", "IL": "israel", "IN": "india",
        "IT": "italy",
        "JP": "japan", "KE": "kenya", "KR": "south korea", "MX": "mexico", "MY": "malaysia", "NG": "nigeria",
        "NL": "netherlands", "NO": "norway", "NZ": "new zealand", "PE": "peru", "PH": "philippines", "PL": "poland",
        "PT": "portugal", "RO": "romania", "SE": "sweden", "SG": "singapore", "TH": "thailand", "TR": "turkey",
        "TW": "taiwan", "UA": "ukraine", "US": "united states", "VN": "vietnam", "ZA": "south africa",
    ]

    package func matches(_ answer: JSONValue) -> [WebMatch]? {
        answer["results"]?.array?.compactMap { item in
            guard let url = item["url"]?.string else { return nil }
            var match = WebMatch(url: url, title: plain(item["title"]?.string ?? ""))
            match.snippet = item["content"]?.string.map(plain)
            match.published = item["published_date"]?.string
            match.text = item["raw_content"]?.string
            return match
        }
    }
}
