import Platform
import Testing

@testable import Engine

@Suite struct RankingTests {
    private static let now = Timestamp(year: 2026, month: 8, day: 20)

    /// Ranks texts that were written one after the other, a minute apart.
    private func rank(
        _ question: String, _ texts: [String], similarities: [Float?] = [], speakers: [String?] = [],
        apart: Double = 60, diversity: Float = 0
    ) -> (ranking: Ranking, list: [Ranking.Ranked]) {
        let candidates = texts.enumerated().map { index, text in
            RecallCandidate(
                key: index, text: text, time: Self.now.adding(seconds: apart * Double(index - texts.count)),
                speaker: index < speakers.count ? speakers[index] : nil,
                similarity: index < similarities.count ? similarities[index] : nil, previous: index - 1)
        }
        let ranking = Ranking(self.question(question, texts), candidates, Ranking.Options(diversity: diversity))
        return (ranking, ranking.ranked())
    }

    private func question(_ text: String, _ texts: [String]) -> RecallQuestion {
        let stop: Set = [
            "what", "did", "does", "is", "the", "when", "who", "how", "we", "of", "a", "in", "do", "to", "it",
        ]
        let words = RecallQuestion.spelled(text).map { String(decoding: $0.folded, as: UTF8.self) }
        let counted = words.filter { !stop.contains($0) }.map { word in
            let stem = PorterStem.stem(Array(word.utf8))
            let having = texts.count { text in
                RecallQuestion.spelled(text).contains { PorterStem.stem($0.folded) == stem }
            }
            return RecallQuestion.Word(word, occurrences: having)
        }
        return RecallQuestion(text, words: counted, total: texts.count, now: Self.now)
    }

    private func first(_ question: String, _ texts: [String], similarities: [Float?] = []) -> Int? {
        rank(question, texts, similarities: similarities).list.first?.key
    }

    @Test func `nothing ranks to nothing`() {
        #expect(rank("anything", []).list.isEmpty)
        #expect(rank("", ["some text"]).list.map(\.key) == [0])
    }

    @Test func `rare words count more than common ones, and forms of a word are one`() {
        let texts = ["server logs", "server deploys", "server times", "a server was deployed to Oslo"]
        #expect(first("server in Oslo", texts) == 3)
        #expect(first("deploying server", ["server logs", "deployments", "server"]) == 1)
        #expect(first("café", ["tea", "CAFE", "coffee"]) == 1)
        #expect(first("москва", ["Киев", "МОСКВА", "Минск"]) == 1)
    }

    @Test func `the best of few is not relevant by that alone`() throws {
        let texts = ["deploys on Tuesday", "tabs, not spaces", "lunch is at noon"]
        let far = try #require(rank("zebra quagga", texts, similarities: [0.05, 0.09, 0.02]).list.first)
        #expect(far.key == 1 && !far.isRelevant && far.score < 0.1)
        let near = try #require(rank("when do we ship", texts, similarities: [0.55, 0.09, 0.02]).list.first)
        #expect(near.key == 0 && near.isRelevant)
    }

    @Test func `meaning decides where words do not, and weighs beside them`() {
        let texts = ["the queue was full", "payments are captured at shipping", "lunch is at noon"]
        #expect(first("when is the customer charged", texts, similarities: [0.1, 0.6, 0.1]) == 1)
        let (ranking, list) = rank("full queue", texts, similarities: [0.4, 0.5, 0.1])
        #expect(list.first?.key == 0)
        #expect(ranking.why(list[0]) == ["text: full", "text: queue", "similarity: 0.40"])
    }

    @Test func `exact strings never lose to meaning`() {
        let texts = [
            "idempotency keys of orders are kept for a day in a table of requests", "see `request_keys`",
            "request keys and keys of requests",
        ]
        let (ranking, list) = rank("what is request_keys", texts, similarities: [0.9, 0.1, 0.8])
        #expect(list.first?.key == 1)
        #expect(ranking.why(list[0]).first == "exact: request_keys")
    }

    @Test func `words that stand together count more than the same words apart`() {
        let texts = ["lock the file, then wait for the timeout", "the lock timeout was hit in this file", "nothing"]
        #expect(first("lock timeout", texts) == 1)
    }

    @Test func `turns of a conversation lean on their neighbours, notes do not`() {
        let turns = [
            "Ann: How was Lisbon?", "Bo: Warm and full of tiles", "Ann: Fine", "Bo: Yes", "Ann: Bread", "Bo: Cold",
        ]
        let (ranking, list) = rank("Lisbon tiles", turns)
        #expect(list.first?.key == 1)
        #expect(ranking.why(list[0]).contains("neighbour: lisbon"))
        #expect(ranking.why(list[0]).contains("text: tiles"))
        let hoursApart = rank("Lisbon tiles", turns, apart: 7200)
        #expect(!hoursApart.list.flatMap { hoursApart.ranking.why($0) }.contains { $0.hasPrefix("neighbour") })
        let notes = rank("Lisbon tiles", turns.map { String($0.drop { $0 != " " }) })
        #expect(!notes.list.flatMap { notes.ranking.why($0) }.contains { $0.hasPrefix("neighbour") })
    }

    @Test func `who is named in the question is heard first`() {
        let turns = [
            "Ann: I bought a piano", "Bo: I bought a piano", "Ann: Good", "Bo: Good", "Ann: Well", "Bo: Well",
            "Cy: A piano",
        ]
        #expect(rank("What did Bo buy, a piano?", turns).list.first?.key == 1)
        let (ranking, list) = rank("did Ann buy a piano", turns)
        #expect(list.first?.key == 0)
        #expect(ranking.why(list[0]).contains("speaker: ann"))
        let messages = ["I bought a piano", "I bought a piano too", "Good"]
        #expect(rank("What did Bo buy?", messages, speakers: ["Ann", "Bo", nil]).list.first?.key == 1)
    }

    @Test func `a label that one text has is a heading, and small words are no names`() {
        let texts = [
            "Will: see you", "Will: bye", "Will: yes", "Decision: use Postgres for search", "a note on Postgres",
        ]
        let (ranking, list) = rank("Will Postgres be used?", texts)
        #expect(list.filter { ranking.why($0).contains("speaker: decision") }.isEmpty)
        let asked = rank("What will we use?", texts)
        #expect(asked.list.filter { asked.ranking.why($0).contains("speaker: will") }.isEmpty)
    }

    @Test func `a question is rarely its own answer`() {
        #expect(first("which ingress do we run", ["Do we run an ingress?", "We run an ingress, Traefik."]) == 1)
    }

    @Test func `when asks for a time, how many for a number`() {
        let texts = [
            "the audit was done by two friends", "the audit was on Friday afternoon", "the audit was hard on us",
        ]
        #expect(first("when was the audit", texts) == 1)
        #expect(first("how many did the audit", texts) == 0)
    }

    @Test func `a date in the question prefers what is of that date`() {
        let texts = ["2 May 2026: the build broke", "[9 Aug 2026] the build broke", "the build broke"]
        let (ranking, list) = rank("which build broke in May?", texts)
        #expect(list.first?.key == 0)
        #expect(ranking.why(list[0]).contains("date: may"))
        // The third has no date of its own but its time, which is of this week.
        #expect(first("which build broke this week?", texts) == 2)
    }

    @Test func `newer texts win only when the question asks for what is current`() {
        let texts = ["search runs on Sphinx engine", "search runs on Solr engine"]
        let old = rank("which engine runs search", texts, similarities: [0.51, 0.5])
        #expect(old.list.first?.key == 0)
        let new = rank("which engine currently runs search", texts, similarities: [0.51, 0.5])
        #expect(new.list.first?.key == 1)
        #expect(new.ranking.why(new.list[0]).contains("recent"))
    }

    @Test func `the score falls with the rank, and a clear answer is relevant`() {
        let texts = ["the vault is unsealed by `keel-unseal`", "lunch", "the vault", "vault tours on Monday", "dinner"]
        for similarities in [[], [0.6, 0.1, 0.5, 0.3, 0]] as [[Float?]] {
            let list = rank("what is keel-unseal of the vault", texts, similarities: similarities).list
            #expect(list.map(\.score) == list.map(\.score).sorted(by: >))
            #expect(list.allSatisfy { (0...1).contains($0.score) })
            #expect(list[0].isRelevant && list[0].key == 0)
            #expect(!list[4].isRelevant)
        }
    }

    @Test func `of many that fit nothing well none is relevant`() {
        let texts = (0..<30).map { "note \($0) about lunch and other things" }
        let list = rank("quantum chromodynamics lunch", texts, similarities: texts.map { _ in 0.1 }).list
        #expect(list.allSatisfy { !$0.isRelevant })
    }

    @Test func `a candidate without a vector competes with its words`() {
        let texts = ["grapes and pears", "apples are red", "plums"]
        let (ranking, list) = rank("red apples", texts, similarities: [0.3, nil, 0.2])
        #expect(list.first?.key == 1)
        #expect(!ranking.why(list[0]).contains { $0.hasPrefix("similarity") })
    }

    @Test func `whatever stands in texts and questions, ranking ends`() {
        let hostile = [
            "", " ", "\u{0}", "?", "[", "[]: ", "[x] :", "Ann:", "Ann: ", "…—“”", "\u{301}\u{301}", "🦦🦦", "a", "?!?!",
            "[[]]",
            String(repeating: "x", count: 1000), String(repeating: "word? ", count: 200), "É: ü", "١٢٣", "2026-13-45",
        ]
        for question in hostile + ["`", "when", "how many", "Ann", "in May 2026", "latest"] {
            let list = rank(question, hostile, similarities: hostile.map { _ in 0 }).list
            #expect(Set(list.map(\.key)) == Set(hostile.indices), "\(question.prefix(20))")
            #expect(list.allSatisfy { $0.score.isFinite && (0...1).contains($0.score) }, "\(question.prefix(20))")
        }
    }
}
