package import Domain
package import Platform
package import Storage

/// The one way to find passages: routes, tools and hooks all ask here.
package struct Recall {
    let transaction: ReadTransaction
    let organization: String

    /// Pages end here: each passage up to a page's end has to be read and ranked.
    static let mostRanked = 10_000

    /// The best passages for a query, best first; with an empty query the newest ones, with score 0.
    ///
    /// - Parameters:
    ///   - vectors: the query in the vectors of the models that are searched; without, its words decide alone.
    ///   - now: what `last week` in a query is relative to.
    ///
    /// Beyond the first 10,000 there is nothing. Throws `Refusal(.notFound)` when the filter names an archive that does not
    /// exist.
    package func passages(
        _ query: String, _ vectors: QuestionVectors, _ filter: PassageFilter, limit: Int, offset: Int = 0,
        now: Timestamp
    ) throws -> PassageResults {
        let scope = try scope(of: filter)
        if scope.isEmpty || limit <= 0 { return PassageResults() }
        let words = PassageSearch.words(query)
        if words.isEmpty { return try newest(query, scope, filter, limit: limit, offset: offset) }
        let limit = min(limit, Self.mostRanked - min(offset, Self.mostRanked))
        if limit == 0 { return PassageResults(means: vectors.isEmpty ? .words : .wordsAndMeaning) }
        let gathering = RecallGathering(transaction: transaction, scope: scope, filter: filter, vectors: vectors)
        let exact = ExactString.find(in: query).map(\.text)
        let event = QuestionEvent.find(in: query).map { PassageSearch.words($0.words.joined(separator: " ")) } ?? []
        let found = try gathering.gather(words, exact: exact, event: event, wanted: limit + offset)
        let question = RecallQuestion(
            query, words: found.words.map { .init($0.text, occurrences: $0.passages) }, total: found.total, now: now)
        let ranking = Ranking(question, found.candidates)
        let page = ranking.ranked().dropFirst(offset).prefix(limit)
        var results = PassageResults(means: vectors.isEmpty ? .words : .wordsAndMeaning)
        results.gathered = .init(
            words: found.words.map { .init(text: $0.text, passages: $0.passages) }, passages: found.total,
            byWords: found.fromText, byMeaning: found.fromVectors, ranked: found.passages.count)
        results.matches = page.compactMap { ranked in
            guard let passage = found.passages[ranked.key] else { return nil }
            return PassageMatch(
                passage: passage, score: ranked.score, isRelevant: ranked.isRelevant,
                why: ranking.why(ranked) + Reasons.filters(filter, passage), parts: ranking.parts(ranked))
        }
        return results
    }

    /// The models whose vectors a search with this filter reads.
    func models(_ filter: PassageFilter) throws -> [RegisteredModel] {
        let scope = try scope(of: filter)
        return scope.isEmpty ? [] : try transaction.vectors.searchedModels(in: scope)
    }

    /// A query of signs alone is looked for as it stands.
    private func newest(
        _ query: String, _ scope: PassageScope, _ filter: PassageFilter, limit: Int, offset: Int
    ) throws -> PassageResults {
        let signs = query.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let page = PageRequest(limit: limit, offset: offset, ascending: false)
        let passages = try transaction.passages.list(scope, filter, containing: signs.isEmpty ? nil : signs, page)
        var results = PassageResults(means: signs.isEmpty ? .newest : .words)
        results.matches = passages.map { passage in
            let why = signs.isEmpty ? ["newest"] : ["text: \(signs)"]
            return PassageMatch(
                passage: passage, score: signs.isEmpty ? 0 : 1, why: why + Reasons.filters(filter, passage))
        }
        return results
    }

    private func scope(of filter: PassageFilter) throws -> PassageScope {
        try transaction.scope(of: try links(filter.archiveIDs), organization: organization)
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

extension RecallGathering.Material {
    var candidates: [RecallCandidate] {
        passages.map { key, passage in
            RecallCandidate(
                key: key, text: passage.text, time: passage.createdAt, similarity: similarities[key],
                previous: previous[key])
        }
    }
}

extension ReadTransaction {
    package func recall(organization: String) -> Recall { Recall(transaction: self, organization: organization) }
}
