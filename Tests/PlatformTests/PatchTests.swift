import Platform
import Testing

@Suite struct PatchTests {
    @Test func `absent keeps, null clears, a value replaces`() {
        #expect(Patch<Int>.absent.applied(to: 1) == 1)
        #expect(Patch<Int>.null.applied(to: 1) == nil)
        #expect(Patch.value(2).applied(to: 1) == 2)
        #expect(Patch.value(2).applied(to: nil) == 2)
    }

    @Test func `only a value counts as given`() {
        #expect(Patch.value(2).given == 2)
        #expect(Patch<Int>.absent.given == nil && Patch<Int>.null.given == nil)
        #expect(Patch<Int>.absent.isAbsent && !Patch<Int>.null.isAbsent && !Patch.value(2).isAbsent)
    }

    @Test func `a value is mapped, the others stay what they are`() {
        #expect(Patch.value(2).map { "\($0)" } == .value("2"))
        #expect(Patch<Int>.absent.map { "\($0)" } == .absent)
        #expect(Patch<Int>.null.map { "\($0)" } == .null)
    }
}
