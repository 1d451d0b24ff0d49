/// The label at the beginning of a text: who says it, as in `Ann: see you` and `[2 May 2026] Ann Lee: see you`. Whether it
/// is a speaker's name or a heading, one text cannot tell: the ranking counts how many texts have it.
struct TextLabel {
    /// Up to three words, folded; empty when the text has no label.
    private(set) var words: [[UInt8]] = []
    /// Where the text itself begins.
    private(set) var start = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        if bytes.first == UInt8(ascii: "["), let end = bytes.prefix(Self.longest).firstIndex(of: UInt8(ascii: "]")) {
            index = end + 1
            while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
        }
        start = index
        readWords(bytes, from: index)
    }

    private mutating func readWords(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int) {
        guard first < bytes.count, bytes[first] &- 0x41 < 26 || bytes[first] >= 0x80 else { return }
        var found: [[UInt8]] = []
        var begin = first
        for index in first..<min(bytes.count, first + Self.longest) {
            let byte = bytes[index]
            if FoldedWord.isWordPart(byte) {
                // A number is no part of a name.
                if index == begin, byte &- 0x30 < 10 { return }
                continue
            }
            let endsWord = byte == UInt8(ascii: " ") || byte == UInt8(ascii: ":")
            if endsWord {
                guard index > begin, found.count < 3 else { return }
                found.append(FoldedWord.bytes(utf8: UnsafeBufferPointer(rebasing: bytes[begin..<index])))
                begin = index + 1
                if byte == UInt8(ascii: " ") { continue }
                guard begin < bytes.count, Self.isSpace(bytes[begin]) else { return }
                words = found
                start = begin + 1
                return
            }
            guard index > begin, "._-'".utf8.contains(byte) else { return }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }

    /// More bytes than this hold no label.
    private static let longest = 64
}

extension TextLabel {
    /// Whether a text may be something said, by its beginning.
    static func starts(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { !TextLabel($0).words.isEmpty }
    }
}
