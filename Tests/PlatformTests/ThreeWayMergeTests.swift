import Platform
import Testing

@Suite struct ThreeWayMergeTests {
    private func merge(_ base: String, _ ours: String, _ theirs: String) -> ThreeWayMerge {
        ThreeWayMerge(base: base, ours: ours, theirs: theirs)
    }

    @Test func `edits of different lines are both kept`() {
        #expect(merge("a\nb\nc", "A\nb\nc", "a\nb\nC").text == "A\nb\nC")
        #expect(merge("a\nb", "A\nb", "a\nB").text == "A\nB")
        #expect(merge("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n").text == "a\nc\nd\n")
    }

    @Test func `the same edit on both sides happens once`() {
        #expect(merge("a\nb", "a\nX", "a\nX").text == "a\nX")
        #expect(merge("a", "a\nX", "a\nX").text == "a\nX")
    }

    @Test func `lines that both added at one place are both kept, whoever is asked`() {
        #expect(merge("# L\n", "# L\n- two\n", "# L\n- one\n").text == "# L\n- one\n- two\n")
        #expect(merge("# L\n", "# L\n- one\n", "# L\n- two\n").text == "# L\n- one\n- two\n")
    }

    @Test func `what one side took over from the other is not there twice`() {
        let merged = "# L\n- one\n- two\n"
        #expect(merge("# L\n", "# L\n- two\n", merged).text == merged)
        #expect(merge("# L\n", merged, "# L\n- one\n").text == merged)
    }

    @Test func `the same line changed to different ones is a conflict that shows both`() {
        let merge = merge("a\nb\nc", "a\nours\nc", "a\ntheirs\nc")
        #expect(merge.text == nil)
        #expect(
            merge.marked(ours: "yours", theirs: "version 4")
                == "a\n<<<<<<< yours\nours\n=======\ntheirs\n>>>>>>> version 4\nc")
        #expect(merge.text(preferring: .ours) == "a\nours\nc")
        #expect(merge.text(preferring: .theirs) == "a\ntheirs\nc")
    }

    @Test func `a line deleted here and changed there is a conflict`() {
        #expect(merge("a\nb\nc", "a\nc", "a\nB\nc").hasConflicts)
    }

    @Test func `line ends, a missing last one and Unicode stay as they are`() {
        #expect(merge("a\r\nb\r\n", "A\r\nb\r\n", "a\r\nb\r\nc\r\n").text == "A\r\nb\r\nc\r\n")
        #expect(merge("a", "a\nb", "x\na").text == "x\na\nb")
        #expect(merge("a\nb", "a\nb\n", "A\nb").text == "A\nb\n")
        // Equal to Swift, but not the same bytes: a change like any other.
        let composed = "caf\u{E9}", decomposed = "cafe\u{301}"
        #expect(merge(composed, decomposed, composed).text.map { Array($0.utf8) } == Array(decomposed.utf8))
        #expect(merge("👩‍👧\nx", "👩‍👧\ny", "👨‍👦\nx").text == "👨‍👦\ny")
    }

    @Test func `an empty text may be the beginning of both`() {
        #expect(merge("", "x", "").text == "x")
        #expect(merge("", "x", "y").hasConflicts)
        #expect(merge("a", "", "").text == "")
    }

    /// A generator with a seed, so that a failure can be seen again.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private func edited(_ lines: [String], _ dice: inout Dice) -> [String] {
        var lines = lines
        for _ in 0..<Int.random(in: 0...3, using: &dice) {
            let at = Int.random(in: 0...lines.count, using: &dice)
            let word = ["a", "b", "", "ü", "z\r"].randomElement(using: &dice) ?? ""
            switch Int.random(in: 0..<3, using: &dice) {
            case 0: lines.insert(word, at: at)
            case 1 where at < lines.count: lines.remove(at: at)
            case 2 where at < lines.count: lines[at] = word
            default: break
            }
        }
        return lines
    }

    @Test(arguments: 0..<400) func `whatever is merged, nothing is invented and the sides may be swapped`(seed: UInt64)
    {
        var dice = Dice(state: seed &* 977 &+ 1)
        for _ in 0..<20 {
            let base = (0..<Int.random(in: 0...8, using: &dice)).map { _ in
                ["a", "b", "c", "d", ""].randomElement(using: &dice) ?? ""
            }
            let ours = edited(base, &dice), theirs = edited(base, &dice)
            let texts = [base, ours, theirs].map { $0.joined(separator: "\n") }
            let merge = merge(texts[0], texts[1], texts[2])
            let swapped = self.merge(texts[0], texts[2], texts[1])
            #expect(merge.text == swapped.text, "\(texts)")
            #expect(merge.text(preferring: .ours) == swapped.text(preferring: .theirs), "\(texts)")
            let known = Set(Line.lines(of: texts[1]) + Line.lines(of: texts[2]))
            let text = merge.text(preferring: .ours)
            // Each side may have deleted what the other kept: then nothing is left.
            let found = text.isEmpty ? [] : Line.lines(of: text)
            #expect(found.allSatisfy(known.contains), "\(texts)")
            // Against an unchanged side the other one wins, byte for byte.
            #expect(self.merge(texts[0], texts[1], texts[0]).text == texts[1], "\(texts)")
            #expect(self.merge(texts[0], texts[1], texts[1]).text == texts[1], "\(texts)")
            // A line that a side added, and nobody removed, is in one side of every decision.
            for line in Line.lines(of: texts[1]) where !text.isEmpty && !Line.lines(of: texts[0]).contains(line) {
                #expect(found.contains(line), "\(texts)")
            }
        }
    }

    @Test(arguments: 0..<100) func `a diff applied to the first text gives the second`(seed: UInt64) {
        var dice = Dice(state: seed &* 31 &+ 7)
        let old = (0..<30).map { _ in Line([UInt8.random(in: 97...101, using: &dice)]) }
        let new = (0..<30).map { _ in Line([UInt8.random(in: 97...101, using: &dice)]) }
        var made: [Line] = []
        var at = 0
        for change in LineDiff(old, new).changes {
            made += old[at..<change.old.lowerBound] + new[change.new]
            at = change.old.upperBound
        }
        #expect(made + old[at...] == new)
    }
}
