/// Bytes as text (RFC 4648, section 4).
package enum Base64 {
    /// Nil for anything but base64 with its padding.
    package static func bytes(_ text: String) -> [UInt8]? {
        let utf8 = Array(text.utf8)
        guard utf8.count % 4 == 0 else { return nil }
        let padding = utf8.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count / 4 * 3)
        var word: UInt32 = 0
        for (index, sign) in utf8.dropLast(padding).enumerated() {
            let value = values[Int(sign)]
            guard value < 64 else { return nil }
            word = word << 6 | UInt32(value)
            guard index % 4 == 3 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
            word = 0
        }
        if padding == 1 {
            bytes.append(UInt8(truncatingIfNeeded: word >> 10))
            bytes.append(UInt8(truncatingIfNeeded: word >> 2))
        } else if padding == 2 {
            bytes.append(UInt8(truncatingIfNeeded: word >> 4))
        }
        return bytes
    }

    /// What each sign stands for; 255 for what is none of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, sign) in alphabet.utf8.enumerated() { values[Int(sign)] = UInt8(value) }
        return values
    }()
}
