/// Which texts the ranking is given: the best of both halves, and the texts around the very best. In conversations what
/// answers a question often stands next to what it asks for, and has neither its words nor its meaning.
package struct RecallGathering: Sendable {
    /// How many of the text index and of the vectors; more of them found nothing more (docs/design/recall.md).
    package static let perHalf = 50
    /// Of how many the neighbours are added, and how far on both sides.
    package static let extended = 25
    package static let reach = 2

    /// Something that one half found.
    package struct Found: Sendable {
        package var key: Int
        /// BM25 of the text index, larger being better; nil when only its meaning was found.
        package var textScore: Double?
        /// The cosine.
        package var similarity: Float?

        package init(key: Int, textScore: Double? = nil, similarity: Float? = nil) {
            self.key = key
            self.textScore = textScore
            self.similarity = similarity
        }
    }

    /// BM25 with k1 = 1.2 gives a word at most this times its weight.
    private static let largest: Float = 2.2

    /// The keys of those whose neighbours belong to the candidates, the best first.
    package static func strongest(_ found: [Found], for question: RecallQuestion) -> [Int] {
        let scored = found.map { one in
            (one.key, Float(one.textScore ?? 0) / (largest * question.weight) + (one.similarity ?? 0))
        }
        return scored.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 > $1.0 }.prefix(extended).map(\.0)
    }
}
