import Testing

@testable import Models

@Suite struct TokenWindowsTests {
    private func text(_ breaks: [TokenizedText.Break]) -> TokenizedText {
        var text = TokenizedText()
        text.breaks = breaks
        text.numbers = breaks.indices.map(Int32.init)
        return text
    }

    @Test(arguments: [1, 2, 7, 8, 62, 254, 510], [0, 1, 3, 254, 255, 1000, 5000])
    func `windows cover every token, none is too long, each goes on where the one before is`(
        _ capacity: Int, _ count: Int
    ) {
        var generator = SystemRandomNumberGenerator()
        let kinds: [TokenizedText.Break] = [.none, .none, .none, .mark, .word, .word, .sentence, .line, .paragraph]
        let windows = TokenWindows(capacity: capacity).windows(
            text((0..<count).map { _ in kinds.randomElement(using: &generator) ?? .none }))
        #expect(windows.first?.lowerBound == 0 && windows.last?.upperBound == count)
        #expect(windows.allSatisfy { $0.count <= capacity })
        for (one, next) in zip(windows, windows.dropFirst()) {
            #expect(next.lowerBound > one.lowerBound && next.lowerBound <= one.upperBound)
            #expect(next.upperBound > one.upperBound)
        }
        #expect(windows.count <= max(1, count / max(1, capacity / 2) + 1))
    }

    @Test func `a window ends at a paragraph rather than a sentence, a sentence rather than a word`() {
        var breaks = [TokenizedText.Break](repeating: .word, count: 300)
        breaks[97] = .sentence
        #expect(TokenWindows(capacity: 100).windows(text(breaks))[0] == 0..<97)
        breaks[85] = .paragraph
        #expect(TokenWindows(capacity: 100).windows(text(breaks))[0] == 0..<85)
        // Too early: the window would be small.
        breaks[85] = .word
        breaks[97] = .word
        breaks[60] = .paragraph
        #expect(TokenWindows(capacity: 100).windows(text(breaks))[0] == 0..<100)
    }

    @Test func `the overlap begins with a word`() {
        var breaks = [TokenizedText.Break](repeating: .none, count: 200)
        for index in stride(from: 0, to: 200, by: 10) { breaks[index] = .word }
        let windows = TokenWindows(capacity: 100).windows(text(breaks))
        #expect(windows == [0..<100, 90..<190, 180..<200])
    }
}
