import Platform
import Testing

@testable import Engine

/// Finding and changing text, byte by byte.
@Suite struct TextEditTests {
    @Test func `occurrences are those that a plain search finds`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            func letters(_ most: Int) -> [Int] {
                (0..<Int.random(in: 0...most, using: &random)).map { _ in Int.random(in: 0...1, using: &random) }
            }
            let (wanted, elements) = (letters(5), letters(40))
            let all = elements.indices.filter { place in
                !wanted.isEmpty && place + wanted.count <= elements.count
                    && Array(elements[place..<place + wanted.count]) == wanted
            }
            var apart: [Int] = []
            for place in all where place >= (apart.last ?? -wanted.count) + wanted.count { apart.append(place) }
            let search = Occurrences(of: wanted)
            #expect(search.places(in: elements, overlapping: true) == all)
            #expect(search.places(in: elements, overlapping: false) == apart)
        }
    }

    @Test(arguments: [
        ("a\tb", "a       b"), ("12345678\tb", "12345678        b"), ("a\n\tb", "a\n        b"), ("ab", "ab"),
        ("é\tb", "é       b"), ("a\r\n1\t2", "a\r\n1       2"), ("\t", "        "),
    ])
    func `tabs become spaces as Python makes them`(_ text: String, _ expected: String) {
        #expect(TextEdit(text).withoutTabs == expected)
    }

    @Test func `lines end with line feeds alone`() {
        let edit = TextEdit("a\r\nb\u{2028}c\nd")
        #expect(edit.lineCount == 3)
        #expect(edit.inserting("x", afterLine: 1) == "a\r\nx\nb\u{2028}c\nd")
        #expect(edit.inserting("x", afterLine: 4) == nil && edit.inserting("x", afterLine: -2) == nil)
        #expect(edit.lines(of: edit.places(of: "c") + edit.places(of: "d")) == [2, 3])
    }

    @Test func `letters that only look alike are different`() {
        #expect(TextEdit("e\u{301}").places(of: "\u{e9}").isEmpty)
        // The end of one letter and the beginning of the next are no place inside of it.
        #expect(TextEdit("👩‍👧").places(of: "👩") == [0])
        #expect(TextEdit("aaaa").places(of: "aa") == [0, 2])
        #expect(TextEdit("aaaa").replacing([0, 2], length: 2, with: "b") == "bb")
    }
}
