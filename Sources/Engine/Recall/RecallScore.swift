import Glibc

/// From a place in the ranking to a probability. How far a candidate stands above the others says how much of what is
/// relevant it is (as in the softmax that the weights were learned with); how much of the question anything found holds
/// says whether there is something relevant at all. The first falls with the rank, the second is one for all, so the
/// score falls with the rank.
package struct RecallScore: Sendable {
    /// From this score on a candidate counts as relevant; nothing above it: nothing relevant. docs/design/recall.md has
    /// the precision.
    package static let threshold: Float = 0.25

    /// Of the weighted sum.
    var sum: Float
    /// Of the logarithm of the summed exponentials of the best.
    var others: Float
    /// Of the best cosine.
    var similarity: Float
    /// Of the largest share of the question's words that a candidate has.
    var text: Float
    /// Of the logarithm of the number of terms, plus one.
    var terms: Float
    /// Of the share of the question's exact strings that no candidate has.
    var missing: Float
    var constant: Float

    static let hybrid = RecallScore(
        sum: 1.356, others: -1.288, similarity: 0.463, text: 0.874, terms: -0.201, missing: -1.356, constant: -0.379)
    static let textOnly = RecallScore(
        sum: 1.508, others: -1.296, similarity: 0, text: 0.983, terms: -0.695, missing: -0.686, constant: -0.027)

    /// How many of the best the others are.
    private static let compared = 20

    /// - Parameter sums: of all candidates in their final order.
    func probabilities(
        _ sums: [Float], _ question: RecallQuestion, _ features: [RecallFeatures]
    ) -> [Float] {
        guard let best = sums.max() else { return [] }
        let top = sums.count > Self.compared ? Array(sums.sorted(by: >).prefix(Self.compared)) : sums
        let others = best + log(top.reduce(0) { $0 + exp($1 - best) })
        let offset = constant + self.others * others + evidence(question, features)
        // What was moved down, as a duplicate, takes the score of its place.
        var lowest: Float = 1
        return sums.map { value in
            lowest = min(lowest, 1 / (1 + exp(-(sum * value + offset))))
            return lowest
        }
    }

    private func evidence(_ question: RecallQuestion, _ features: [RecallFeatures]) -> Float {
        let similarity = features.map(\.cosine).max() ?? 0
        let text = features.map { question.share(of: $0.present) }.max() ?? 0
        let exact = features.map(\.exactShare).max() ?? 0
        let missing = question.exact.isEmpty ? 0 : 1 - exact
        return self.similarity * similarity + self.text * text + terms * log(1 + Float(question.terms.count))
            + self.missing * missing
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
