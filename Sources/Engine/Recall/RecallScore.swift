import Glibc

/// From a place in the ranking to a probability. How far a candidate stands above the others says how much of what is
/// relevant it is (as in the softmax that the weights were learned with); the evidence that is one for all candidates
/// says whether there is an answer at all. The first falls with the rank, so the score does.
package struct RecallScore: Sendable {
    /// From this score on a candidate counts as relevant; nothing above it: nothing relevant. docs/design/recall.md has
    /// the precision.
    package static let threshold: Float = 0.4

    /// Of the weighted sum.
    var sum: Float
    /// Of the logarithm of the summed exponentials of the best.
    var others: Float
    /// Of the largest share of the question's weight that a candidate has.
    var text: Float
    /// Of the share that the first candidate has.
    var textOfFirst: Float
    /// Of the share that no candidate has.
    var unknown: Float
    /// Of the share of the question's exact strings that no candidate has.
    var missing: Float
    /// Of the weight of the question's rarest term, 1 being a term of a single text.
    var rarest: Float
    /// Of the weight of all terms.
    var weight: Float
    /// Of how far the best cosine stands above the tenth.
    var gap: Float
    /// Of the cosine of the first candidate, as a share of the best.
    var similarityOfFirst: Float
    var constant: Float

    static let hybrid = RecallScore(
        sum: 1.258, others: -1.151, text: 1.705, textOfFirst: 0, unknown: 0, missing: -1.497, rarest: 1.554,
        weight: 0.0115, gap: 3.065, similarityOfFirst: 0.841, constant: -4.431)
    static let textOnly = RecallScore(
        sum: 1.4, others: -1.258, text: 0.936, textOfFirst: 0.963, unknown: -0.4, missing: -1.103, rarest: 1.661,
        weight: 0.0112, gap: 0, similarityOfFirst: 0, constant: -3.056)

    /// How many of the best the others are.
    private static let compared = 20

    /// All that is given is of the candidates in their final order.
    func probabilities(
        _ sums: [Float], _ question: RecallQuestion, _ features: [RecallFeatures]
    ) -> [Float] {
        guard let best = sums.max(), let first = features.first else { return [] }
        let top = sums.count > Self.compared ? Array(sums.sorted(by: >).prefix(Self.compared)) : sums
        let others = best + log(top.reduce(0) { $0 + exp($1 - best) })
        let offset = constant + self.others * others + evidence(question, features, first)
        // What was moved down, as a duplicate, takes the score of its place.
        var lowest: Float = 1
        return zip(sums, features).map { value, features in
            lowest = min(lowest, 1 / (1 + exp(-(sum * value + offset))), ceiling(features))
            return lowest
        }
    }

    /// What is the best of few may still be far from the question: without a word of it, only a meaning that is near by
    /// itself makes an answer.
    private func ceiling(_ features: RecallFeatures) -> Float {
        guard gap != 0, features.presentNearby == 0, features.exactShare == 0 else { return 1 }
        return 1 / (1 + exp(-Self.steepness * (features.cosine - Self.nearCosine)))
    }

    /// Texts that have nothing to do with each other have cosines up to about this, with the built-in model.
    private static let nearCosine: Float = 0.25
    private static let steepness: Float = 20

    /// Whether there is an answer at all.
    private func evidence(
        _ question: RecallQuestion, _ features: [RecallFeatures], _ first: RecallFeatures
    ) -> Float {
        let share = features.map { question.share(of: $0.present) }.max() ?? 0
        let known = question.share(of: features.reduce(0) { $0 | $1.present })
        let exact = features.map(\.exactShare).max() ?? 0
        var evidence = text * share + textOfFirst * question.share(of: first.present) + unknown * (1 - known)
        if !question.exact.isEmpty { evidence += missing * (1 - exact) }
        evidence += rarest * question.rarest + weight * question.weight
        if gap != 0 { evidence += gap * Self.gap(features) + similarityOfFirst * first.similarity }
        return evidence
    }

    /// Where there are fewer than ten, the tenth is nothing.
    private static func gap(_ features: [RecallFeatures]) -> Float {
        let sorted = features.map(\.cosine).sorted(by: >)
        guard let best = sorted.first else { return 0 }
        return best - (sorted.count >= 10 ? sorted[9] : 0)
    }
}

extension RecallQuestion {
    /// The share of the question's weight that some of its terms have.
    func share(of terms: UInt32) -> Float {
        var sum: Float = 0
        for (index, term) in self.terms.enumerated() where terms & (1 << UInt32(index)) != 0 { sum += term.weight }
        return sum / weight
    }
}
