import Platform

/// A short name for some texts, the same in every process.
package enum StableKey {
    package static func of(_ parts: [String]) -> String {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += part.utf8
            bytes.append(0xFF)
        }
        return SHA256.hash(bytes).prefix(12).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
