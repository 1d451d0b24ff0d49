/// A service's own words with what they may have quoted taken out: keys, texts that were sent.
enum ScrubbedMessage {
    private static let longest = 160
    /// Bytes in a row that two texts share by more than chance.
    static let shortRun = 8
    /// The same for texts of thousands of words, in which any few words are found.
    static let longRun = 20

    /// Nil when nothing fit to be shown is left.
    /// - Parameters:
    ///   - sent: the texts of the request; a message that shares a run of so many bytes with one of them, or is seen to
    ///     hold a whole shorter one, is dropped.
    ///   - secrets: the same with a run of eight bytes.
    static func of(
        _ message: String, sent: [String], run: Int = shortRun, secrets: [String] = [], keeping word: String
    ) -> String? {
        let line = message.prefix { !$0.isNewline }.prefix(1000)
        let lowercased = Array(line.lowercased().utf8)
        guard !sent.contains(where: { isQuoted($0, in: lowercased, run) }),
            !secrets.contains(where: { isQuoted($0, in: lowercased, shortRun) })
        else { return nil }
        var words: [Substring] = []
        for part in withoutQuotes(String(line), keeping: word).split(separator: " ") {
            words.append(looksLikeKey(part) && part != word ? "…" : part)
        }
        var shown = words.joined(separator: " ")
        if shown.count > longest { shown = shown.prefix(longest) + "…" }
        return shown.isEmpty ? nil : shown
    }

    private static func isQuoted(_ text: String, in message: [UInt8], _ run: Int) -> Bool {
        let text = Array(text.lowercased().utf8)
        guard text.count >= run else { return text.count >= 3 && contains(message, text[...]) }
        guard message.count >= run else { return false }
        var runs = Set<UInt64>()
        rolling(message, run) {
            runs.insert($0); return false
        }
        return rolling(text, run) { runs.contains($0) }
    }

    /// Calls `body` with a hash of every run of bytes until it returns true.
    @discardableResult
    private static func rolling(_ bytes: [UInt8], _ run: Int, _ body: (UInt64) -> Bool) -> Bool {
        let base: UInt64 = 0x9E37_79B9_7F4A_7C15
        // What the byte that leaves the run has been multiplied by.
        let leaving = (0..<run).reduce(UInt64(1)) { power, _ in power &* base }
        var hash: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            hash = hash &* base &+ UInt64(byte) &+ 1
            if index >= run { hash = hash &- (UInt64(bytes[index - run]) &+ 1) &* leaving }
            if index >= run - 1, body(hash) { return true }
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
