package import Domain
import Glibc
package import Platform

/// Makes a `ModelFile`: sections one after the other, then `finish`. Nobody sees the file before it is complete and on
/// disk; two processes may write the same one at the same time.
package struct ModelFileWriter: ~Copyable {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var end = ModelFileLayout.alignment
    private var table: [UInt8] = []
    private var count = 0

    /// Begins a file beside `path`. Throws `EmbeddingError(.model)` when that folder takes none.
    package init(path: String) throws(EmbeddingError) {
        self.path = path
        temporary = "\(path).\(Identifier.uuid()).new"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failed("create", path) }
    }

    deinit {
        close(descriptor)
        // Gone already when it was finished.
        unlink(temporary)
    }

    /// Adds a section; the name has at most 32 bytes and is used once.
    package mutating func add(_ name: String, _ bytes: UnsafeRawBufferPointer) throws(EmbeddingError) {
        precondition(name.utf8.count <= 32, "the name of a section is too long")
        try write(bytes, at: end)
        table += Array(name.utf8) + [UInt8](repeating: 0, count: 32 - name.utf8.count)
        append(UInt64(end))
        append(UInt64(bytes.count))
        append(ModelFileLayout.hash(bytes))
        append(0)
        count += 1
        end = Self.aligned(end + bytes.count)
    }

    package mutating func add(_ name: String, _ values: [some BitwiseCopyable]) throws(EmbeddingError) {
        var outcome: Result<Void, EmbeddingError> = .success(())
        values.withUnsafeBytes { bytes in
            do throws(EmbeddingError) { try add(name, bytes) } catch { outcome = .failure(error) }
        }
        try outcome.get()
    }

    /// Writes the table and the header, and gives the file its name.
    package consuming func finish(metadata: JSONValue) throws(EmbeddingError) {
        try add(ModelFileLayout.metadata, Array(metadata.text.utf8))
        let tableStart = end
        try write(table, at: tableStart)
        var header = ModelFileLayout.magic
        Self.append(UInt64(ModelFileLayout.version) | UInt64(count) << 32, to: &header)
        Self.append(UInt64(tableStart + table.count), to: &header)
        Self.append(UInt64(tableStart), to: &header)
        Self.append(table.withUnsafeBytes { ModelFileLayout.hash($0) }, to: &header)
        header += [UInt8](repeating: 0, count: 16)
        Self.append(header.withUnsafeBytes { ModelFileLayout.hash($0) }, to: &header)
        try write(header, at: 0)
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.failed("write", path) }
    }

    // MARK: Bytes

    private static func aligned(_ offset: Int) -> Int {
        (offset + ModelFileLayout.alignment - 1) / ModelFileLayout.alignment * ModelFileLayout.alignment
    }

    private mutating func append(_ number: UInt64) { Self.append(number, to: &table) }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(EmbeddingError) {
        var outcome: Result<Void, EmbeddingError> = .success(())
        bytes.withUnsafeBytes { bytes in
            do throws(EmbeddingError) { try write(bytes, at: offset) } catch { outcome = .failure(error) }
        }
        try outcome.get()
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(EmbeddingError) {
        guard let start = bytes.baseAddress else { return }
        var sent = 0
        while sent < bytes.count {
            let written = pwrite(descriptor, start + sent, bytes.count - sent, off_t(offset + sent))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failed("write", path) }
            sent += written
        }
    }

    private static func failed(_ verb: String, _ path: String) -> EmbeddingError {
        EmbeddingError(.model, "Cannot \(verb) \(path): \(String(cString: strerror(errno))).")
    }
}
