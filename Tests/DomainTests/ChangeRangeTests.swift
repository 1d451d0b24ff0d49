import Domain
import Testing

@Suite struct ChangeRangeTests {
    @Test func `a cursor is covered when nothing after it was trimmed`() {
        let range = ChangeRange(oldest: 5, newest: 9)
        #expect([4, 5, 9].allSatisfy(range.covers))
        #expect(![0, 3, 10].contains(where: range.covers))
    }

    @Test func `an empty feed covers its own end only`() {
        #expect(ChangeRange(oldest: 1, newest: 0).covers(0))
        #expect(!ChangeRange(oldest: 10, newest: 9).covers(8))
    }
}
