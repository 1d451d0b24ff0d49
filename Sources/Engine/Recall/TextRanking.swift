import Domain
import Glibc
import Platform
import Storage

/// Turns candidates into matches with scores from 0 to 1: the best match is scored by how much of the query it holds,
/// rare words counting more, and the others in proportion to it.
struct TextRanking {
    private let found: PassageCandidates
    private let filter: PassageFilter
    private let page: Range<Int>
    private let words: [(root: WordRoot, weight: Double)]

    init(_ found: PassageCandidates, _ filter: PassageFilter, limit: Int, offset: Int) {
        self.found = found
        self.filter = filter
        page = min(offset, found.list.count)..<min(offset + limit, found.list.count)
        words = found.words.map { word in
            let passages = Double(word.passages)
            let rest = max(0, Double(found.total) - passages)
            return (WordRoot(word.text), log(1 + (rest + 0.5) / (passages + 0.5)))
        }
    }

    /// Numbers of the passages to read: the page's, and the best one, by which all are scored.
    var keys: [Int] {
        if page.isEmpty { return [] }
        return found.areFew ? found.list.map(\.key) : [found.list[0].key] + found.list[page].map(\.key)
    }

    /// - Parameter passages: by number; one that is missing was deleted meanwhile or is out of scope.
    func matches(_ passages: [Int: Passage]) -> [PassageMatch] {
        if found.areFew { return fewMatches(passages) }
        guard let best = found.list.first else { return [] }
        let scale = passages[best.key].map { share(of: matched(in: $0)) } ?? share(of: [])
        return found.list[page].compactMap { candidate in
            guard let passage = passages[candidate.key] else { return nil }
            let score = best.score > 0 ? scale * candidate.score / best.score : scale
            return match(passage, score, matched(in: passage))
        }
    }

    /// Among few passages the index cannot tell rare words from common ones: what a passage holds of the query decides.
    private func fewMatches(_ passages: [Int: Passage]) -> [PassageMatch] {
        let scored = found.list.enumerated().compactMap { place, candidate in
            passages[candidate.key].map { passage in
                let matched = matched(in: passage)
                return (place: place, passage: passage, matched: matched, score: share(of: matched))
            }
        }
        let sorted = scored.sorted { $0.score != $1.score ? $0.score > $1.score : $0.place < $1.place }
        return sorted[page.clamped(to: 0..<sorted.count)].map { match($0.passage, $0.score, $0.matched) }
    }

    private func match(_ passage: Passage, _ score: Double, _ matched: [Bool]) -> PassageMatch {
        let why = zip(words, matched).filter(\.1).map { "text: \($0.0.root.word)" }
        return PassageMatch(
            passage: passage, score: min(1, max(0, score)), why: why + Reasons.filters(filter, passage))
    }

    private func matched(in passage: Passage) -> [Bool] { Reasons.words(words.map(\.root), in: passage.text) }

    /// How much of the query this is. Something matched, even where the explanation does not see it.
    private func share(of matched: [Bool]) -> Double {
        let all = words.reduce(0) { $0 + $1.weight }
        guard all > 0 else { return 1 }
        let seen = zip(words, matched).reduce(0) { $0 + ($1.1 ? $1.0.weight : 0) }
        return max(seen, words.map(\.weight).min() ?? 0) / all
    }
}
