import Domain
import Storage

/// Collects what may answer a question: the best by words, the best by meaning, and in conversations what was said around
/// the best of both.
struct RecallGathering {
    let transaction: ReadTransaction
    let scope: PassageScope
    let filter: PassageFilter
    /// The question in the vectors of each model that is searched.
    let vectors: QuestionVectors

    /// How many each half gives; more when more results are asked for.
    static let fromEachHalf = 40
    /// What is around so many of the best is looked at, up to this many steps away.
    private static let surrounded = 16
    private static let steps = 2

    /// What was found, before it is ranked.
    struct Found {
        var words: [PassageCandidates.Word] = []
        var total = 0
        var passages: [Int: Passage] = [:]
        var similarities: [Int: Float] = [:]
        /// By passage: the one before it in time.
        var previous: [Int: Int] = [:]
        var fromText = 0
        var fromVectors = 0
    }

    func gather(_ words: [String], wanted: Int) throws -> Found {
        // In steps, so that the pages of one search are mostly cut from the same list.
        var limit = Self.fromEachHalf
        while limit < wanted { limit *= 2 }
        var found = Found()
        let text = try textCandidates(words, limit: limit, wanted: wanted)
        (found.words, found.total, found.fromText) = (text.counted, text.total, text.list.count)
        for search in try searches() {
            for match in try search.index.nearest(search.vector, search.scope, filter, limit: limit) {
                found.similarities[match.key] = match.similarity
            }
        }
        found.fromVectors = found.similarities.count
        var keys = Set(text.list.map(\.key)).union(found.similarities.keys)
        try addSimilarities(of: keys, to: &found)
        found.passages = try transaction.passages.find(keys: Array(keys), in: scope)
        let best = best(text, found)
        try addNeighbours(of: best, to: &found, &keys)
        return found
    }

    private func textCandidates(_ words: [String], limit: Int, wanted: Int) throws -> PassageCandidates {
        let search = transaction.passageSearch
        // With a second half there is no need to score every text that has a common word.
        let enough = vectors.isEmpty ? limit : min(10, wanted)
        let text = try search.candidates(words, scope, filter, limit: limit, enough: enough)
        guard text.list.isEmpty, vectors.isEmpty, let last = words.last else { return text }
        return try search.candidates(beginning: last, scope, filter, limit: limit)
    }

    // MARK: Meaning

    private struct Search {
        let index: VectorSearch
        let vector: [Float]
        let scope: PassageScope
    }

    /// Each archive is searched in the vectors of its own model.
    private func searches() throws -> [Search] {
        try vectors.all.compactMap { model, vector in
            guard let index = try transaction.vectorSearch(model: model) else { return nil }
            let scope = try vectors.all.count == 1 ? scope : transaction.vectors.part(of: scope, searchedWith: model)
            return Search(index: index, vector: vector, scope: scope)
        }
    }

    private func addSimilarities(of keys: Set<Int>, to found: inout Found) throws {
        let missing = keys.filter { found.similarities[$0] == nil }
        if missing.isEmpty { return }
        for search in try searches() {
            let more = try search.index.similarities(search.vector, of: Array(missing), search.scope)
            found.similarities.merge(more) { first, _ in first }
        }
    }

    // MARK: What is around

    /// The best by both halves together, of which the neighbours matter.
    private func best(_ text: PassageCandidates, _ found: Found) -> [Int] {
        let most = text.list.first.map(\.score) ?? 0
        var scores = found.similarities.mapValues(Double.init)
        for candidate in text.list where most > 0 { scores[candidate.key, default: 0] += candidate.score / most }
        let sorted = scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key > $1.key }
        return sorted.lazy.map(\.key).filter { found.passages[$0].map { TextLabel.starts($0.text) } ?? false }
            .prefix(Self.surrounded).map { $0 }
    }

    private func addNeighbours(of best: [Int], to found: inout Found, _ keys: inout Set<Int>) throws {
        var frontier = best
        for _ in 0..<Self.steps where !frontier.isEmpty {
            let around = try transaction.passages.neighbours(of: frontier, in: scope, filter)
            var next = Set<Int>()
            for (key, pair) in around {
                if let previous = pair.previous {
                    found.previous[key] = previous
                    next.insert(previous)
                }
                if let following = pair.next {
                    found.previous[following] = key
                    next.insert(following)
                }
            }
            frontier = next.filter { keys.insert($0).inserted || found.previous[$0] == nil }
        }
        let added = keys.filter { found.passages[$0] == nil }
        if added.isEmpty { return }
        found.passages.merge(try transaction.passages.find(keys: Array(added), in: scope)) { first, _ in first }
        try addSimilarities(of: added, to: &found)
    }
}

/// A question as vectors, by the number of the model.
package struct QuestionVectors: Sendable {
    package static let none = QuestionVectors(all: [:])

    package let all: [Int: [Float]]

    var isEmpty: Bool { all.isEmpty }
}
