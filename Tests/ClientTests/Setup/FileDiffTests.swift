import Testing

@testable import Client

@Suite struct FileDiffTests {
    private func lines(_ old: String?, _ new: String?) -> [String] {
        FileDiff("f", before: old.map { Array($0.utf8) }, after: new.map { Array($0.utf8) }).lines.map(\.text)
    }

    @Test func `it is a unified diff`() {
        let old = (1...20).map { "\($0)\n" }.joined()
        let new = old.replacing("3\n4\n", with: "3\nthree\n4\n").replacing("18\n", with: "")
        #expect(
            lines(old, new) == [
                "--- f", "+++ f", "@@ -1,6 +1,7 @@", " 1", " 2", " 3", "+three", " 4", " 5", " 6", "@@ -15,6 +16,5 @@",
                " 15",
                " 16", " 17", "-18", " 19", " 20",
            ])
        #expect(lines(nil, "a\n") == ["--- /dev/null", "+++ f", "@@ -0,0 +1 @@", "+a"])
        #expect(lines("a\n", nil) == ["--- f", "+++ /dev/null", "@@ -1 +0,0 @@", "-a"])
    }

    @Test func `near differences are one hunk`() {
        let found = lines("1\n2\n3\n4\n5\n", "1\n2\nx\n4\ny\n")
        #expect(found == ["--- f", "+++ f", "@@ -1,5 +1,5 @@", " 1", " 2", "-3", "+x", " 4", "-5", "+y"])
    }

    @Test func `passwords are not shown, variables are`() {
        let found = lines(
            nil, #"{"a": {"LETTA_PASSWORD": "hush", "API_KEY" : "hush", "x": "see"}, "TOKEN": "${TOKEN:-}"}"#)
        #expect(
            found.last
                == #"+{"a": {"LETTA_PASSWORD": "********", "API_KEY" : "********", "x": "see"}, "TOKEN": "${TOKEN:-}"}"#
        )
    }

    @Test func `of a file on one line only the difference is shown`() {
        let long = "{\"a\":\"" + String(repeating: "x", count: 5000) + "\",\"b\":{}}"
        let shown = lines(long, long.replacing("{}", with: "{\"c\":1}")).suffix(2)
        #expect(shown.last?.hasSuffix("xx\",\"b\":{\"c\":1}}") == true)
        #expect(shown.allSatisfy { $0.count < 200 })
    }
}
