import Glibc

/// The lock of a file that several processes change, one at a time. The system lets it go when its holder dies.
package enum FileLock {
    /// Runs `body` while this process holds the lock, which is a file of its own beside what it protects. Blocks until the
    /// others are done. Throws `FileError` when the lock file cannot be made.
    package static func hold<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("Cannot write \(path): \(FileText.reason()).") }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw FileError("Cannot lock \(path): \(FileText.reason()).") }
        }
        return try body()
    }

    /// Runs `body` while this process holds the lock; nil when another one has it, or it cannot be made.
    package static func holdIfFree<Value>(_ path: String, _ body: () async throws -> Value) async rethrows -> Value? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        return try await body()
    }
}

/// A lock that is held until this is let go of, or the process ends.
package final class HeldFileLock: Sendable {
    private let descriptor: Int32

    /// Nil when another process holds it. Throws `FileError` when the lock file cannot be made.
    package init?(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("Cannot write \(path): \(FileText.reason()).") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { close(descriptor) }
}
