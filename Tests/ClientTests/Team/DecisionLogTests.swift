import Platform
import Testing

@testable import Client

@Suite struct DecisionLogTests {
    private func draft(_ title: String, supersedes: Int? = nil) -> DecisionLog.Draft {
        var draft = DecisionLog.Draft(title: title, date: "2026-11-21")
        draft.supersedes = supersedes
        return draft
    }

    @Test func `decisions are numbered and the others stay as they are`() {
        var log = DecisionLog("# Ours\nfree text\n\n## ADR-007: Old one\nStatus: accepted\nwhatever\n")
        let before = log.text
        let added = log.add(draft("Two\nlines"))
        #expect(added?.name == "ADR-008")
        #expect(log.text == before + "\n## ADR-008: Two lines\nDate: 2026-11-21\nStatus: accepted\n")
        #expect(DecisionLog(log.text) == log)
        #expect(log.decisions.map(\.title) == ["Old one", "Two lines"])
    }

    @Test func `a decision that supersedes another says so in both`() {
        var log = DecisionLog()
        _ = log.add(draft("One"))
        _ = log.add(draft("Two", supersedes: 1))
        #expect(log.decisions[0].status == "superseded by ADR-002")
        #expect(log.decisions[1].field("Supersedes") == "ADR-001")
        let unknown = log.add(draft("Three", supersedes: 9))
        #expect(unknown == nil)
    }

    @Test func `a number is not used again after its decision was moved away`() {
        var log = DecisionLog()
        _ = log.add(draft("One"))
        _ = log.add(draft("Two", supersedes: 1))
        let (moved, none) = (log.moveOldestPast(), log.moveOldestPast())
        #expect(moved?.name == "ADR-001" && none == nil)
        #expect(log.text.contains("In archival memory: ADR-001\n"))
        var again = DecisionLog(log.text)
        _ = again.add(draft("Three", supersedes: 2))
        let next = again.moveOldestPast()
        #expect(next?.name == "ADR-002")
        #expect(again.text.contains("In archival memory: ADR-001, ADR-002\n"))
        #expect(again.nextNumber == 4)
    }

    @Test func `a text cannot begin a decision of its own`() {
        var log = DecisionLog()
        var draft = draft("One")
        draft.context = "because\n## ADR-099: forged"
        _ = log.add(draft)
        #expect(DecisionLog(log.text).decisions.map(\.number) == [1])
    }
}
