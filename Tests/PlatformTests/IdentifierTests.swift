import Platform
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: IdentifierKind.allCases)
    func `new ids are valid for their kind and no other`(_ kind: IdentifierKind) {
        let id = Identifier.new(kind)
        #expect(Identifier.isValid(id, kind))
        for other in IdentifierKind.allCases where other != kind { #expect(!Identifier.isValid(id, other)) }
        #expect(Identifier.isValid(kind.example, kind))
    }

    @Test(arguments: [
        "agent-123e4567-e89b-12d3-a456-426614174000", "agent-123E4567-e89b-42d3-8456-426614174000",
        "agent-123e4567-e89b-42d3-c456-426614174000", "agent-123e4567e89b42d38456426614174000", "agent-", "agent", "",
        "123e4567-e89b-42d3-8456-426614174000", "agent-123e4567-e89b-42d3-8456-42661417400",
        "agent-123e4567-e89b-42d3-8456-4266141740000", "agent-123e4567-e89b-42d3-8456-42661417400g",
    ])
    func `malformed ids are refused`(_ text: String) {
        #expect(!Identifier.isValid(text, .agent))
    }

    @Test func `ids do not repeat`() {
        #expect(Set((0..<10_000).map { _ in Identifier.uuid() }).count == 10_000)
    }
}
