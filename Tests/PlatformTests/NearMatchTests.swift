import Platform
import Testing

@Suite struct NearMatchTests {
    @Test func `a slip of the pen finds the word meant`() {
        let names = ["memory_insert", "memory_replace", "conversation_search"]
        #expect(NearMatch.best(for: "memory_inser", among: names) == "memory_insert")
        #expect(NearMatch.best(for: "Conversation_Serach", among: names) == "conversation_search")
        #expect(NearMatch.best(for: "zebra", among: names) == nil)
        #expect(NearMatch.best(for: "x", among: []) == nil)
    }
}
