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

    @Test(arguments: [IdentifierKind.message, .run, .step, .providerTrace])
    func `ids of messages and what hangs on them follow the time`(_ kind: IdentifierKind) {
        let first = Identifier.uuid(at: Timestamp(microseconds: 1_700_000_000_000_000))
        let next = Identifier.uuid(at: Timestamp(microseconds: 1_700_000_000_001_000))
        #expect(first.hasPrefix("018bcfe5-6800-4"))
        #expect(next > first)
        #expect(Identifier.isValid("\(kind.rawValue)-\(next)", kind))
        let ids = (0..<1000).map { _ in Identifier.new(kind) }
        #expect(Set(ids).count == ids.count)
        #expect(ids.map { $0.dropLast(23) } == ids.map { $0.dropLast(23) }.sorted())
    }
}
