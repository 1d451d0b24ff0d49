import Testing

@testable import Engine

@Suite struct ExactStringTests {
    @Test(arguments: [
        ("what does request_keys hold?", ["request_keys"]), ("cart/service.py", ["cart/service.py"]),
        ("where is ~/.config/tern?", ["~/.config/tern"]), ("why E0277 in HTTPServer", ["E0277", "HTTPServer"]),
        ("kombu==5.3.7 pinned", ["kombu==5.3.7"]), ("MRW-311's cause", ["MRW-311"]), ("port 5442.", ["5442"]),
        ("the flag --dry-run", ["--dry-run"]),
        ("say `no such table` and \"disk full\"", ["no such table", "disk full"]),
        ("commit 8f3c2ab", ["8f3c2ab"]), ("std::bad_alloc of URLs", ["std::bad_alloc"]),
        ("IllegalTransition", ["IllegalTransition"]),
        ("What happened on the 3rd of May 2023?", []), ("Is it well-known, she asked; no?", []), ("(really)", []),
        ("What's Ann's dog called?", []), ("`` \" ' --", []), ("", []), ("naïve Übung 東京", []),
    ])
    func `identifiers, paths, numbers and quotes are meant letter by letter`(question: String, found: [String]) {
        #expect(ExactString.find(in: question).map(\.text) == found)
    }

    @Test(arguments: [
        ("E0277", "error[e0277]: the trait", true), ("E0277", "E02771", false), ("E0277", "XE0277", false),
        ("cart.py", "in shop/cart.py:12", true), ("status", "order_status", false),
        ("--dry-run", "use --dry-run", true),
        ("a.b", "axb", false), ("aab", "aaab aab", true), ("x1", "", false),
    ])
    func `a string occurs as a whole name`(string: String, text: String, occurs: Bool) {
        var text = text
        let found = text.withUTF8 { ExactString(string).occurs(in: $0) }
        #expect(found == occurs)
    }

    @Test func `a pasted text has a few exact strings`() {
        let text = (0..<200_000).map { "a\($0)" }.joined(separator: " ")
        #expect(ExactString.find(in: text).map(\.text) == (0..<8).map { "a\($0)" })
    }
}
