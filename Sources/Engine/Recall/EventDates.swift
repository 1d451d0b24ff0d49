import Platform

/// When the event that a question names was, told by the candidates, and which of them are on its right side.
struct EventDates {
    private let relation: QuestionEvent.Relation
    private let time: Timestamp
    /// The candidate that tells of the event.
    private let source: Int
    /// As in `before the release (2026-03-04)`.
    let text: String

    /// Texts about one event are written within so many days.
    private static let oneEvent = 14
    /// Among more texts that say it happened, which one is meant cannot be told.
    private static let mostEvents = 3

    /// - Parameter present: by candidate, the bits of the question's terms that it has.
    ///
    /// Nil when no candidate, or too many, tell of the event.
    init?(_ question: RecallQuestion, _ candidates: [RecallCandidate], present: [UInt32]) {
        guard let event = question.event else { return nil }
        let having = candidates.indices.filter { present[$0] & question.eventTerms == question.eventTerms }
        if question.eventTerms == 0 || having.isEmpty || having.count > candidates.count / 2 { return nil }
        let words = having.map { DateWord.words(of: candidates[$0].text) }
        let times = zip(having, words).map { Self.time(of: candidates[$0], $1) }
        let telling = having.indices.filter { Self.tellsItHappened(words[$0], event) }
        guard let place = Self.chosen(telling.isEmpty ? Array(having.indices) : telling, times, !telling.isEmpty) else {
            return nil
        }
        relation = event.relation
        source = having[place]
        time = times[place]
        text = "\(event.text) (\(times[place].iso8601.prefix(10)))"
    }

    /// Of texts about different times the latest is meant, when all say that it happened: `the release` is the last one.
    private static func chosen(_ places: [Int], _ times: [Timestamp], _ happened: Bool) -> Int? {
        let sorted = places.sorted { times[$0] < times[$1] }
        guard let first = sorted.first, let last = sorted.last else { return nil }
        if days(times[first], times[last]) <= Double(oneEvent) { return first }
        return happened && places.count <= mostEvents ? last : nil
    }

    /// `released` says so of a release; so do `live` and `finished` of anything.
    private static func tellsItHappened(_ words: [DateWord], _ event: QuestionEvent) -> Bool {
        let stems = event.words.map { PorterStem.stem(Array($0.utf8)) }
        return words.contains { word in
            if happening.contains(word.text) { return true }
            guard word.text.hasSuffix("ed") else { return false }
            return stems.contains(PorterStem.stem(Array(word.text.utf8)))
        }
    }

    private static let happening: Set<String> = [
        "happened", "finished", "completed", "done", "live", "shipped", "released", "launched", "started", "ended",
        "moved", "migrated", "switched", "deployed", "announced", "occurred", "went", "began",
    ]

    /// The one full date that a text names, or its own time.
    private static func time(of candidate: RecallCandidate, _ words: [DateWord]) -> Timestamp {
        let named = CalendarDate.find(in: words).compactMap(\.start)
        return named.count == 1 ? named[0] : candidate.time
    }

    /// How well a candidate fits, from 0 to 0.5, as an open period does: the nearer to the event, the better.
    func fit(_ candidate: RecallCandidate, _ index: Int) -> Float {
        if index == source { return 0 }
        let moment = Self.time(of: candidate, DateWord.words(of: Self.datedPart(of: candidate.text)))
        let days = Self.days(moment, time)
        let isBefore = moment < time
        return isBefore == (relation == .before) ? Float(0.2 + 0.3 / (1 + days / 30)) : 0
    }

    /// The part of a text where full dates may be: around its numbers of four digits. To read all words takes long.
    private static func datedPart(of text: String) -> String {
        let bytes = Array(text.utf8)
        var (first, last): (Int?, Int) = (nil, 0)
        var digits = 0
        for (index, byte) in bytes.enumerated() {
            digits = byte &- 0x30 < 10 ? digits + 1 : 0
            if digits == 4 { (first, last) = (first ?? index, index) }
        }
        guard let first else { return "" }
        var (start, end) = (max(0, first - longestBeforeYear), min(bytes.count, last + longestAfterYear))
        while start > 0, FoldedWord.isWordPart(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, FoldedWord.isWordPart(bytes[end]) { end += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// `the 27th of September, 2026` and `2026-09-27`, in bytes.
    private static let longestBeforeYear = 36
    private static let longestAfterYear = 8

    private static func days(_ first: Timestamp, _ second: Timestamp) -> Double {
        abs(Double(first.microseconds) - Double(second.microseconds)) / Double(QuestionDate.dayLength)
    }
}
