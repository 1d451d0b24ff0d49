/// Reads a JSON string that comes in piece by piece, from after its opening quote.
package struct JSONStringPieces: Sendable {
    /// An escape that is not whole yet, from its backslash on.
    private var escape: [UInt8] = []
    /// The first half of a surrogate pair.
    private var high: UInt16?

    package init() {}

    /// Takes the next byte and adds what it brings to a text in UTF-8; true for the closing quote. What is no escape
    /// of JSON, and half of a pair, becomes U+FFFD.
    package mutating func take(_ byte: UInt8, _ text: inout [UInt8]) -> Bool {
        if escape.isEmpty {
            if byte == UInt8(ascii: "\\") {
                escape = [byte]
                return false
            }
            giveUpHalf(&text)
            if byte == UInt8(ascii: "\"") { return true }
            text.append(byte)
            return false
        }
        escape.append(byte)
        if escape[1] != UInt8(ascii: "u") {
            giveUpHalf(&text)
            if let plain = Self.plain(byte) { text.append(plain) } else { text += Self.unknown }
            escape = []
        } else if escape.count == 6 {
            takeUnit(UInt16(String(decoding: escape[2...], as: UTF8.self), radix: 16), &text)
            escape = []
        }
        return false
    }

    private mutating func takeUnit(_ unit: UInt16?, _ text: inout [UInt8]) {
        if let first = high, let unit, UTF16.isTrailSurrogate(unit) {
            high = nil
            text += Array(String(decoding: [first, unit], as: UTF16.self).utf8)
            return
        }
        giveUpHalf(&text)
        guard let unit else {
            text += Self.unknown
            return
        }
        if UTF16.isLeadSurrogate(unit) {
            high = unit
        } else {
            text += Array(String(decoding: [unit], as: UTF16.self).utf8)
        }
    }

    private mutating func giveUpHalf(_ text: inout [UInt8]) {
        if high == nil { return }
        high = nil
        text += Self.unknown
    }

    private static let unknown = Array("\u{FFFD}".utf8)

    private static func plain(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        default: nil
        }
    }
}
