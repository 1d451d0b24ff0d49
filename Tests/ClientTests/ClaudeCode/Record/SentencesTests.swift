import Testing

@testable import Client

/// Sentences and their cues over bytes are the ones over characters: compared on thousands of made texts.
struct SentencesTests {
    @Test(arguments: 0..<40) func `sentences are the ones that characters give`(_ seed: UInt64) {
        var texts = TextMaker(seed: seed)
        for _ in 0..<100 {
            let text = texts.text()
            #expect(Sentences.of(text) == SentencesByCharacter.of(text), "\(text.debugDescription)")
        }
    }

    @Test(arguments: 0..<40) func `cues are the ones that characters give`(_ seed: UInt64) {
        var texts = TextMaker(seed: seed &+ 1_000_000)
        var found = 0
        for _ in 0..<100 {
            let sentence = texts.sentence()
            let (cues, expected) = (SentenceCues(sentence), CuesByCharacter(sentence))
            #expect(cues.finding == expected.finding, "\(sentence.debugDescription)")
            #expect(cues.isChatter == expected.isChatter, "\(sentence.debugDescription)")
            #expect(cues.isConcrete == expected.isConcrete, "\(sentence.debugDescription)")
            #expect(cues.outcome == expected.outcome, "\(sentence.debugDescription)")
            #expect(cues.isPreference == expected.isPreference, "\(sentence.debugDescription)")
            #expect(cues.isCorrection == expected.isCorrection, "\(sentence.debugDescription)")
            #expect(Sentences.words(sentence) == Set(SentencesByCharacter.words(sentence)))
            if expected.finding != nil || expected.outcome > 1 || expected.isPreference { found += 1 }
        }
        // Otherwise nothing would be compared.
        #expect(found > 10)
    }

    @Test func `sentences that were compared before are told apart as ever`() {
        var texts = TextMaker(seed: 7)
        let sentences = (0..<60).map { _ in texts.sentence() }
        var words = SentenceWords()
        for sentence in sentences {
            let others = sentences.filter { $0 != sentence }
            let expected = others.contains { SentencesByCharacter.areAlike($0, sentence) }
            #expect(words.areAlike(sentence, others) == expected)
        }
    }
}

/// Texts as assistants and people write them, and worse: from a number, always the same.
private struct TextMaker {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    /// SplitMix64.
    private mutating func next(_ below: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(below))
    }

    private mutating func one(_ choices: [String]) -> String { choices[next(choices.count)] }

    private static let cues = Cues.lists.flatMap(\.words)
    private static let plain = [
        "parser", "the", "The", "a", "index", "`flush()`", "src/a.swift", "a.b", "camelCase", "HTTP", "v2", "17", "1.2",
        "(see", "below)", "snake_case", "don't", "Don’t", "it", "It", "**bold**", "**", "*", "e.g.", "i.e.", "etc.",
        "vs.", "approx.", "And", "But", "So", "Also,", "Also", "Plus,", "and/or", "--", "[x]", "\"quoted\"", "'single'",
    ]
    private static let foreign = [
        "Größe", "naïve", "café", "cafe\u{301}", "привет", "Ответ", "日本語", "一二三", "Straße", "ÉCOLE", "aÉ", "½", "①",
        "٣",
        "İstanbul", "ﬁx", "“quoted”", "‘x’", "—", "–", "…", "don’t", "✅", "⚠️", "👩‍💻", "🇩🇪", "x²", "€5", "한국어", "नमस्ते",
        "»so«", "•", "ǅ", "ß", "κόσμος", "٪", "\u{212A}m",
    ]
    private static let gaps = [" ", " ", " ", " ", " ", " ", "  ", "\t", "\u{A0}", "\u{2003}", "\u{3000}", "\u{200B}"]
    private static let ends = [".", ".", ".", "!", "?", ":", "…", ".\"", ".)", "...", ". ", ""]

    private mutating func word() -> String {
        switch next(10) {
        case 0..<4: one(Self.cues)
        case 4..<8: one(Self.plain)
        case 8: one(Self.foreign)
        default: String("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ".shuffled(by: next(1000)).prefix(1 + next(9)))
        }
    }

    mutating func sentence() -> String {
        let isForeign = next(3) == 0
        var text = next(4) == 0 ? one(Self.cues) : word()
        if next(3) == 0 { text = text.prefix(1).uppercased() + text.dropFirst() }
        for _ in 0..<next(30) {
            let gap = isForeign ? one(Self.gaps) : " "
            let word = word()
            if !isForeign, !word.utf8.allSatisfy({ $0 < 0x80 }) { continue }
            text += gap + word
            if next(9) == 0 { text += one([",", ";", ".", " -", ":", ". "]) }
        }
        return text + one(Self.ends)
    }

    mutating func text() -> String {
        let beginnings = [
            "", "", "", "", "", "- ", "* ", "+ ", "• ", "1. ", "12) ", "123. ", "# ", "> ", "| ", "<b>", "  ", "\t- ",
            "---",
            "①. ", "²) ", "\u{A0}", "**Note** ",
        ]
        var text = ""
        for _ in 0..<(1 + next(12)) {
            switch next(14) {
            case 0: text += "```swift\n" + sentence() + "\n```\n"
            case 1: text += one(["\n", "\n\n", "\r\n", "===\n", "~~~\n", "\r\n\r\n", "\u{2028}", "\u{B}"])
            default:
                text += one(beginnings)
                for _ in 0...next(4) { text += sentence() + " " }
                text += next(8) == 0 ? "\r\n" : next(4) == 0 ? " " : "\n"
            }
        }
        return text
    }
}

extension String {
    /// The characters in another order, always the same one for the same number.
    fileprivate func shuffled(by number: Int) -> String {
        let characters = Array(self)
        return String(characters.indices.map { characters[($0 * 7 + number) % characters.count] })
    }
}
