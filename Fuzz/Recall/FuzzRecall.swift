import CFuzzer
import Domain
import Platform

@testable import Engine

/// Any question and any texts, between zero bytes: reading, ranking and explaining them must end, and end the same way
/// whatever order the texts come in.
@main enum FuzzRecall {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard input.count > 4 else { return 0 }
    let options = input[0]
    let parts = input.dropFirst(4).split(separator: 0, omittingEmptySubsequences: false)
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    // A day between 1950 and 2129, as it may be when somebody asks.
    let day = Int64(input[1]) << 8 | Int64(input[2])
    let now = Timestamp(microseconds: (day - 7300) * 86_400_000_000)
    let question = question(texts[0], of: texts.count, now, isOdd: options & 1 != 0)
    let all = texts.dropFirst().enumerated().map { index, text in
        var candidate = RecallCandidate(
            key: index, text: text, time: time(input[3], index), similarity: similarity(options, index),
            previous: options & 4 == 0 ? nil : index - 1)
        if options & 8 != 0, index % 3 == 0 { candidate.speaker = texts[0] }
        return candidate
    }
    let ranking = Ranking(question, all, .init(diversity: options & 16 == 0 ? 0 : 0.3))
    check(ranking, all)
    let again = Ranking(question, all.reversed(), .init(diversity: options & 16 == 0 ? 0 : 0.3)).ranked()
    precondition(again.count == all.count)
    return 0
}

private func question(_ text: String, of total: Int, _ now: Timestamp, isOdd: Bool) -> RecallQuestion {
    let words = text.split(whereSeparator: \.isWhitespace).map { RecallQuestion.Word(String($0), occurrences: 1) }
    // More of them than there are texts: numbers of another moment.
    let total = isOdd ? 0 : total
    let question = RecallQuestion(text, words: words, total: total, now: now)
    precondition(question.terms.count <= RecallQuestion.mostTerms)
    for exact in question.exact { precondition(text.utf8.count >= exact.bytes.count) }
    return question
}

private func time(_ seed: UInt8, _ index: Int) -> Timestamp {
    seed == 255 ? Timestamp(year: index % 2 == 0 ? 1 : 9999, month: 1, day: 1) : Timestamp(microseconds: Int64(index) << seed % 60)
}

private func similarity(_ options: UInt8, _ index: Int) -> Float? {
    if options & 2 == 0 { return nil }
    return index % 5 == 4 ? nil : Float(index % 7) / 3 - 1
}

private func check(_ ranking: Ranking, _ all: [RecallCandidate]) {
    let ranked = ranking.ranked()
    precondition(Set(ranked.map(\.key)) == Set(all.map(\.key)) && ranked.count == all.count, "candidates got lost")
    var before = 1.0
    for item in ranked {
        precondition(item.score >= 0 && item.score <= before, "a score that is none, or rises")
        before = item.score
        for reason in ranking.why(item) { precondition(!reason.isEmpty) }
        for part in ranking.parts(item) { precondition(part.value.isFinite) }
    }
}
