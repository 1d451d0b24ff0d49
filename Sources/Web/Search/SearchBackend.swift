package import Domain
package import HTTP
package import Platform

/// A service that searches the web: what it is asked, and what its answer says.
package protocol SearchBackend: Sendable {
    /// As people know it.
    var title: String { get }
    /// The setting that lets it be used: `brave-key`.
    var setting: String { get }
    var baseURL: String { get }
    /// Whether it gives the texts of pages when it is asked for them.
    var givesTexts: Bool { get }
    func request(_ query: WebQuery) -> ClientRequest
    /// Nil when the answer is none of a search.
    func matches(_ answer: JSONValue) -> [WebMatch]?
}

extension SearchBackend {
    /// Of extracts that a service gives one by one.
    func joined(_ texts: [JSONValue]?) -> String? {
        let texts = (texts ?? []).compactMap(\.string).map(plain).filter { !$0.isEmpty }
        return texts.isEmpty ? nil : texts.joined(separator: " … ")
    }

    /// Extracts come with marks around the words that were looked for.
    func plain(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            result += rest[..<start]
            let tag = rest[start...].prefix { $0 != ">" }
            let name = tag.dropFirst().drop { $0 == "/" }
            if ["strong", "b", "em", "mark", "span", "br"].contains(where: { name == $0 || name.hasPrefix($0 + " ") }),
                tag.endIndex < rest.endIndex
            {
                rest = rest[rest.index(after: tag.endIndex)...]
            } else {
                result.append("<")
                rest = rest[rest.index(after: start)...]
            }
        }
        return (result + rest).trimmed
    }
}

/// What is written into a query for services that have no parameter for it.
struct QueryWords {
    let query: WebQuery

    /// The query with what the services of search engines call operators.
    func text(limit: Int) -> String {
        var text = query.text.trimmed
        if let words { text += " " + words }
        let sites = query.includedDomains + domains
        if !sites.isEmpty { text += " " + sites.prefix(8).map { "site:\($0)" }.joined(separator: " OR ") }
        for site in query.excludedDomains.prefix(8) { text += " -site:\(site)" }
        return String(text.prefix(limit))
    }

    private var words: String? {
        switch query.category {
        case "pdf": "filetype:pdf"
        case "research paper": "research paper"
        case "financial report": "financial report"
        case "company": "company"
        case "personal site": "personal site"
        default: nil
        }
    }

    private var domains: [String] {
        switch query.category {
        case "github": ["github.com"]
        case "tweet": ["x.com", "twitter.com"]
        case "linkedin profile": ["linkedin.com/in"]
        default: []
        }
    }
}
