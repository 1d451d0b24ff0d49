package import Domain
import Glibc
import Platform

/// Where the key of stored secrets comes from: what the operator set, else a file that is made when it is first needed.
package struct EncryptionKeySource: Sendable {
    /// What the operator set, and the name of the setting it came from.
    package var key: Secret?
    package var setting = "encryption-key"
    package var file: String

    package init(file: String) { self.file = file }

    /// Whether there is a key. Blocks. Throws `EncryptionError` for one that cannot be used.
    package func check() throws -> Bool {
        if key == nil, !FileText.exists(file) { return false }
        try SecretBox.loadLibrary()
        _ = try key(makes: false)
        return true
    }

    /// The library has to be loaded. Blocks. Throws `EncryptionError` for a key that cannot be used, and when there is none and none is to be made.
    func key(makes: Bool) throws -> EncryptionKey {
        if let key { return try EncryptionKey(text: key.reveal, origin: setting) }
        do {
            if FileText.exists(file) { return try read() }
            guard makes else {
                throw EncryptionError(
                    .unusableKey,
                    "\(file), the key of what is encrypted in the database, is missing. Put it back from a backup, or set "
                        + "ROOST_ENCRYPTION_KEY to what is in it. Without it the keys have to be given anew.")
            }
            try make()
            return try read()
        } catch let error as FileError {
            throw EncryptionError(.unusableKey, "The encryption key: \(error)")
        }
    }

    private func read() throws -> EncryptionKey {
        if let mode = FileText.mode(file), mode & 0o077 != 0 {
            throw EncryptionError(
                .unusableKey,
                "Others can read or write \(file), the key of what is encrypted in the database: chmod 600 \(file)")
        }
        let line = try FileText.readText(file).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard let bytes = Base64.decode(line), bytes.count == EncryptionKey.size else {
            throw EncryptionError(
                .unusableKey,
                "\(file) is not a key: it holds one line, 32 bytes in base64. Put it back from a backup.")
        }
        return try EncryptionKey(text: line, origin: file)
    }

    /// Makes the file. Of several processes that make it at once one wins, and all use that one's: a link to a whole draft
    /// cannot replace a file that is there.
    private func make() throws {
        if let slash = file.lastIndex(of: "/") { try FileText.makeFolder(String(file[..<slash])) }
        let draft = file + ".new-" + Identifier.uuid()
        defer { unlink(draft) }
        let line = Base64.encode(Identifier.randomBytes(EncryptionKey.size)) + "\n"
        try FileText.writePrivate(Array(line.utf8), to: draft)
        guard link(draft, file) == 0 || errno == EEXIST else {
            throw FileError("Cannot write \(file): \(FileText.reason()).")
        }
        try syncFolder()
    }

    /// What a key encrypted is nothing without it: the file's name has to be on the disk before that.
    private func syncFolder() throws {
        let folder = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("Cannot read \(folder): \(FileText.reason()).") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError("Cannot write \(folder): \(FileText.reason()).") }
    }
}
