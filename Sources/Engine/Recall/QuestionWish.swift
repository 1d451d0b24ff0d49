/// What kind of answer a question wants, as far as its words tell. English.
struct QuestionWish {
    /// The state of things now: newer texts answer better.
    let recent: Bool
    /// A date or a time.
    let time: Bool
    /// A number or an amount.
    let number: Bool

    init(_ question: String) {
        let words = DateWord.words(of: question).map(\.text)
        func has(_ phrase: [String]) -> Bool {
            words.count >= phrase.count
                && (0...words.count - phrase.count).contains { words[$0..<$0 + phrase.count].elementsEqual(phrase) }
        }
        recent = words.contains { Self.recentWords.contains($0) } || Self.recentPhrases.contains(where: has)
        let first = words.first ?? ""
        time =
            first == "when" || has(["since", "when"]) || has(["until", "when"])
            || zip(words, words.dropFirst()).contains { Self.which.contains($0) && Self.times.contains($1) }
        number =
            zip(words, words.dropFirst()).contains { $0 == "how" && Self.amounts.contains($1) }
            || zip(words, words.dropFirst()).contains { $0 == "what" && Self.quantities.contains($1) }
    }

    private static let recentWords: Set<String> = [
        "latest", "newest", "current", "currently", "now", "nowadays", "today",
    ]
    private static let recentPhrases = [
        ["these", "days"], ["at", "the", "moment"], ["most", "recent"], ["at", "present"], ["up", "to", "date"],
        ["so", "far"], ["last", "time"],
    ]
    private static let which: Set<String> = ["what", "which"]
    private static let times: Set<String> = ["day", "date", "year", "month", "time", "week"]
    private static let amounts: Set<String> = [
        "many", "much", "long", "often", "old", "big", "large", "fast", "far",
    ]
    private static let quantities: Set<String> = [
        "number", "amount", "percentage", "share", "age", "size", "threshold", "limit", "version",
    ]
}
