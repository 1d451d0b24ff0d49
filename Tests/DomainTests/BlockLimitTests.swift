import Domain
import Testing

@Suite struct BlockLimitTests {
    @Test func `a value that outgrew its limit elsewhere may shrink but not grow`() throws {
        #expect(throws: Never.self) { try Block.check("1234", limit: 3, replacing: "12345") }
        #expect(throws: Never.self) { try Block.check("12345", limit: 3, replacing: "abcde") }
        #expect(throws: Refusal.self) { try Block.check("123456", limit: 3, replacing: "12345") }
        #expect(throws: Refusal.self) { try Block.check("1234", limit: 3, replacing: "123") }
        #expect(throws: Never.self) { try Block.check("👩‍👩‍👧", limit: 5) }
        #expect(throws: Refusal.self) { try Block.check("👩‍👩‍👧", limit: 4) }
    }
}
