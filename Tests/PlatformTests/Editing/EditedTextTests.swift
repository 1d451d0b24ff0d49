import Testing

@testable import Platform

@Suite struct EditedTextTests {
    @Test func `any series of replacements can be undone to the byte`() {
        var random = Seeded(state: 3)
        for _ in 0..<500 {
            let base = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 97...100, using: &random)
            }
            var text = EditedText(base)
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let start = Int.random(in: 0...text.bytes.count, using: &random)
                let end = Int.random(in: start...text.bytes.count, using: &random)
                text.replace(start..<end, with: Array(repeating: 120, count: Int.random(in: 0...3, using: &random)))
            }
            #expect(EditedText.undo(text.edits, in: text.bytes) == base)
        }
    }

    @Test func `another text is not undone`() {
        var text = EditedText(Array("one two".utf8))
        text.replace(4..<7, with: Array("three".utf8))
        #expect(EditedText.undo(text.edits, in: Array("one thre".utf8)) == nil)
        #expect(text.edits == [.init(before: 4, after: 4, removed: Array("two".utf8), inserted: Array("three".utf8))])
    }
}
