import Glibc
import Platform

/// Reads a file line by line, without ever holding all of it. Blocks while it reads.
struct LineReader {
    /// As messages call it.
    let name: String
    private let file: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private(set) var number = 0
    private(set) var bytesRead = 0
    /// Bytes of the file; nil for a pipe.
    let size: Int?
    /// A line longer than this is a mistake, and would fill the memory.
    static let longest = 64 << 20

    /// - Parameter path: `-` is standard input. Throws `ImportProblem`.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ImportProblem(path, "cannot be read: \(String(cString: strerror(errno))).") }
        file = FileHandle(descriptor: descriptor)
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        size = isFile ? Int(status.st_size) : nil
        if status.st_mode & S_IFMT == S_IFDIR { throw ImportProblem(path, "is a folder, not a file.") }
    }

    /// The next line without its end; nil behind the last one. Throws `ImportProblem`.
    mutating func next() throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[start..<end]
                start = end + 1
                number += 1
                return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                number += 1
                return buffer[start...]
            }
            searched = buffer.count - start
            try fill()
        }
    }

    /// Moves what is left to the front and reads on.
    private mutating func fill() throws {
        buffer.removeFirst(start)
        start = 0
        guard buffer.count <= Self.longest else {
            throw ImportProblem("\(name):\(number + 1)", "is longer than \(Self.longest >> 20) MB.", endsSource: true)
        }
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(file.descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw ImportProblem(
                    "\(name):\(number + 1)", "cannot be read: \(String(cString: strerror(errno))).", endsSource: true)
            }
            isAtEnd = count == 0
            bytesRead += count
            buffer += chunk[..<count]
            return
        }
    }

    /// Closes the file when the reader is gone; leaves standard input open.
    private final class FileHandle {
        let descriptor: Int32
        init(descriptor: Int32) { self.descriptor = descriptor }
        deinit { if descriptor != 0 { close(descriptor) } }
    }
}
