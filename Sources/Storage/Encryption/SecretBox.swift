import CSodium
package import Domain
import Platform

/// Encrypts the secrets that the database keeps: XChaCha20-Poly1305, each bound to its place, so that a value moved to
/// another row does not open. docs/design/encryption.md has the form.
///
/// The key is read, or made, when it is first needed; both block for a moment, so call this where blocking is allowed: in
/// the closure of a read, not on the cooperative pool.
package final class SecretBox: Sendable {
    /// Where a value stands; it is authenticated with it.
    package struct Place: Sendable, Equatable {
        package let organization: String
        /// The table, in the singular.
        package let kind: String
        package let id: String
        package let field: String

        package init(organization: String, kind: String, id: String, field: String) {
            self.organization = organization
            self.kind = kind
            self.id = id
            self.field = field
        }

        /// Each part with its length before it: no two places have the same bytes.
        fileprivate var bytes: [UInt8] {
            var bytes: [UInt8] = []
            for part in [organization, kind, id, field] {
                withUnsafeBytes(of: UInt32(part.utf8.count).littleEndian) { bytes += $0 }
                bytes += part.utf8
            }
            return bytes
        }
    }

    private static let version: UInt8 = 1
    private static let headSize = 1 + EncryptionKey.idSize
    private static let nonceSize = Int(ROOST_SODIUM_NONCE)
    private static let tagSize = Int(ROOST_SODIUM_TAG)

    private let source: EncryptionKeySource
    private let known = Lock<EncryptionKey?>(nil)

    package init(_ source: EncryptionKeySource) { self.source = source }

    /// Encrypts a value for its place, making the key file when there is none. Throws `EncryptionError`.
    package func seal(_ secret: Secret, at place: Place) throws -> [UInt8] {
        let key = try key(makes: true)
        let message = Array(secret.reveal.utf8)
        let head = [Self.version] + key.id
        let nonce = Identifier.randomBytes(Self.nonceSize)
        let context = head + place.bytes
        let sealed = [UInt8](unsafeUninitializedCapacity: message.count + Self.tagSize) { buffer, filled in
            roost_sodium_seal(buffer.baseAddress, message, message.count, context, context.count, nonce, key.bytes)
            filled = message.count + Self.tagSize
        }
        return head + nonce + sealed
    }

    /// Throws `EncryptionError` when the value was not sealed for this place with this key.
    package func open(_ sealed: [UInt8], at place: Place) throws -> Secret {
        guard sealed.count >= Self.headSize + Self.nonceSize + Self.tagSize, sealed[0] == Self.version else {
            throw damaged(place)
        }
        let key = try key(makes: false)
        let head = Array(sealed[..<Self.headSize])
        guard Array(head.dropFirst()) == key.id else {
            throw EncryptionError(
                .otherKey,
                "The \(place.field) of the \(place.kind) \(place.id) was encrypted with another key than \(key.origin). "
                    + "Put that key back (the file, or ROOST_ENCRYPTION_KEY), or store the value anew.")
        }
        let nonce = Array(sealed[Self.headSize..<Self.headSize + Self.nonceSize])
        let rest = Array(sealed[(Self.headSize + Self.nonceSize)...])
        let context = head + place.bytes
        var isOpen = false
        let message = [UInt8](unsafeUninitializedCapacity: rest.count - Self.tagSize) { buffer, filled in
            isOpen =
                roost_sodium_open(buffer.baseAddress, rest, rest.count, context, context.count, nonce, key.bytes) == 0
            filled = isOpen ? rest.count - Self.tagSize : 0
        }
        guard isOpen, let text = String(validating: message, as: UTF8.self) else { throw damaged(place) }
        return Secret(text)
    }

    private func damaged(_ place: Place) -> EncryptionError {
        EncryptionError(
            .damaged,
            "The \(place.field) of the \(place.kind) \(place.id) is not what was encrypted there: the database was changed "
                + "or damaged. Store the value anew, or restore a backup.")
    }

    /// Not under the lock, which nothing may wait in: two that need it first at once both read it.
    private func key(makes: Bool) throws -> EncryptionKey {
        if let key = known.withLock({ $0 }) { return key }
        try Self.loadLibrary()
        let key = try source.key(makes: makes)
        known.withLock { $0 = key }
        return key
    }

    static func loadLibrary() throws {
        var problem = [CChar](repeating: 0, count: 256)
        guard roost_sodium_load(&problem, problem.count) == 0 else {
            let text = String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw EncryptionError(.noLibrary, text)
        }
    }
}
