import Domain
import Glibc
import Platform
import Storage

/// Turns candidates into matches with scores from 0 to 1: the best match is scored by how much of the query it holds,
/// rare words counting more, and the others in proportion to it.
struct Ranking {
    private let found: PassageCandidates
    private let filter: PassageFilter
    private let offset: Int
    private let words: [(root: WordRoot, weight: Double)]

    init(_ found: PassageCandidates, _ filter: PassageFilter, offset: Int) {
        self.found = found
        self.offset = offset
        self.filter = filter
        words = found.words.map { word in
            let passages = Double(word.passages)
            let rest = max(0, Double(word.total) - passages)
            return (WordRoot(word.text), log(1 + (rest + 0.5) / (passages + 0.5)))
        }
    }

    /// The candidates a caller asked for.
    var page: ArraySlice<PassageCandidates.Candidate> { found.list.dropFirst(offset) }

    /// Numbers of the passages to read: the page's, and the best one, by which all are scored.
    var keys: [Int] { page.isEmpty ? [] : [found.list[0].key] + page.map(\.key) }

    /// - Parameter passages: by number; one that is missing was deleted meanwhile or is out of scope.
    func matches(_ passages: [Int: Passage]) -> [PassageMatch] {
        guard let best = found.list.first else { return [] }
        let scale = passages[best.key].map { share(of: matched(in: $0)) } ?? share(of: [])
        return page.compactMap { candidate in
            guard let passage = passages[candidate.key] else { return nil }
            let score = best.score > 0 ? scale * candidate.score / best.score : scale
            let why = zip(words, matched(in: passage)).filter(\.1).map { "text: \($0.0.root.word)" }
            return PassageMatch(
                passage: passage, score: min(1, max(0, score)), why: why + Reasons.filters(filter, passage))
        }
    }

    private func matched(in passage: Passage) -> [Bool] { Reasons.words(words.map(\.root), in: passage.text) }

    /// Something matched, even where the explanation does not see it.
    private func share(of matched: [Bool]) -> Double {
        let all = words.reduce(0) { $0 + $1.weight }
        guard all > 0 else { return 1 }
        let seen = zip(words, matched).reduce(0) { $0 + ($1.1 ? $1.0.weight : 0) }
        return max(seen, words.map(\.weight).min() ?? 0) / all
    }
}
