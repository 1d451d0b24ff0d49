/// A found passage.
package struct PassageMatch: Sendable {
    package let passage: Passage
    /// The probability that it answers the question, from 0 to 1.
    package let score: Double
    /// False when it most likely has nothing to do with the question.
    package let isRelevant: Bool
    /// What matched, in words a person understands.
    package let why: [String]
    /// What each part of the ranking gave it, by the part's name; the greatest sum is the best.
    package let parts: [ScorePart]

    package struct ScorePart: Sendable, Equatable {
        package let name: String
        package let value: Double

        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    package init(
        passage: Passage, score: Double, isRelevant: Bool = true, why: [String], parts: [ScorePart] = []
    ) {
        self.passage = passage
        self.score = score
        self.isRelevant = isRelevant
        self.why = why
        self.parts = parts
    }
}

/// What a search found, and by which means.
package struct PassageResults: Sendable {
    package enum Means: String, Sendable {
        case newest
        case words
        case wordsAndMeaning = "words and meaning"
    }

    /// What the ranking chose from.
    package struct Gathered: Sendable {
        package struct Word: Sendable {
            package let text: String
            /// How many of the passages looked at have it, about.
            package let passages: Int

            package init(text: String, passages: Int) {
                self.text = text
                self.passages = passages
            }
        }

        package let words: [Word]
        /// Passages looked at, about.
        package let passages: Int
        package let byWords: Int
        package let byMeaning: Int
        /// With what stands around the best.
        package let ranked: Int

        package init(words: [Word], passages: Int, byWords: Int, byMeaning: Int, ranked: Int) {
            self.words = words
            self.passages = passages
            self.byWords = byWords
            self.byMeaning = byMeaning
            self.ranked = ranked
        }
    }

    package var matches: [PassageMatch] = []
    package var means: Means
    package var gathered: Gathered?

    package init(means: Means = .words) { self.means = means }
}
