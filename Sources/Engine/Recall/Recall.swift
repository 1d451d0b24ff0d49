package import Domain
import Platform
package import Storage

/// The one way to find passages: routes, tools and hooks all ask here. Candidates come from the text index; they are
/// ranked, scored and explained here.
package struct Recall {
    let transaction: ReadTransaction
    let organization: String

    /// The best passages for a query, best first; with an empty query the newest ones, with score 0.
    ///
    /// Throws `Refusal(.notFound)` when the filter names an archive that does not exist.
    package func passages(_ query: String, _ filter: PassageFilter, limit: Int, offset: Int = 0) throws
        -> [PassageMatch]
    {
        let scope = try transaction.scope(of: try links(filter.archiveIDs), organization: organization)
        if scope.isEmpty || limit <= 0 { return [] }
        let words = PassageSearch.words(query)
        if words.isEmpty { return try newest(query, scope, filter, limit: limit, offset: offset) }
        let search = transaction.passageSearch
        var found = try search.candidates(words, scope, filter, limit: limit + offset)
        if found.list.isEmpty, let last = words.last {
            found = try search.candidates(beginning: last, scope, filter, limit: limit + offset)
        }
        let ranking = TextRanking(found, filter, limit: limit, offset: offset)
        return ranking.matches(try transaction.passages.find(keys: ranking.keys, in: scope))
    }

    /// A query of signs alone is looked for as it stands.
    private func newest(
        _ query: String, _ scope: PassageScope, _ filter: PassageFilter, limit: Int, offset: Int
    ) throws -> [PassageMatch] {
        let signs = query.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let page = PageRequest(limit: limit, offset: offset, ascending: false)
        let passages = try transaction.passages.list(scope, filter, containing: signs.isEmpty ? nil : signs, page)
        return passages.map { passage in
            let why = signs.isEmpty ? ["newest"] : ["text: \(signs)"]
            return PassageMatch(
                passage: passage, score: signs.isEmpty ? 0 : 1, why: why + Reasons.filters(filter, passage))
        }
    }

    private func links(_ ids: [String]?) throws -> [ArchiveLink]? {
        guard let ids else { return nil }
        let links = try transaction.archives.links(ids, organization: organization)
        for id in ids where !links.contains(where: { $0.id == id }) {
            throw Refusal.notFound("Archive with id '\(id)' not found")
        }
        return links
    }
}

extension ReadTransaction {
    package func recall(organization: String) -> Recall { Recall(transaction: self, organization: organization) }
}
