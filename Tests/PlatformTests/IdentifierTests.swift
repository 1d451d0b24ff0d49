import Testing

@testable import Platform

@Suite struct IdentifierTests {
    @Test(arguments: IdentifierKind.allCases) func `a new id is valid for its kind and for no other`(
        _ kind: IdentifierKind
    ) {
        let id = Identifier.new(kind)
        for other in IdentifierKind.allCases { #expect(Identifier.isValid(id, other) == (other == kind)) }
    }

    @Test(arguments: [
        "", "block-", "block-123", "BLOCK-123e4567-e89b-42d3-8456-426614174000",
        "block-123E4567-e89b-42d3-8456-426614174000", "block-123e4567-e89b-12d3-8456-426614174000",
        "block-123e4567-e89b-42d3-c456-426614174000", "block-123e4567-e89b-42d3-8456-4266141740000",
        "block_123e4567-e89b-42d3-8456-426614174000", "block-123e4567-e89b-42d3-8456-42661417400é",
    ]) func `what is not an id is not taken for one`(_ text: String) {
        #expect(!Identifier.isValid(text, .block))
    }
}

@Suite struct NearMatchTests {
    @Test func `a slip of the keys finds the word that was meant`() {
        let names = ["memory_insert", "memory_replace", "conversation_search"]
        #expect(NearMatch.best(for: "memory_inser", among: names) == "memory_insert")
        #expect(NearMatch.best(for: "Conversation_serach", among: names) == "conversation_search")
        #expect(NearMatch.best(for: "web_browser", among: names) == nil)
    }
}
