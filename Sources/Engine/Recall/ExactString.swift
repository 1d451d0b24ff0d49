/// A part of a question that is meant letter by letter: something quoted, an identifier, a path, a number of a ticket,
/// a version, a flag, an error code.
struct ExactString: Sendable, Equatable {
    /// As it stands in the question.
    let text: String
    /// Without case of ASCII letters.
    let bytes: [UInt8]

    init(_ text: String) {
        self.text = text
        bytes = text.utf8.map(FoldedWord.lowered)
    }

    /// Whether the string occurs in a text, not inside of a longer word. Cases of ASCII letters are equal.
    func occurs(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, text.count >= bytes.count else { return false }
        let count = bytes.count
        for start in 0...(text.count - count) where FoldedWord.lowered(text[start]) == first {
            var length = 1
            while length < count, FoldedWord.lowered(text[start + length]) == bytes[length] { length += 1 }
            guard length == count else { continue }
            let opens = start == 0 || !Self.isNamePart(first) || !Self.isNamePart(text[start - 1])
            let end = start + count
            let closes = end == text.count || !Self.isNamePart(last) || !Self.isNamePart(text[end])
            if opens && closes { return true }
        }
        return false
    }

    /// Letters, digits and the underscore, which join what stands around them to one name.
    private static func isNamePart(_ byte: UInt8) -> Bool { FoldedWord.isWordPart(byte) || byte == UInt8(ascii: "_") }
}

extension ExactString {
    /// The exact strings of a question, each once.
    static func find(in question: String) -> [ExactString] {
        var found: [ExactString] = []
        func add(_ text: some StringProtocol) {
            let string = ExactString(String(text))
            if !string.bytes.isEmpty, !found.contains(where: { $0.bytes == string.bytes }) { found.append(string) }
        }
        for content in quoted(question) where found.count < most { add(content) }
        for piece in question.split(whereSeparator: \.isWhitespace) where found.count < most {
            let word = trimmed(piece)
            if isIdentifier(Array(word.utf8)) { add(word) }
        }
        return found
    }

    /// A question with more identifiers than this is a pasted text; each further one costs a scan of the candidates.
    private static let most = 8

    /// What stands between back quotes or double quotes.
    private static func quoted(_ text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: { "`\"“".contains($0) }) {
            let closing: Character = rest[start] == "“" ? "”" : rest[start]
            let inner = rest.index(after: start)
            guard let end = rest[inner...].firstIndex(of: closing) else { break }
            let content = rest[inner..<end]
            if content.contains(where: { $0.isLetter || $0.isNumber }), content.utf8.count <= 200 {
                found.append(content)
            }
            rest = rest[rest.index(after: end)...]
        }
        return found
    }

    /// Without the signs of the sentence around a word, and without a possessive ending.
    private static func trimmed(_ piece: Substring) -> Substring {
        var word = piece
        while let first = word.first, "`\"'“”‘’()[]{},;:!?<>".contains(first) { word.removeFirst() }
        while let last = word.last, "`\"'“”‘’()[]{},;:!?<>.".contains(last) { word.removeLast() }
        if word.hasSuffix("'s") || word.hasSuffix("’s") { word.removeLast(2) }
        return word
    }

    /// Whether a word is written as no word of a language is: signs inside, capitals inside, digits among letters, a long
    /// number.
    private static func isIdentifier(_ word: [UInt8]) -> Bool {
        guard word.count >= 2, !isOrdinal(word) else { return false }
        if word.allSatisfy(isDigit) { return word.count >= 3 && !isYear(word) }
        if "~/.-$@#".utf8.contains(word[0]), word.count > 2, isLetter(word[1]) || word[1] == UInt8(ascii: "-") {
            return true
        }
        let hasDigitOrCapitals =
            word.contains(where: isDigit)
            || zip(word, word.dropFirst()).contains { isCapital($0) && isCapital($1) }
        for index in 1..<word.count {
            let (before, byte) = (word[index - 1], word[index])
            if isLetter(before) && isDigit(byte) || isDigit(before) && isLetter(byte) { return true }
            if isLetter(before) && !isCapital(before) && isCapital(byte) { return true }
            // `HTTPServer`, and not the plural of `URL`.
            if index + 2 < word.count, isCapital(before), isCapital(byte), isSmall(word[index + 1]) { return true }
            guard index + 1 < word.count, isLetter(word[index + 1]) || isDigit(word[index + 1]) else { continue }
            if "_/\\:=@#.~+".utf8.contains(byte) { return true }
            if byte == UInt8(ascii: "-"), hasDigitOrCapitals { return true }
        }
        return false
    }

    /// `3rd`, `21st`: a day, no identifier.
    private static func isOrdinal(_ word: [UInt8]) -> Bool {
        let digits = word.prefix(while: isDigit)
        guard (1...2).contains(digits.count) else { return false }
        let ending = String(decoding: word.dropFirst(digits.count).map(FoldedWord.lowered), as: UTF8.self)
        return ["st", "nd", "rd", "th"].contains(ending)
    }

    private static func isYear(_ word: [UInt8]) -> Bool {
        word.count == 4 && (word.starts(with: "19".utf8) || word.starts(with: "20".utf8))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    private static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    private static func isSmall(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    private static func isLetter(_ byte: UInt8) -> Bool { FoldedWord.lowered(byte) &- 0x61 < 26 }
}
