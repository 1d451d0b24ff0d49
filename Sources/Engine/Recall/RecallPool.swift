import Glibc
import Platform

/// The candidates of one question, read and compared with each other.
struct RecallPool {
    private let question: RecallQuestion
    private let candidates: [RecallCandidate]
    private let readings: [TextReading]
    private let speakers: Speakers
    /// Places of the candidates before and after; nil where there is none, or it is no part of the same conversation.
    private var previous: [Int?]
    private var next: [Int?]

    /// What was said longer before or after than this is no context.
    private static let longestPause: Int64 = 3_600_000_000

    init(_ question: RecallQuestion, _ candidates: [RecallCandidate]) {
        self.question = question
        self.candidates = candidates
        var reader = TextReader(question)
        let readings = candidates.map { reader.read($0.text) }
        self.readings = readings
        speakers = Speakers(candidates, readings)
        previous = [Int?](repeating: nil, count: candidates.count)
        next = previous
        link()
    }

    /// By candidate, equal for texts that differ in case and signs only.
    var hashes: [UInt64] { readings.map(\.hash) }
    /// By candidate, how many words it has.
    var counts: [Int] { readings.map(\.words) }

    var hasSimilarities: Bool { candidates.contains { $0.similarity != nil } }

    /// Only turns of a conversation lean on each other; a note stands for itself.
    private mutating func link() {
        var places: [Int: Int] = [:]
        for (index, candidate) in candidates.enumerated() { places[candidate.key] = index }
        for (index, candidate) in candidates.enumerated() {
            guard let key = candidate.previous, let other = places[key], other != index, next[other] == nil,
                speakers.of[index] != nil, speakers.of[other] != nil
            else { continue }
            let pause = candidate.time.microseconds.subtractingReportingOverflow(candidates[other].time.microseconds)
            guard !pause.overflow, abs(pause.partialValue) <= Self.longestPause else { continue }
            previous[index] = other
            next[other] = index
        }
    }

    func features() -> [RecallFeatures] {
        let named = speakers.named(in: question)
        var all = candidates.indices.map { features(of: $0, named) }
        addExact(&all)
        addDates(&all)
        addEvent(&all)
        addRecent(&all)
        addSimilarities(&all)
        return all
    }

    private func features(of index: Int, _ named: [Int]) -> RecallFeatures {
        let reading = readings[index]
        var features = RecallFeatures()
        features.present = reading.present
        features.text = reading.text
        features.pairs = reading.pairs
        features.length = min(0.8, log(1 + Float(reading.words)) / 5)
        features.question = reading.questionShare
        features.time = question.wantsTime && reading.hasTime ? 1 : 0
        features.number = question.wantsNumber && reading.hasNumber ? 1 : 0
        features.names = reading.names.contains { !speakers.names.contains($0) } ? 1 : 0
        (features.speaker, features.speakerName) = speakers.match(index, named)
        let (near, far) = neighbours(of: index)
        features.presentNearby = reading.present | near | far
        for (place, term) in question.terms.enumerated() {
            let bit: UInt32 = 1 << UInt32(place)
            if reading.present & bit != 0 { continue }
            features.neighbours += near & bit != 0 ? 0.6 * term.weight : far & bit != 0 ? 0.4 * term.weight : 0
        }
        features.neighbours /= question.weight
        return features
    }

    /// The terms in the texts right before and after, and in those two away.
    private func neighbours(of index: Int) -> (UInt32, UInt32) {
        var (near, far): (UInt32, UInt32) = (0, 0)
        if let before = previous[index] {
            near |= readings[before].present
            if let second = previous[before] { far |= readings[second].present }
        }
        if let after = next[index] {
            near |= readings[after].present
            if let second = next[after] { far |= readings[second].present }
        }
        return (near, far)
    }

    /// Exact strings that fewer candidates have count more.
    private func addExact(_ all: inout [RecallFeatures]) {
        var sum: Float = 0
        let count = Float(all.count)
        for string in question.exact {
            let having = candidates.indices.filter { index in
                var text = candidates[index].text
                return text.withUTF8 { string.occurs(in: $0) }
            }
            let weight = log(1 + (count - Float(having.count) + 0.5) / (Float(having.count) + 0.5))
            sum += weight
            for index in having {
                all[index].exact.append(string.text)
                all[index].exactShare += weight
            }
        }
        if sum > 0 { for index in all.indices { all[index].exactShare /= sum } }
    }

    /// A text that names a full date is of that date; others also of their own time.
    private func addDates(_ all: inout [RecallFeatures]) {
        if question.dates.isEmpty { return }
        for (index, candidate) in candidates.enumerated() {
            var dates = CalendarDate.find(in: DateWord.words(of: candidate.text))
            if !dates.contains(where: { $0.start != nil }) { dates.append(CalendarDate(candidate.time)) }
            for wanted in question.dates {
                let fit = dates.map(wanted.fit).max() ?? 0
                if fit > all[index].date {
                    all[index].date = fit
                    all[index].dateText = wanted.text
                }
            }
        }
    }

    private func addEvent(_ all: inout [RecallFeatures]) {
        guard let event = EventDates(question, candidates, present: readings.map(\.present)) else { return }
        for (index, candidate) in candidates.enumerated() {
            let fit = event.fit(candidate, index)
            if fit > 0 { (all[index].date, all[index].dateText) = (fit, event.text) }
        }
    }

    private func addRecent(_ all: inout [RecallFeatures]) {
        guard question.wantsRecent, all.count > 1 else { return }
        let order = all.indices.sorted {
            (candidates[$0].time, candidates[$0].key) < (candidates[$1].time, candidates[$1].key)
        }
        for (rank, index) in order.enumerated() { all[index].recent = Float(rank) / Float(all.count - 1) }
    }

    /// A candidate without a vector is taken for an average one.
    private func addSimilarities(_ all: inout [RecallFeatures]) {
        let known = candidates.compactMap(\.similarity)
        guard let best = known.max() else { return }
        let average = known.reduce(0, +) / Float(known.count)
        for index in all.indices { all[index].cosine = candidates[index].similarity ?? average }
        for index in all.indices {
            all[index].similarity = all[index].cosine / max(best, 0.001)
            all[index].similarityOfNotes = all[index].similarity * (1 - speakers.share)
            if let before = previous[index] { all[index].similarityOfPrevious = all[before].cosine }
        }
    }
}
