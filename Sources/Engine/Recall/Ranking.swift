package import Domain
import Platform

/// Ranks texts by how likely they answer a question: words, meaning, neighbours, names, dates and exact strings in one
/// weighted sum of few features, each from 0 to 1. Knows no kind of text in particular.
package struct Ranking {
    package struct Options: Sendable {
        /// How much a text loses for saying what a better one says already, from 0 to 1.
        package var diversity: Float

        package init(diversity: Float = 0) { self.diversity = diversity }
    }

    /// A candidate in its place.
    package struct Ranked: Sendable {
        package let key: Int
        /// The probability that it answers the question, falling with the rank.
        package let score: Double
        /// Whether the score reaches the threshold, `RecallScore.threshold`.
        package let isRelevant: Bool
        /// Says the same as a better one.
        package let isDuplicate: Bool
        fileprivate let index: Int
    }

    let question: RecallQuestion
    let candidates: [RecallCandidate]
    let features: [RecallFeatures]
    private let hashes: [UInt64]
    private let counts: [Int]
    private let options: Options
    private let weights: RecallWeights

    package init(_ question: RecallQuestion, _ candidates: [RecallCandidate], _ options: Options = Options()) {
        self.question = question
        self.candidates = candidates
        self.options = options
        let pool = RecallPool(question, candidates)
        features = pool.features()
        hashes = pool.hashes
        counts = pool.counts
        weights = pool.hasSimilarities ? .hybrid : .textOnly
    }

    /// All candidates, the best first; duplicates of better ones come last.
    package func ranked() -> [Ranked] {
        let sums = features.map { $0.sum(weights) }
        var order = candidates.indices.sorted {
            sums[$0] != sums[$1] ? sums[$0] > sums[$1] : candidates[$0].key > candidates[$1].key
        }
        let similar = SimilarTexts(candidates, hashes: hashes, counts: counts)
        let duplicates = similar.duplicates(in: order)
        if options.diversity > 0 { order = similar.diversified(order, sums, by: options.diversity) }
        order = order.filter { !duplicates[$0] } + order.filter { duplicates[$0] }
        let scores = weights.score.probabilities(order.map { sums[$0] }, question, order.map { features[$0] })
        return zip(order, scores).map { index, score in
            Ranked(
                key: candidates[index].key, score: Double(score),
                isRelevant: score >= RecallScore.threshold && !duplicates[index], isDuplicate: duplicates[index],
                index: index)
        }
    }

    /// Why a candidate has its place, in words a person understands.
    package func why(_ ranked: Ranked) -> [String] {
        let (candidate, features) = (candidates[ranked.index], features[ranked.index])
        var why = features.exact.map { "exact: \($0)" }
        why += words(features.present).map { "text: \($0)" }
        why += words(features.presentNearby & ~features.present).map { "neighbour: \($0)" }
        if let similarity = candidate.similarity { why.append("similarity: \(Self.twoDigits(similarity))") }
        if features.speaker > 0, let name = features.speakerName { why.append("speaker: \(name)") }
        if features.date > 0, let date = features.dateText { why.append("date: \(date)") }
        if features.recent > 0.5 { why.append("recent") }
        if ranked.isDuplicate { why.append("duplicate") }
        return why
    }

    /// What each part of the sum gave a candidate, the parts that gave nothing left out.
    package func parts(_ ranked: Ranked) -> [PassageMatch.ScorePart] { features[ranked.index].parts(weights) }

    private func words(_ bits: UInt32) -> [String] {
        question.terms.indices.filter { bits & (1 << UInt32($0)) != 0 }.map { question.terms[$0].word }
    }

    private static func twoDigits(_ value: Float) -> String {
        let hundredths = Int((max(-1, min(1, value)) * 100).rounded())
        let digits = "\(abs(hundredths) % 100)"
        return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)." + (digits.utf8.count < 2 ? "0" : "") + digits
    }
}
