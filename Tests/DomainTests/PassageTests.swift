import Domain
import Platform
import Testing

@Suite struct PassageTests {
    @Test func `NUL goes, everything else stays`() throws {
        #expect(try Passage.checkedText("a\u{0}b 👩‍👧\n") == "ab 👩‍👧\n")
    }

    @Test(arguments: ["", " \n\t", "\u{0}"]) func `a text with nothing in it is refused`(_ text: String) {
        #expect(throws: Refusal.self) { try Passage.checkedText(text) }
    }

    @Test func `the longest text is taken and one character more is not`() throws {
        let longest = String(repeating: "é", count: Passage.maximumLength)
        #expect(try Passage.checkedText(longest) == longest)
        #expect(throws: Refusal.self) { try Passage.checkedText(longest + "x") }
    }

    @Test func `the metadata's type is a tag too, and no tag stands twice`() {
        let metadata = JSONObject([("type", "bug")])
        #expect(Passage.tags(["b", "a", "", "b"], metadata: metadata) == ["b", "a", "type:bug"])
        #expect(Passage.tags(["type:bug"], metadata: metadata) == ["type:bug"])
        #expect(Passage.tags(["a"], metadata: JSONObject([("type", "")])) == ["a"])
    }

    @Test func `a value from a URL may be a text, a number or a flag`() {
        #expect(MetadataCondition("n", text: "1").values == ["1", 1])
        #expect(MetadataCondition("n", text: "1.5").values == ["1.5", 1.5])
        #expect(MetadataCondition("n", text: "true").values == ["true", true])
        #expect(MetadataCondition("n", text: "x").values == ["x"])
    }
}
