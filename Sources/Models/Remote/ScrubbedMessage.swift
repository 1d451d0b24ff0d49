/// A service's own words with what they may have quoted taken out: keys, texts that were sent.
enum ScrubbedMessage {
    private static let longest = 160
    private static let run = 8

    /// Nil when nothing fit to be shown is left.
    /// - Parameter sent: the texts of the request; a message that shares a run of eight bytes with one of them, or is
    ///   seen to hold a whole shorter one, is dropped.
    static func of(_ message: String, sent: [String], keeping word: String) -> String? {
        let line = message.prefix { !$0.isNewline }.prefix(1000)
        let lowercased = Array(line.lowercased().utf8)
        guard !sent.contains(where: { isQuoted($0, in: lowercased) }) else { return nil }
        var words: [Substring] = []
        for part in withoutQuotes(String(line), keeping: word).split(separator: " ") {
            words.append(looksLikeKey(part) && part != word ? "…" : part)
        }
        var shown = words.joined(separator: " ")
        if shown.count > longest { shown = shown.prefix(longest) + "…" }
        return shown.isEmpty ? nil : shown
    }

    private static func isQuoted(_ text: String, in message: [UInt8]) -> Bool {
        let text = Array(text.lowercased().utf8)
        guard text.count >= run else { return text.count >= 3 && contains(message, text[...]) }
        guard message.count >= run else { return false }
        var runs = Set<UInt64>()
        rolling(message) {
            runs.insert($0); return false
        }
        return rolling(text) { runs.contains($0) }
    }

    /// Calls `body` with every run of eight bytes as a number until it returns true.
    @discardableResult
    private static func rolling(_ bytes: [UInt8], _ body: (UInt64) -> Bool) -> Bool {
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if index >= run - 1, body(word) { return true }
        }
        return false
    }

    private static func contains(_ bytes: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0..<($0 + part.count)] == part }
    }

    /// Replaces what stands in quotes, unless it is the one word that is known to be harmless.
    private static func withoutQuotes(_ text: String, keeping word: String) -> String {
        let closing: [Character: Character] = ["\"": "\"", "'": "'", "`": "`", "«": "»", "“": "”"]
        var result = ""
        var rest = text[...]
        while let sign = rest.popFirst() {
            // An apostrophe inside of a word is none.
            guard let end = closing[sign], !(sign == "'" && result.last?.isLetter == true) else {
                result.append(sign)
                continue
            }
            guard let close = rest.firstIndex(of: end) else { return result + "…" }
            result += rest[..<close] == word ? word : "…"
            rest = rest[rest.index(after: close)...]
        }
        return result
    }

    /// Long and without sense, or begun as keys are.
    private static func looksLikeKey(_ word: Substring) -> Bool {
        let lowercased = word.lowercased()
        if lowercased.hasPrefix("sk-") || lowercased.hasPrefix("aiza") || lowercased.contains("***") { return true }
        return word.utf8.count >= 20 && !word.hasPrefix("http") && word.contains(where: \.isNumber)
    }
}
