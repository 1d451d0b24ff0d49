import Domain
import Platform
import Testing

@testable import Engine

@Suite struct ToolRankingTests {
    private static let tools = [
        tool("send_email", "Sends a letter to somebody", ["mail"]),
        tool("weather", "Tells how warm it is, and emails nobody", []),
        tool("read_inbox", "Shows new letters", ["mail", "read"]),
    ]

    private static func tool(_ name: String, _ description: String, _ tags: [String]) -> Tool {
        var tool = Tool(id: Identifier.new(.tool), name: name, type: "custom", createdAt: .now)
        tool.description = description
        tool.tags = tags
        return tool
    }

    private func names(_ text: String?, tags: [String] = [], limit: Int = 50) -> [String] {
        var query = ToolQuery()
        query.text = text
        query.tags = tags
        query.limit = limit
        return ToolRanking(query).matches(among: Self.tools).map(\.tool.name)
    }

    @Test func `a word of the name counts more than one of the description`() {
        #expect(names("email") == ["send_email", "weather"])
        #expect(names("send_email").first == "send_email")
        #expect(names("MAIL letters").first == "read_inbox")
    }

    @Test func `tags narrow, the limit cuts, nothing found is nothing`() {
        #expect(names("letter", tags: ["read"]) == ["read_inbox"])
        #expect(names("email", limit: 1) == ["send_email"])
        #expect(names("submarine").isEmpty)
        #expect(names(nil, tags: ["mail"]) == ["send_email", "read_inbox"])
        #expect(names("  !? ").count == 3)
    }
}
