/// How words are compared: without case and Latin accents, as the text index compares them.
enum FoldedWord {
    /// The bytes of a text without case, accents and combining marks.
    static func bytes(_ text: some Sequence<Unicode.Scalar>) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in text { append(scalar, to: &result) }
        return result
    }

    static func bytes(_ text: String) -> [UInt8] { bytes(text.unicodeScalars) }

    /// The same for UTF-8, for words of a text that is read byte by byte.
    static func bytes(utf8 word: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        bytes(String(decoding: word, as: UTF8.self).unicodeScalars)
    }

    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        let value = scalar.value
        if value < 0x80 { return bytes.append(lowered(UInt8(value))) }
        switch value {
        case 0x300...0x36F: return
        case 0xC0...0x17F: return append(Int(value - 0xC0), of: latin, or: scalar, to: &bytes)
        case 0x1E00...0x1EFF: return append(Int(value - 0x1E00), of: latinAdditional, or: scalar, to: &bytes)
        // Greek and Cyrillic capitals stand at a fixed distance from their small letters.
        case 0x391...0x3A9, 0x410...0x42F: append(value + 32, to: &bytes)
        case 0x400...0x40F: append(value + 80, to: &bytes)
        default: append(value, to: &bytes)
        }
    }

    private static func append(
        _ place: Int, of table: [UInt8], or scalar: Unicode.Scalar, to bytes: inout [UInt8]
    ) {
        if table[place] == UInt8(ascii: ".") {
            append(smallLatin(scalar.value), to: &bytes)
        } else {
            bytes.append(table[place])
        }
    }

    /// The small letter of a Latin one without an accent, as ø of Ø.
    private static func smallLatin(_ value: UInt32) -> UInt32 {
        switch value {
        case 0xD7: value
        case 0xC0...0xDE: value + 32
        case 0x139...0x148, 0x179...0x17E: value % 2 == 1 ? value + 1 : value
        case 0x100...0x177: value | 1
        default: value
        }
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        if let scalar = Unicode.Scalar(value) { bytes.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
    }

    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Letters, digits, and every byte of a character beyond ASCII. (Signs beyond ASCII are not told apart from letters:
    /// they are rare inside of words, and what is compared is what both sides have.)
    static func isWordPart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || lowered(byte) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    /// The letters under the accents, from U+00C0 and from U+1E00 on; a dot where there are none.
    private static let latin: [UInt8] = Array(
        """
        aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.yaaaaaaccccccccdd..eeeeeeeeeegggggggg\
        hh..iiiiiiiii...jjkk.llllll....nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.
        """.utf8)
    private static let latinAdditional: [UInt8] = Array(
        """
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss\
        ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee\
        iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......
        """.utf8)
}
