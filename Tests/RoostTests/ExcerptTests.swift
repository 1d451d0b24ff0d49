import Testing

@testable import roost

@Suite struct ExcerptTests {
    private let numbers = (1...40).map { "w\($0)" }.joined(separator: " ")

    @Test func `a short text is shown whole, in lines of whole words`() {
        let excerpt = Excerpt("the nightly\n\n  job   fails", around: [], width: 11, lines: 3)
        #expect(excerpt.lines == ["the nightly", "job fails"])
        #expect(Excerpt("", around: ["x"], width: 11, lines: 3).lines == [])
    }

    @Test func `a long text is cut, and the cut is shown`() {
        let excerpt = Excerpt(numbers, around: ["w3"], width: 20, lines: 2)
        #expect(excerpt.lines == ["w1 w2 w3 w4 w5 w6", "w7 w8 w9 w10 w11 …"])
    }

    @Test func `what was found further on is shown, with some words before it`() {
        let lines = Excerpt(numbers, around: ["W30"], width: 20, lines: 3).lines
        #expect(lines.first == "… w22 w23 w24 w25")
        #expect(lines.contains { $0.contains("w30") })
    }

    @Test func `a word that is longer than a line is cut, and nothing steers the terminal`() {
        let lines = Excerpt(String(repeating: "x", count: 50) + "\u{1B}[31m", around: [], width: 10, lines: 3).lines
        #expect(lines == ["xxxxxxxxx…", "[31m"])
    }
}
