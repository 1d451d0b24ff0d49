import Platform

/// The sentences of a text that somebody wrote in Markdown: without code, tables, quotations and headings.
///
/// Works on bytes, because a session has thousands of sentences and a hook has milliseconds: what matters here is ASCII, and
/// other characters are looked at one by one where they stand.
enum Sentences {
    /// Characters that a sentence worth keeping has.
    static let lengths = 20...320
    private static let longestText = 20_000
    private static let space = UInt8(ascii: " ")

    static func of(_ text: String) -> [String] {
        let text = Array(ShortText.beginning(of: text, longestText).utf8)
        var sentences: [String] = []
        var paragraph: [UInt8] = []
        var isInCode = false
        func end() {
            split(paragraph, into: &sentences)
            paragraph.removeAll(keepingCapacity: true)
        }
        var start = 0
        while start <= text.count {
            let next = lineEnd(text, from: start)
            let line = text[start..<next].trimmedBytes
            start = next + 1
            if line.starts(with: "```".utf8) || line.starts(with: "~~~".utf8) {
                end()
                isInCode.toggle()
            } else if isInCode {
                continue
            } else if line.isEmpty || isNoProse(line) {
                end()
            } else if let item = listItem(line) {
                end()
                paragraph += item
            } else {
                if !paragraph.isEmpty { paragraph.append(space) }
                paragraph += line
            }
        }
        end()
        return sentences
    }

    /// A return before it makes a line's end one character with it, and none of ours.
    private static func lineEnd(_ text: [UInt8], from start: Int) -> Int {
        var end = start
        while end < text.count, text[end] != 0x0A || (end > 0 && text[end - 1] == 0x0D) { end += 1 }
        return end
    }

    private static func isNoProse(_ line: ArraySlice<UInt8>) -> Bool {
        if let first = line.first, "#|><".utf8.contains(first) { return true }
        return line.allSatisfy { "-=*_ ".utf8.contains($0) } || (line.last == UInt8(ascii: ":") && line.characters < 60)
    }

    private static func listItem(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for mark in ["- ", "* ", "+ ", "• "] as [StaticString] where line.starts(with: mark) {
            return line.dropFirst(mark.utf8CodeUnitCount)
        }
        var rest = line
        var digits = 0
        while digits <= 2, let digit = rest.firstCharacter, digit.isDigitLike {
            rest = rest.dropFirst(digit.utf8.count)
            digits += 1
        }
        guard digits == 1 || digits == 2, rest.starts(with: ". " as StaticString) || rest.starts(with: ") ") else {
            return nil
        }
        return rest.dropFirst(2)
    }

    private static func split(_ text: [UInt8], into sentences: inout [String]) {
        var start = 0
        for index in text.indices where text[index].endsSentence {
            // `a.swift`, `1.2` and `e.g. this` go on.
            guard index + 1 == text.count || text[index + 1] == space else { continue }
            if index + 2 < text.count, !canBegin(text[(index + 2)...]) { continue }
            let sentence = text[start...index]
            if abbreviations.contains(where: sentence.ends) { continue }
            add(sentence, to: &sentences)
            start = index + 1
        }
        add(text[start...], to: &sentences)
    }

    private static let abbreviations: [StaticString] = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "approx."]

    private static func canBegin(_ text: ArraySlice<UInt8>) -> Bool {
        guard let next = text.firstCharacter else { return false }
        return next.isCapital || next.isDigitLike || "`*\"([".utf8.contains(text[text.startIndex])
    }

    private static func add(_ sentence: ArraySlice<UInt8>, to sentences: inout [String]) {
        let sentence = plain(sentence)
        if !sentence.isEmpty { sentences.append(sentence) }
    }

    /// Without emphasis, and without the word that ties it to the sentence before; backticks stay.
    private static func plain(_ sentence: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(sentence.count)
        var hasGap = false
        var at = sentence.startIndex
        while at < sentence.endIndex {
            let byte = sentence[at]
            if byte == UInt8(ascii: "*"), at + 1 < sentence.endIndex, sentence[at + 1] == byte {
                at += 2
                continue
            }
            let gap = sentence.spaceLength(at)
            if gap > 0 {
                hasGap = !text.isEmpty
                at += gap
                continue
            }
            if hasGap { text.append(space) }
            hasGap = false
            text.append(byte)
            at += 1
        }
        for tie in ties where text[...].starts(with: tie) {
            let rest = String(decoding: text.dropFirst(tie.utf8CodeUnitCount), as: UTF8.self)
            return rest.prefix(1).uppercased() + rest.dropFirst()
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let ties: [StaticString] = ["And ", "But ", "So ", "Also, ", "Also ", "Plus, "]

    /// Letters and digits alone, for whether two sentences say the same.
    static func words(_ sentence: String) -> Set<String> {
        let words = CueText(sentence).bytes.split { $0 == space || $0 == UInt8(ascii: "'") }
        return Set(words.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Whether most of the shorter one's words are in the other.
    static func areAlike(_ one: String, _ other: String) -> Bool { areAlike(words(one), words(other)) }

    static func areAlike(_ a: Set<String>, _ b: Set<String>) -> Bool {
        let (fewer, more) = a.count <= b.count ? (a, b) : (b, a)
        return !fewer.isEmpty && Double(fewer.count(where: more.contains)) >= 0.8 * Double(fewer.count)
    }
}

/// The words of sentences, made once for each: what is said in a turn is compared with all that was said before.
struct SentenceWords: Sendable {
    private var known: [String: Set<String>] = [:]
    private static let most = 300

    /// Whether a sentence says the same as one of some others.
    mutating func areAlike(_ sentence: String, _ others: some Sequence<String>) -> Bool {
        if known.count > Self.most { known.removeAll() }
        let words = Sentences.words(sentence)
        for other in others where Sentences.areAlike(self.words(other), words) { return true }
        return false
    }

    private mutating func words(_ sentence: String) -> Set<String> {
        if let words = known[sentence] { return words }
        let words = Sentences.words(sentence)
        known[sentence] = words
        return words
    }
}

extension UInt8 {
    fileprivate var endsSentence: Bool {
        self == UInt8(ascii: ".") || self == UInt8(ascii: "!") || self == UInt8(ascii: "?")
    }
}

/// What most characters of a text are asked for: for ASCII without the tables of Unicode, which take most of the time.
extension Character {
    private var byte: UInt8? { utf8.count == 1 ? utf8.first : nil }

    var isCapital: Bool { byte.map { (65...90).contains($0) } ?? isUppercase }
    var isDigitLike: Bool { byte.map { (48...57).contains($0) } ?? isNumber }

    /// A letter or a digit.
    var isPartOfWord: Bool {
        guard let byte else { return isLetter || isNumber }
        return (97...122).contains(byte | 0x20) || (48...57).contains(byte)
    }
}
