import Domain
import Platform
import Storage

extension Engine {
    /// Encrypts a value for its place. Throws `Refusal(.unavailable)` when there is no usable key.
    func seal(_ secret: Secret, at place: SecretBox.Place) async throws -> [UInt8] {
        try await withSecrets { try $0.seal(secret, at: place) }
    }

    /// Decrypts a value of a place. Throws `Refusal(.unavailable)` when it does not open.
    func unseal(_ sealed: [UInt8], at place: SecretBox.Place) async throws -> Secret {
        try await withSecrets { try $0.open(sealed, at: place) }
    }

    /// On a reader's thread: the key's file is read, or made, when it is first needed.
    private func withSecrets<Value: Sendable>(_ body: @escaping @Sendable (SecretBox) throws -> Value) async throws
        -> Value
    {
        do {
            return try await read { [store] _ in try body(store.secrets) }
        } catch let error as EncryptionError {
            log.error("encryption_failed", ("code", .string(error.code.rawValue)), ("message", .string(error.message)))
            throw Refusal(.unavailable, error.message)
        }
    }
}
