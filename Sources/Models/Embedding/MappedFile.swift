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

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
