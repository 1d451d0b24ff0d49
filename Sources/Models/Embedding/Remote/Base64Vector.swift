import Platform

/// Vectors as base64 (RFC 4648, section 4) of little-endian IEEE 754 single precision, as OpenAI sends them.
enum Base64Vector {
    static func decode(_ text: String) throws(UnusableAnswer) -> [Float] {
        guard let bytes = Base64.decode(text), bytes.count % 4 == 0 else {
            throw UnusableAnswer("has a vector that is not base64 of numbers of four bytes")
        }
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { offset in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
        }
    }
}
