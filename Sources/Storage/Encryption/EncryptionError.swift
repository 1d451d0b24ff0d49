/// A value could not be encrypted or decrypted. Its text names files and settings, never what is in them.
package struct EncryptionError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The library is not there.
        case noLibrary
        /// There is no key, or it has a wrong form or mode.
        case unusableKey
        /// Encrypted with another key.
        case otherKey
        /// Not what was encrypted: changed, cut, or moved from another row.
        case damaged
    }

    package let code: Code
    /// What happened and what to do.
    package let message: String
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
