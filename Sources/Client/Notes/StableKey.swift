import Platform

/// A short name for some texts: the same in every process for the same texts in the same order, and for no others.
enum StableKey {
    /// 32 hexadecimal digits.
    static func of(_ parts: [String]) -> String {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += part.utf8
            // Not a byte of UTF-8: ends a part.
            bytes.append(0xFF)
        }
        return SHA256.digits(bytes, count: 32)
    }

    static func of(_ text: String) -> String { of([text]) }
}
