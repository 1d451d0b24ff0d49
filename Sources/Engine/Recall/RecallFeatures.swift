import Domain

/// What is known of a candidate, each from 0 to 1 unless said otherwise.
struct RecallFeatures {
    /// Bits of the question's terms in the text, and in it or its neighbours.
    var present: UInt32 = 0
    var presentNearby: UInt32 = 0
    var text: Float = 0
    /// What the neighbours' words add, each counting less than in the text itself.
    var neighbours: Float = 0
    var pairs: Float = 0
    /// The exact strings of the question that occur, and the share of their weight.
    var exact: [String] = []
    var exactShare: Float = 0
    /// Whether the question names who says it; less than 1 when it names somebody else first.
    var speaker: Float = 0
    var speakerName: String?
    /// Short texts rarely tell anything.
    var length: Float = 0
    /// A question is rarely its own answer.
    var question: Float = 0
    /// The question asks for a time or a number, and the text has one.
    var time: Float = 0
    var number: Float = 0
    /// The text names somebody or something.
    var names: Float = 0
    var date: Float = 0
    /// The question's date that fits.
    var dateText: String?
    /// The rank by time, the newest being 1, when the question asks for what is recent.
    var recent: Float = 0
    /// The cosine, and as a share of the best candidate's.
    var cosine: Float = 0
    var similarity: Float = 0
    var similarityOfNotes: Float = 0
    var similarityOfPrevious: Float = 0

    func sum(_ weights: RecallWeights) -> Float { products(weights).reduce(0) { $0 + $1.value } }

    /// What each feature adds to the sum, those that add nothing left out.
    func parts(_ weights: RecallWeights) -> [PassageMatch.ScorePart] {
        products(weights).compactMap { name, value in
            value == 0 ? nil : PassageMatch.ScorePart(name, Double(value))
        }
    }

    private func products(_ weights: RecallWeights) -> [(name: String, value: Float)] {
        [
            ("words", weights.text * text), ("neighbours", weights.neighbours * neighbours),
            ("word pairs", weights.pairs * pairs), ("exact", weights.exact * exactShare),
            ("speaker", weights.speaker * speaker), ("length", weights.length * length),
            ("question", weights.question * question), ("time", weights.time * time),
            ("number", weights.number * number), ("names", weights.names * names), ("date", weights.date * date),
            ("recent", weights.recent * recent),
            ("similarity", weights.similarity * similarity + weights.similarityOfNotes * similarityOfNotes),
            ("similarity before", weights.similarityOfPrevious * similarityOfPrevious),
        ]
    }
}
