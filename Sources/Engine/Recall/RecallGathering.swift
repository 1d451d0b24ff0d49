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

    /// How many each half gives, when no more results are asked for; more found nothing more (docs/design/recall.md).
    static let fromEachHalf = 40
    /// What is around so many of the best is looked at, up to this many steps away.
    private static let surrounded = 25
    private static let steps = 2
    /// How many each exact string of a question gives by itself, so that nothing else takes their place.
    private static let fromExact = 10
    /// So many texts may tell of an event that the question names.
    private static let fromEvent = 10
    /// More exact strings than this are a pasted text.
    private static let mostExact = 4

    /// What was found, before it is ranked.
    struct Material {
        var words: [PassageCandidates.Word] = []
        var total = 0
        var passages: [Int: Passage] = [:]
        var similarities: [Int: Float] = [:]
        /// By passage: the one before it in time.
        var previous: [Int: Int] = [:]
        var fromText = 0
        var fromVectors = 0
        /// BM25 of the text index, by passage.
        var textScores: [Int: Double] = [:]
    }

    /// - Parameters:
    ///   - exact: what the question means letter by letter.
    ///   - event: the words of an event that the question names to tell a time.
    func gather(_ words: [String], exact: [String], event: [String], wanted: Int) throws -> Material {
        // In steps, so that the pages of one search are mostly cut from the same list.
        var limit = Self.fromEachHalf
        while limit < wanted { limit *= 2 }
        var found = Material()
        let text = try textCandidates(words, limit: limit, wanted: wanted)
        (found.words, found.total) = (text.counted, text.total)
        for candidate in text.list { found.textScores[candidate.key] = candidate.score }
        for string in exact.prefix(Self.mostExact) {
            let phrase = try transaction.passageSearch.candidates(phrase: string, scope, filter, limit: Self.fromExact)
            for candidate in phrase { found.textScores[candidate.key, default: 0] += candidate.score }
        }
        let told = try transaction.passageSearch.candidates(event, scope, filter, limit: Self.fromEvent)
        // Its words are the question's: they count once.
        for candidate in told.list where found.textScores[candidate.key] == nil {
            found.textScores[candidate.key] = candidate.score
        }
        found.fromText = found.textScores.count
        let searches = try searches()
        for search in searches {
            for match in try search.index.nearest(search.vector, search.scope, filter, limit: limit) {
                found.similarities[match.key] = match.similarity
            }
        }
        found.fromVectors = found.similarities.count
        var keys = Set(found.textScores.keys).union(found.similarities.keys)
        try addSimilarities(of: keys, searches, to: &found)
        found.passages = try transaction.passages.find(keys: Array(keys), in: scope)
        try addNeighbours(of: strongest(found), searches, to: &found, &keys)
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

    private func addSimilarities(of keys: Set<Int>, _ searches: [Search], to found: inout Material) throws {
        let missing = keys.filter { found.similarities[$0] == nil }
        if missing.isEmpty { return }
        for search in searches {
            let more = try search.index.similarities(search.vector, of: Array(missing), search.scope)
            found.similarities.merge(more) { first, _ in first }
        }
    }

    // MARK: What is around

    /// The best by both halves together among what somebody says: what answers a question often stands next to what it
    /// asks for, and has neither its words nor its meaning. A note stands for itself.
    private func strongest(_ found: Material) -> [Int] {
        let most = found.textScores.values.max() ?? 0
        var scores = found.similarities.mapValues(Double.init)
        for (key, score) in found.textScores where most > 0 { scores[key, default: 0] += score / most }
        let sorted = scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key > $1.key }
        return sorted.lazy.map(\.key).filter { found.passages[$0].map { TextLabel.starts($0.text) } ?? false }
            .prefix(Self.surrounded).map { $0 }
    }

    private func addNeighbours(
        of best: [Int], _ searches: [Search], to found: inout Material, _ keys: inout Set<Int>
    ) throws {
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
        try addSimilarities(of: added, searches, to: &found)
    }
}

/// A question as vectors, by the number of the model.
package struct QuestionVectors: Sendable {
    package static let none = QuestionVectors(all: [:])

    package let all: [Int: [Float]]

    var isEmpty: Bool { all.isEmpty }
}
