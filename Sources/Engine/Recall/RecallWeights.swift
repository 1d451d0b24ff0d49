/// The weights of the ranking, learned listwise on conversations and developer notes (docs/design/recall.md).
struct RecallWeights {
    var text: Float
    /// What the neighbours add to the question's words that a text holds.
    var neighbours: Float
    var pairs: Float
    /// Not learned: more than all that meaning can bring, so that what is meant letter by letter comes first.
    var exact: Float
    var speaker: Float
    var length: Float
    var question: Float
    var time: Float
    var number: Float
    var names: Float
    var date: Float
    var recent: Float
    /// Of the similarity as a share of the best one.
    var similarity: Float
    /// More of it where texts stand for themselves, as notes do and turns of a conversation do not.
    var similarityOfNotes: Float
    var similarityOfPrevious: Float
    var score: RecallScore

    static let hybrid = RecallWeights(
        text: 8.55, neighbours: 6.75, pairs: 2.6, exact: 12, speaker: 2.24, length: 1.73, question: -1.66, time: 2.05,
        number: 1.48, names: 0.53, date: 4.97, recent: 0.95, similarity: 3.84, similarityOfNotes: 4.2,
        similarityOfPrevious: 2.66, score: .hybrid)
    static let textOnly = RecallWeights(
        text: 9.29, neighbours: 6.56, pairs: 4.17, exact: 12, speaker: 2.59, length: 1.01, question: -1.81, time: 2.12,
        number: 1.88, names: 0.3, date: 4.58, recent: 0.93, similarity: 0, similarityOfNotes: 0,
        similarityOfPrevious: 0, score: .textOnly)
}
