/// A time that a question gives by what happened then: `before the release`, `since we moved to Lisbon`. English.
struct QuestionEvent: Sendable, Equatable {
    enum Relation: Sendable, Equatable { case before, after }

    let relation: Relation
    /// The words of the event, in small letters, without what leads to them.
    let words: [String]
    /// As the question says it, for the explanation.
    let text: String

    /// A longer event is mostly the rest of the question.
    private static let mostWords = 6

    /// The first event of a question.
    static func find(in question: String) -> QuestionEvent? {
        for part in parts(of: question) {
            let words = DateWord.words(of: part)
            for index in words.indices {
                if let event = event(at: index, words) { return event }
            }
        }
        return nil
    }

    /// Signs of the sentence end an event; a dot does before a space only, as versions have dots.
    private static func parts(of question: String) -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        var last: UInt8 = 0
        for byte in question.utf8 {
            let endsSentence = last == UInt8(ascii: ".") && byte == UInt8(ascii: " ")
            if ",;?!()\n".utf8.contains(byte) || endsSentence {
                parts.append(String(decoding: part, as: UTF8.self))
                part.removeAll()
            } else {
                part.append(byte)
            }
            last = byte
        }
        return parts + [String(decoding: part, as: UTF8.self)]
    }

    private static func event(at index: Int, _ words: [DateWord]) -> QuestionEvent? {
        guard let relation = relation(words[index].text) else { return nil }
        let rest = words[(index + 1)...]
        guard let opening = rest.first, opens(opening), CalendarDate.date(at: index + 1, words) == nil else {
            return nil
        }
        let phrase = rest.prefix { !closing.contains($0.text) }
        guard phrase.count <= mostWords else { return nil }
        let named = phrase.drop { determiners.contains($0.text) || subjects.contains($0.text) }.map(\.text)
        if named.isEmpty || named.count == 1 && periods.contains(named[0]) { return nil }
        let text = ([words[index]] + phrase).map(\.text).joined(separator: " ")
        return QuestionEvent(relation: relation, words: named, text: text)
    }

    private static func relation(_ word: String) -> Relation? {
        switch word {
        case "before", "until", "till": .before
        case "after", "since": .after
        default: nil
        }
    }

    /// Something definite: `after a reboot` is any reboot.
    private static func opens(_ word: DateWord) -> Bool {
        determiners.contains(word.text) || subjects.contains(word.text)
            || word.isCapitalised && !closing.contains(word.text)
    }

    private static let determiners: Set<String> = [
        "the", "our", "that", "this", "my", "his", "her", "their", "your", "its", "last",
    ]
    private static let subjects: Set<String> = ["we", "i", "they", "he", "she", "you"]
    /// Where the question itself goes on.
    private static let closing: Set<String> = [
        "what", "which", "who", "whom", "whose", "why", "how", "where", "when", "did", "do", "does", "is", "are",
        "and", "or", "but", "before", "after", "since", "until", "till", "during",
    ]
    /// These come again and again: nothing that happened once.
    private static let periods: Set<String> = [
        "summer", "winter", "spring", "autumn", "fall", "day", "night", "morning", "evening", "week", "weekend",
        "month", "year", "quarter", "time", "beginning", "start", "end", "moment", "point",
    ]
}
