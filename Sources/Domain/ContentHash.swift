import Platform

/// What a text and its purpose are known by in a cache of vectors: the SHA-256 of both. Texts that differ in one byte
/// differ in it, and the text cannot be read from it.
package struct ContentHash: Sendable, Hashable {
    /// 32 bytes.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(of text: String, as purpose: EmbeddingPurpose) {
        let mark: UInt8 =
            switch purpose {
            case .passage: UInt8(ascii: "p")
            case .query: UInt8(ascii: "q")
            }
        bytes = SHA256.hash([mark] + Array(text.utf8))
    }
}
