import MCP
import Testing

@Suite struct LineSplitterTests {
    private func lines(_ text: String, pieces: Int, limit: Int = 10) -> [LineSplitter.Line] {
        var splitter = LineSplitter(limit: limit)
        var found: [LineSplitter.Line] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            found += splitter.lines(in: bytes[start..<min(start + pieces, bytes.count)])
        }
        return found + splitter.last()
    }

    @Test(arguments: 1...30)
    func `lines are the same however they arrive`(pieces: Int) {
        let text = "one\r\ntwo\n\n  \nthree is far too long\nfour\n0123456789\n0123456789X\nlast"
        let expected: [LineSplitter.Line] = [
            .complete(Array("one".utf8)), .complete(Array("two".utf8)), .tooLong, .complete(Array("four".utf8)),
            .complete(Array("0123456789".utf8)), .tooLong, .complete(Array("last".utf8)),
        ]
        #expect(lines(text, pieces: pieces) == expected)
    }
}
