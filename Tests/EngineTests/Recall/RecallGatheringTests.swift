import Platform
import Testing

@testable import Engine

@Suite struct RecallGatheringTests {
    @Test func `the best of both halves together are the strongest`() {
        let words = [RecallQuestion.Word("piano", occurrences: 2)]
        let question = RecallQuestion("piano", words: words, total: 100, now: Timestamp(microseconds: 0))
        let most = Double(question.weight) * 2.2
        let found = [
            RecallGathering.Found(key: 1, textScore: most), RecallGathering.Found(key: 2, similarity: 0.4),
            RecallGathering.Found(key: 3, textScore: most / 2, similarity: 0.6),
            RecallGathering.Found(key: 4, textScore: nil, similarity: nil),
        ]
        #expect(RecallGathering.strongest(found, for: question) == [3, 1, 2, 4])
    }

    @Test func `no more than are extended`() {
        let question = RecallQuestion("", words: [], total: 0, now: Timestamp(microseconds: 0))
        let found = (0..<100).map { RecallGathering.Found(key: $0, textScore: 0) }
        #expect(RecallGathering.strongest(found, for: question) == Array((75..<100).reversed()))
    }
}
