package import Domain
import Glibc

/// A whole file as memory that cannot be written; its pages are shared by every process that maps it.
package final class MappedFile: @unchecked Sendable {
    // SAFETY: the bytes are only read, and stay mapped until this object is gone.
    package let path: String
    package let bytes: UnsafeRawBufferPointer

    /// Throws `EmbeddingError(.model)` when there is no such file, or it is no file, or is empty.
    package init(path: String) throws(EmbeddingError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw EmbeddingError(.model, "Cannot open \(path): \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw EmbeddingError(.model, "\(path) is not a file.")
        }
        guard status.st_size > 0 else { throw EmbeddingError(.model, "\(path) is empty.") }
        let address = mmap(nil, status.st_size, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else {
            throw EmbeddingError(.model, "Cannot map \(path): \(String(cString: strerror(errno))).")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: status.st_size)
    }

    /// The same for bytes that are in no file, for tests and fuzzers; at least one.
    package init(copying content: [UInt8], named name: String) {
        path = name
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let address = mmap(nil, content.count, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let address, address != MAP_FAILED else { preconditionFailure("no memory for \(content.count) bytes") }
        address.copyMemory(from: content, byteCount: content.count)
        bytes = UnsafeRawBufferPointer(start: address, count: content.count)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
