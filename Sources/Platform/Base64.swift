/// Bytes as base64 (RFC 4648, section 4).
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var word = UInt32(bytes[start]) << 16
            if count > 1 { word |= UInt32(bytes[start + 1]) << 8 }
            if count > 2 { word |= UInt32(bytes[start + 2]) }
            for place in 0..<4 {
                let sign = place <= count ? alphabet[Int(word >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "=")
                text.append(sign)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything but base64 with its padding; line ends within it are passed over.
    package static func decode(_ text: String) -> [UInt8]? {
        let signs = text.utf8.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard signs.count % 4 == 0 else { return nil }
        let padding = signs.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(signs.count / 4 * 3)
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for sign in signs.dropLast(padding) {
            let value = values[Int(sign)]
            guard value < 64 else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: word >> bits))
        }
        return bytes
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// What each sign stands for; 255 for what is none of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, sign) in alphabet.enumerated() { values[Int(sign)] = UInt8(value) }
        return values
    }()
}
