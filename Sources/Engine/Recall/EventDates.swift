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
        let words = Self.mayNameDate(candidate.text) ? DateWord.words(of: candidate.text) : []
        let moment = Self.time(of: candidate, words)
        let days = Self.days(moment, time)
        let isBefore = moment < time
        return isBefore == (relation == .before) ? Float(0.2 + 0.3 / (1 + days / 30)) : 0
    }

    /// A full date has a number of four digits; reading the words for it takes long.
    private static func mayNameDate(_ text: String) -> Bool {
        var digits = 0
        for byte in text.utf8 {
            digits = byte &- 0x30 < 10 ? digits + 1 : 0
            if digits == 4 { return true }
        }
        return false
    }

    private static func days(_ first: Timestamp, _ second: Timestamp) -> Double {
        abs(Double(first.microseconds) - Double(second.microseconds)) / Double(QuestionDate.dayLength)
    }
}
