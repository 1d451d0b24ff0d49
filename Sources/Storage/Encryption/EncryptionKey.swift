import CSodium
import Platform

/// The key that stored secrets are encrypted with.
struct EncryptionKey: Sendable {
    let bytes: [UInt8]
    /// Where it came from, for error texts.
    let origin: String

    /// Tells keys apart without giving them away; stands in front of what a key encrypted.
    var id: [UInt8] { Array(SHA256.hash(Array("roost encryption key id".utf8) + bytes).prefix(Self.idSize)) }

    static let idSize = 4
    static let size = Int(ROOST_SODIUM_KEY)

    /// The key of a text that the operator chose: 32 bytes in base64 or hexadecimal are the key itself, any other text is
    /// stretched to one, which takes a tenth of a second. Throws `EncryptionError`.
    init(text: String, origin: String) throws {
        self.origin = origin
        if let bytes = Self.plain(text) {
            self.bytes = bytes
            return
        }
        guard text.utf8.count >= 16 else {
            throw EncryptionError(
                .unusableKey,
                "\(origin) is too short for a key that encrypts: take 32 random bytes, as 'openssl rand -base64 32' "
                    + "prints them, or at least 16 characters.")
        }
        // The salt keeps this use apart from others; a text of one's own needs none that is secret.
        let salt = Array("roost encryption".utf8)
        var key = [UInt8](repeating: 0, count: Self.size)
        guard roost_sodium_stretch(&key, text, text.utf8.count, salt) == 0 else {
            throw EncryptionError(.unusableKey, "\(origin) could not be made a key: that takes 64 MB of memory.")
        }
        bytes = key
    }

    private static func plain(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        if text.utf8.count == 2 * size, digits.count == 2 * size {
            return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
        }
        return Base64.decode(text).flatMap { $0.count == size ? $0 : nil }
    }
}
