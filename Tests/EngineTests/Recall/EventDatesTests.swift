import Platform
import Testing

@testable import Engine

@Suite struct EventDatesTests {
    private func event(_ question: String) -> String? { QuestionEvent.find(in: question)?.text }

    @Test func `an event is what follows before, after, since and until`() {
        #expect(event("what did we use before the release?") == "before the release")
        #expect(event("After the Postgres migration, what broke?") == "after the postgres migration")
        #expect(event("which alerts fire since our move to Lisbon") == "since our move to lisbon")
        #expect(event("what ran until the outage was over") == "until the outage was over")
        #expect(event("what did she play before she moved to Oslo") == "before she moved to oslo")
        #expect(event("what changed after Thanksgiving") == "after thanksgiving")
        #expect(QuestionEvent.find(in: "before the release what broke")?.words == ["release"])
        #expect(QuestionEvent.find(in: "who joined since the release")?.relation == .after)
        #expect(QuestionEvent.find(in: "who left until the release")?.relation == .before)
    }

    @Test func `a date, a period and what may happen any time are no event`() {
        #expect(event("what happened before May 2026") == nil)
        #expect(event("scripts since the summer") == nil)
        #expect(event("vault locked after a reboot") == nil)
        #expect(event("since when do we have it") == nil)
        #expect(event("before") == nil)
        #expect(event("") == nil)
        #expect(event("after the one that was told about in the very long letter of last year") == nil)
    }

    private static let now = Timestamp(year: 2026, month: 8, day: 20)

    private func rank(_ question: String, _ texts: [(String, Timestamp)]) -> (first: Int?, why: [[String]]) {
        let words = question.split(separator: " ").filter { $0.utf8.count > 3 && !["what", "which"].contains($0) }
        let counted = words.map { RecallQuestion.Word(String($0), occurrences: 2) }
        let read = RecallQuestion(question, words: counted, total: 40, now: Self.now)
        let candidates = texts.enumerated().map { RecallCandidate(key: $0, text: $1.0, time: $1.1) }
        let ranking = Ranking(read, candidates)
        let list = ranking.ranked()
        return (list.first?.key, list.sorted { $0.key < $1.key }.map { ranking.why($0) })
    }

    private func day(_ month: Int, _ day: Int) -> Timestamp { Timestamp(year: 2026, month: month, day: day) }

    private var queues: [(String, Timestamp)] {
        [
            ("our queue is RabbitMQ in one process", day(2, 20)), ("the migration to the new cluster", day(3, 4)),
            ("our queue is NATS in three processes", day(3, 20)), ("lunch is at noon", day(3, 21)),
            ("coffee is in the kitchen", day(2, 21)),
        ]
    }

    @Test func `texts on the right side of an event come first and say so`() {
        let before = rank("which queue before the migration", queues)
        #expect(before.first == 0)
        #expect(before.why[0].contains("date: before the migration (2026-03-04)"))
        #expect(!before.why[2].contains { $0.hasPrefix("date") })
        let after = rank("which queue since the migration", queues)
        #expect(after.first == 2)
        #expect(after.why[2].contains("date: since the migration (2026-03-04)"))
        #expect(!after.why[1].contains { $0.hasPrefix("date") })
    }

    @Test func `a date in the text of the event counts more than when it was written`() {
        var texts = queues
        texts[1] = ("the migration is on 2026-02-10", day(7, 1))
        let why = rank("which queue after the migration", texts).why
        #expect(why[0].contains("date: after the migration (2026-02-10)"))
    }

    @Test func `near the event counts more than long before or after it`() {
        let texts = [
            ("the queue was red", day(1, 2)), ("the queue was blue", day(3, 1)), ("migrated yesterday", day(3, 4)),
            ("the queue was gray", day(3, 6)), ("the queue was pink", day(7, 6)), ("lunch", day(7, 7)),
        ]
        #expect(rank("which queue before the migration", texts).first == 1)
        #expect(rank("which queue after the migration", texts).first == 3)
    }

    @Test func `of several times the last that is said to have happened is meant`() {
        var texts = queues + [("we plan the migration of the archive", day(6, 1)), ("we migrated again", day(5, 1))]
        let last = "date: before the migration (2026-05-01)"
        #expect(rank("which queue before the migration", texts).why[0].contains(last))
        texts += [("we migrated once", day(1, 1))]
        #expect(rank("which queue before the migration", texts).why[0].contains(last))
    }

    @Test func `without one text that tells of the event nothing changes`() {
        let noEvent = rank("which queue before the earthquake", queues)
        #expect(!noEvent.why.joined().contains { $0.hasPrefix("date") })
        let plans = queues + [("we plan the migration of the archive", day(6, 1))]
        #expect(!rank("which queue before the migration", plans).why.joined().contains { $0.hasPrefix("date") })
    }

    @Test func `a date in the question decides alone`() {
        let both = rank("which queue in March before the migration", queues)
        #expect(both.why[2].contains("date: march"))
        #expect(!both.why.joined().contains { $0.contains("migration (") })
    }
}
