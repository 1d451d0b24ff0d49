import Domain
import Platform

/// Holds the results of a search to what was asked for, whatever the service made of it.
struct SearchFilter {
    let query: WebQuery

    init(_ query: WebQuery) { self.query = query }

    /// In their order, each page once. A page whose date is not known is kept: most services know few.
    func of(_ matches: [WebMatch]) -> [WebMatch] {
        var seen: Set<String> = []
        var kept: [WebMatch] = []
        for match in matches where kept.count < query.limit {
            guard match.url.hasPrefix("https://") || match.url.hasPrefix("http://"), isWanted(match),
                seen.insert(match.url).inserted
            else { continue }
            kept.append(match)
        }
        return kept
    }

    private func isWanted(_ match: WebMatch) -> Bool {
        let place = Self.place(match.url)
        if query.excludedDomains.contains(where: { Self.isIn($0, place) }) { return false }
        if !query.includedDomains.isEmpty, !query.includedDomains.contains(where: { Self.isIn($0, place) }) {
            return false
        }
        guard let day = match.published.flatMap(Self.day) else { return true }
        if let first = query.publishedAfter, day < first { return false }
        if let last = query.publishedBefore, day > last { return false }
        return true
    }

    /// `2026-01-31` of a date that begins so.
    private static func day(_ date: String) -> String? {
        let day = date.prefix(10)
        return Timestamp(iso8601: String(day)) == nil ? nil : String(day)
    }

    /// Host and path, in lower case.
    private static func place(_ url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        let host = path.prefix { $0 != "/" && $0 != ":" }
        return (String(host) + path.drop { $0 != "/" }).lowercased()
    }

    /// A domain means its subdomains too, and may have a path: `example.org/docs`.
    private static func isIn(_ domain: String, _ place: String) -> Bool {
        var domain = domain.lowercased()
        if let scheme = domain.firstRange(of: "://") { domain = String(domain[scheme.upperBound...]) }
        if domain.hasPrefix("*.") { domain = String(domain.dropFirst(2)) }
        if domain.hasPrefix("www.") { domain = String(domain.dropFirst(4)) }
        if domain.hasSuffix("/") { domain = String(domain.dropLast()) }
        guard !domain.isEmpty else { return false }
        let host = domain.prefix { $0 != "/" }
        let path = domain.dropFirst(host.count)
        let itsHost = place.prefix { $0 != "/" }
        guard itsHost == host || itsHost.hasSuffix(".\(host)") else { return false }
        let rest = place.dropFirst(itsHost.count)
        return path.isEmpty || rest == path || rest.hasPrefix("\(path)/")
    }
}
