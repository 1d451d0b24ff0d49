import Platform
import Testing

@testable import Engine

@Suite struct SimilarTextsTests {
    private func rank(_ texts: [String], diversity: Float = 0) -> [Ranking.Ranked] {
        let candidates = texts.enumerated().map {
            RecallCandidate(key: $0, text: $1, time: Timestamp(microseconds: 0), similarity: 0.9 - 0.05 * Float($0))
        }
        let question = RecallQuestion("the backup", words: [], total: texts.count, now: Timestamp(microseconds: 0))
        return Ranking(question, candidates, Ranking.Options(diversity: diversity)).ranked()
    }

    private static let backup = "The nightly backup of the shop goes to a bucket in another region and is kept a month"

    @Test func `copies count once, apart from case and signs, and come last`() {
        let list = rank([Self.backup, Self.backup.uppercased() + "!", "Restore drills are on Mondays", "Lunch"])
        #expect(list.map(\.key) == [0, 2, 3, 1])
        #expect(list.map(\.isDuplicate) == [false, false, false, true])
        #expect(!list[3].isRelevant && list[3].score <= list[2].score)
    }

    @Test func `nearly the same long text is a copy, with another number it is not`() {
        #expect(rank([Self.backup, Self.backup + " now"])[1].isDuplicate)
        #expect(!rank([Self.backup + " of 30 days", Self.backup + " of 31 days"])[1].isDuplicate)
        #expect(!rank(["needle 7", "needle 8"])[1].isDuplicate)
        #expect(!rank(["all good here", "all good there"])[1].isDuplicate)
    }

    @Test func `diversity puts forward what says something else`() {
        let texts = ["backup of the shop at night", "backup of the shop at noon", "restore drills", "lunch"]
        #expect(rank(texts).map(\.key) == [0, 1, 2, 3])
        let diverse = rank(texts, diversity: 0.8)
        #expect(diverse.map(\.key) == [0, 2, 1, 3])
        #expect(diverse.map(\.score) == diverse.map(\.score).sorted(by: >))
    }
}
