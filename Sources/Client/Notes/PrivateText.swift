import Platform

/// What stands between `<private>` and `</private>` in a prompt: never stored, nor where somebody repeats it.
package struct PrivateText: Sendable, Equatable {
    static let mark = "[private]"
    /// Shorter ones would take common words out of every text.
    private static let least = 6

    /// What must not appear, the longest first.
    private(set) var phrases: [String] = []

    package init() {}

    /// The private parts of a prompt. One that is not closed goes on to the end; they may be nested, in any case.
    package init(of prompt: String) {
        for part in Self.split(prompt) where part.isPrivate { add(part.text) }
    }

    var isEmpty: Bool { phrases.isEmpty }

    /// Lines and telling words of a text that must not be repeated.
    mutating func add(_ text: String) {
        var found = phrases
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmed
            if line.count >= Self.least { found.append(line) }
            // A password is quoted without the words around it.
            for word in line.split(whereSeparator: { $0.isWhitespace || "\"'`,;()".contains($0) }) {
                let word = String(word)
                if word.count >= Self.least, word.contains(where: \.isNumber) { found.append(word) }
            }
        }
        phrases = Array(found.uniqued.prefix(500)).sorted { $0.utf8.count > $1.utf8.count }
    }

    mutating func add(_ other: PrivateText) {
        phrases = (phrases + other.phrases).uniqued.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// A prompt without its private parts.
    /// - Parameter mark: what stands in their places.
    static func removed(from prompt: String, mark: String = PrivateText.mark) -> String {
        guard mentions(prompt) else { return prompt }
        return split(prompt).map { $0.isPrivate ? mark : $0.text }.joined()
    }

    /// A text of somebody else without what is private.
    package func removed(from text: String) -> String {
        var text = text
        for phrase in phrases where text.contains(phrase) {
            text = text.split(separator: phrase, omittingEmptySubsequences: false).joined(separator: Self.mark)
        }
        return text
    }

    package static func mentions(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.contains { tag(bytes, $0) != nil }
    }

    private static func split(_ text: String) -> [(text: String, isPrivate: Bool)] {
        let bytes = Array(text.utf8)
        var parts: [(text: String, isPrivate: Bool)] = []
        var depth = 0
        var start = 0
        func end(at place: Int) {
            if place > start { parts.append((String(decoding: bytes[start..<place], as: UTF8.self), depth > 0)) }
        }
        var at = 0
        while at < bytes.count {
            guard let (length, opens) = tag(bytes, at) else {
                at += 1
                continue
            }
            if opens {
                if depth == 0 {
                    end(at: at)
                    start = at + length
                }
                depth += 1
            } else {
                if depth == 1 || depth == 0 {
                    end(at: at)
                    start = at + length
                }
                depth = max(0, depth - 1)
            }
            at += length
        }
        end(at: bytes.count)
        return parts
    }

    /// Length and kind of the tag that begins at a place.
    private static func tag(_ bytes: [UInt8], _ at: Int) -> (length: Int, opens: Bool)? {
        guard bytes[at] == UInt8(ascii: "<") else { return nil }
        var place = at + 1
        func skipSpace() {
            while place < bytes.count, bytes[place] == 0x20 || (0x09...0x0D).contains(bytes[place]) { place += 1 }
        }
        skipSpace()
        let closes = place < bytes.count && bytes[place] == UInt8(ascii: "/")
        if closes { place += 1 }
        skipSpace()
        for letter in "private".utf8 {
            guard place < bytes.count, bytes[place] | 0x20 == letter else { return nil }
            place += 1
        }
        let end = place
        skipSpace()
        // Attributes mean nothing, and make no prompt less private; words without a value are no attributes.
        var hasValue = false
        while place < bytes.count, bytes[place] != UInt8(ascii: ">") {
            if bytes[place] == UInt8(ascii: "<") || place == end { return nil }
            if bytes[place] == UInt8(ascii: "=") { hasValue = true }
            place += 1
            if place < bytes.count, bytes[place] == UInt8(ascii: ">"), !hasValue { return nil }
        }
        guard place < bytes.count else { return nil }
        return (place + 1 - at, !closes)
    }
}
