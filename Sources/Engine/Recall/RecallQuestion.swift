import Glibc
package import Platform

/// A question as the ranking sees it: its telling words with their weights, what it means letter by letter, whom and
/// when it names, and what kind of answer it wants.
package struct RecallQuestion: Sendable {
    /// A telling word of the question and how many of the texts have it.
    package struct Word: Sendable {
        package var text: String
        package var occurrences: Int

        package init(_ text: String, occurrences: Int) {
            self.text = text
            self.occurrences = occurrences
        }
    }

    struct Term: Sendable {
        let word: String
        let stem: [UInt8]
        /// Inverse document frequency, `log(1 + (N - n + 0.5) / (n + 0.5))`.
        let weight: Float
    }

    /// A word as it stands in the question, stop words included.
    struct Spelled: Sendable {
        let folded: [UInt8]
        let isCapitalised: Bool
    }

    package let text: String
    let terms: [Term]
    /// The sum of the terms' weights.
    let weight: Float
    /// The weight of the rarest term; 1 is that of a term that a single text has, about.
    let rarest: Float
    let spelled: [Spelled]
    let exact: [ExactString]
    let dates: [QuestionDate]
    /// Where the question names no date.
    let event: QuestionEvent?
    /// Bits of the terms that name the event.
    let eventTerms: UInt32
    let wantsRecent: Bool
    let wantsTime: Bool
    let wantsNumber: Bool

    /// More words than this are a pasted text; the bits of one integer stand for them.
    static let mostTerms = 32

    /// - Parameters:
    ///   - words: the words to look for, without stop words, in the order of the question.
    ///   - total: how many texts there are.
    ///   - now: what `yesterday` is relative to.
    package init(_ text: String, words: [Word], total: Int, now: Timestamp) {
        self.text = text
        var terms: [Term] = []
        for word in words where terms.count < Self.mostTerms {
            let stem = PorterStem.stem(FoldedWord.bytes(word.text))
            if stem.isEmpty || terms.contains(where: { $0.stem == stem }) { continue }
            let rest = max(0, Double(total - word.occurrences))
            let weight = Float(log(1 + (rest + 0.5) / (Double(word.occurrences) + 0.5)))
            terms.append(Term(word: word.text.lowercased(), stem: stem, weight: weight))
        }
        self.terms = terms
        weight = max(terms.reduce(0) { $0 + $1.weight }, .leastNormalMagnitude)
        rarest = (terms.map(\.weight).max() ?? 0) / log(2 + Float(max(0, total)))
        spelled = Self.spelled(text)
        exact = ExactString.find(in: text)
        dates = QuestionDates.find(in: text, now: now)
        let event = dates.isEmpty ? QuestionEvent.find(in: text) : nil
        self.event = event
        eventTerms = event.map { Self.bits(of: $0.words, terms) } ?? 0
        let wish = QuestionWish(text)
        (wantsRecent, wantsTime, wantsNumber) = (wish.recent, wish.time, wish.number)
    }

    private static func bits(of words: [String], _ terms: [Term]) -> UInt32 {
        let stems = words.map { PorterStem.stem(FoldedWord.bytes($0)) }
        var bits: UInt32 = 0
        for (place, term) in terms.enumerated() where stems.contains(term.stem) { bits |= 1 << UInt32(place) }
        return bits
    }

    static func spelled(_ text: String) -> [Spelled] {
        let bytes = Array(text.utf8)
        var result: [Spelled] = []
        var start = 0
        for index in 0...bytes.count where index == bytes.count || !FoldedWord.isWordPart(bytes[index]) {
            if index > start {
                let word = String(decoding: bytes[start..<index], as: UTF8.self)
                let isCapitalised = word.unicodeScalars.first?.properties.isUppercase ?? false
                result.append(Spelled(folded: FoldedWord.bytes(word), isCapitalised: isCapitalised))
            }
            start = index + 1
        }
        return result
    }
}
