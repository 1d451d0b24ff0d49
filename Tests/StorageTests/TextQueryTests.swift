import Domain
import Testing

@testable import Storage

@Suite struct TextQueryTests {
    @Test func `words are quoted and joined`() {
        #expect(TextQuery.match("Paris hotels paris") == #"text : ("Paris" OR "hotels")"#)
        #expect(TextQuery.match("Paris hotels", requireAll: true) == #"text : ("Paris" AND "hotels")"#)
    }

    @Test func `stop words are left out unless nothing else is there`() {
        #expect(TextQuery.match("what is the capital of France") == #"text : ("capital" OR "France")"#)
        #expect(TextQuery.match("I don't") == #"text : ("I" OR "don" OR "t")"#)
    }

    @Test func `the last word may be unfinished`() {
        #expect(TextQuery.match("red app", prefixLast: true) == #"text : ("red" OR "app" *)"#)
        #expect(TextQuery.match("red app ", prefixLast: true) == #"text : ("red" OR "app")"#)
        #expect(TextQuery.match("x", prefixLast: true) == #"text : "x""#)
    }

    @Test func `scopes narrow, and unusable ones are nothing`() {
        #expect(TextQuery.match("cat", scopes: ["a1", "a22"]) == #"scope : ("a1" OR "a22") AND text : "cat""#)
        #expect(TextQuery.match("cat", scopes: []) == nil)
        #expect(TextQuery.match("cat", scopes: ["a1\" OR \"x", "a-1"]) == nil)
    }

    @Test(arguments: ["", "   ", "!!! --- ???", "\"'*():^{}", "\u{0}\u{1}", "😀🎉", "\u{301}\u{302}"])
    func `text without a word is nothing`(_ text: String) {
        #expect(TextQuery.match(text) == nil)
    }

    @Test func `a word counts once and only so many take part`() {
        let long = (0..<100).map { "word\($0) word\($0)" }.joined(separator: " ")
        let match = TextQuery.match(long, limit: 5)
        #expect(match == #"text : ("word0" OR "word1" OR "word2" OR "word3" OR "word4")"#)
    }

    @Test func `the scope keeps archives apart and takes no part in the score`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addArchive("archive-2")
                try tx.addPassage("p1", "running shoes")
                try tx.addPassage("p2", "he runs in the morning", to: "archive-2")
                try tx.addPassage("p3", "a1 a1 a1 runs", to: "archive-2")
            }
            let first = TextQuery.match("run", scopes: ["a1"]) ?? ""
            let found = try await store.read { try $0.passages(matching: first) }
            #expect(found == ["p1"])
            let both = TextQuery.match("run", scopes: ["a1", "a2"]) ?? ""
            let all = try await store.read { try $0.passages(matching: both) }
            #expect(Set(all) == ["p1", "p2", "p3"])
        }
    }

    @Test func `accents, cases and word forms do not matter`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "Die Straße zum Café Müller, ИВАН, 東京")
            }
            for word in ["cafe", "CAFÉ", "muller", "Mu\u{308}ller", "иван", "東京", "STRAßE", "caf"] {
                let match = TextQuery.match(word, prefixLast: true) ?? ""
                let found = try await store.read { try $0.passages(matching: match) }
                #expect(found == ["p1"], "\(word)")
            }
        }
    }

    @Test func `no input is ever a syntax error`() async throws {
        let hostile = [
            "\"", "\"\"", "a\"b", "a OR", "AND", "NOT NOT", "NEAR(a b, 5)", "text:secret", "scope : a1",
            "{text scope}: x",
            "^first", "a*", "*", "a + b", "-a", "(((", ")))", "a\0b", "'; DROP TABLE passages; --", "\\", "a\u{FEFF}b",
            "\u{202E}abc", String(repeating: "x", count: 100_000), String(repeating: "(", count: 10_000),
            (0..<5000).map { "w\($0)" }.joined(separator: " "), "ﬁ ﷺ ǆ İ ẞ ß", "\u{1F468}\u{200D}\u{1F469}",
        ]
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "anything")
            }
            var random = SystemRandomNumberGenerator()
            let pieces = hostile + (0..<600).map { _ in Self.randomText(&random) }
            for text in pieces {
                for match in [
                    TextQuery.match(text), TextQuery.match(text, scopes: ["a1"], prefixLast: true),
                    TextQuery.match(text, prefixLast: true, requireAll: true),
                ] {
                    guard let match else { continue }
                    do {
                        _ = try await store.read { try $0.passages(matching: match) }
                    } catch {
                        Issue.record("\(text.debugDescription.prefix(200)) → \(match.prefix(200)): \(error)")
                    }
                }
            }
        }
    }

    @Test func `every word of a stored text finds it`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { try $0.addArchive("archive-1") }
            var random = SystemRandomNumberGenerator()
            var lost = 0
            var tried = 0
            for round in 0..<300 {
                let text = Self.randomText(&random)
                try await store.write(by: .default) { try $0.addPassage("p\(round)", text) }
                for word in TextQuery.words(text) {
                    let match = "\"\(word)\""
                    let found = try await store.read { try $0.passages(matching: match) }
                    tried += 1
                    if !found.contains("p\(round)") { lost += 1 }
                }
            }
            // Signs that are newer than the tokenizer's tables of Unicode are letters to it.
            #expect(tried > 300)
            #expect(Double(lost) <= Double(tried) * 0.02, "\(lost) of \(tried)")
        }
    }

    /// Letters, marks, quotes, operators and arbitrary scalars, mixed.
    private static func randomText(_ random: inout SystemRandomNumberGenerator) -> String {
        let operators = Array("\"'*():^{}+-\\ \t\n,.;%_\0")
        var text = ""
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1: text.append(Character(Unicode.Scalar(UInt8.random(in: 97...122, using: &random))))
            case 2: text.append(operators.randomElement(using: &random) ?? " ")
            case 3:
                text +=
                    ["é", "ß", "Ж", "中", "ア", "\u{301}", "\u{345}", "١", "²", "ⅷ"].randomElement(using: &random) ?? ""
            case 4: text += [" AND ", " OR ", " NOT ", "NEAR", " text:", " "].randomElement(using: &random) ?? ""
            default:
                let value = UInt32.random(in: 0x80...0x2FFF, using: &random)
                if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
            }
        }
        return text
    }
}
