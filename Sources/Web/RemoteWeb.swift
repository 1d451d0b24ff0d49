package import Domain
import Platform

/// The web over HTTP: a search service, when one is set up, and pages.
package struct RemoteWeb: WebAccess {
    private let pages: PageReader
    private let search: WebSearch?
    /// Pages that are read for a search that wants texts, where the service has none.
    private static let mostTexts = 5
    /// Characters.
    private static let longestText = 10_000

    package init(pages: PageReader, search: WebSearch?) {
        self.pages = pages
        self.search = search
    }

    package func page(at address: String) async throws -> WebPage { try await pages.page(at: address) }

    package func search(_ query: WebQuery) async throws -> [WebMatch] {
        guard let search else {
            throw WebError(
                .notConfigured,
                "No search service is set up. The operator of the server can set one up with one of the settings searxng-url, "
                    + "brave-key, tavily-key or exa-key (docs/web.md). Go on without searching; a page whose address you know can "
                    + "be read with fetch_webpage.")
        }
        let matches = try await search.search(query)
        guard query.includesText, !search.backend.givesTexts else { return matches.map(Self.cut) }
        return try await withTexts(matches).map(Self.cut)
    }

    /// With the texts of the first pages; one that cannot be read goes without.
    private func withTexts(_ matches: [WebMatch]) async throws -> [WebMatch] {
        let texts = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for (index, match) in matches.prefix(Self.mostTexts).enumerated() {
                group.addTask {
                    do {
                        return (index, try await pages.page(at: match.url).text)
                    } catch is WebError {
                        return (index, nil)
                    }
                }
            }
            var texts: [Int: String] = [:]
            for try await (index, text) in group { texts[index] = text }
            return texts
        }
        return matches.enumerated().map { index, match in
            var match = match
            match.text = texts[index]
            return match
        }
    }

    private static func cut(_ match: WebMatch) -> WebMatch {
        guard let text = match.text, text.unicodeScalars.count > longestText else { return match }
        var match = match
        match.text = String(text.unicodeScalars.prefix(longestText)) + " …"
        return match
    }
}
