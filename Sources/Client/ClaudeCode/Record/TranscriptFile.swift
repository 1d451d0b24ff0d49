import Glibc
import Platform

/// The file that a session is written to while it goes on: read from where the last reader stopped.
struct TranscriptFile: Sendable {
    let path: String

    /// A longer line is left out: nobody wrote that much.
    private static let longestLine = 8 << 20
    /// What is read at once: so little that it stays in the processor's cache.
    private static let chunk = 128 << 10
    /// What one hook reads at most; the next one goes on.
    static let mostBytes = 32 << 20

    struct Reading {
        /// Behind the last whole line that was read.
        var offset: Int
        var identity: String
        /// The file is another one than before, or was cut: it was read from its beginning.
        var isAnew: Bool
        var isAtEnd: Bool
    }

    /// Gives every whole line since an offset. Nil when there is no file that can be read.
    func read(
        from offset: Int, identity: String, until end: ContinuousClock.Instant,
        begin: (_ isAnew: Bool) -> Void, line body: (_ line: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Void
    ) -> Reading? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = Int(status.st_size)
        let found = Self.identity(descriptor)
        // A file that was shorter than its identity's bytes when it was seen first has another one now.
        let isSame = identity.isEmpty || found == identity
        let isAnew = offset > 0 && (size < offset || !isSame)
        var reading = Reading(offset: isAnew ? 0 : offset, identity: found, isAnew: isAnew, isAtEnd: false)
        begin(isAnew)
        var lines = LineSplitter(longest: Self.longestLine)
        var place = reading.offset
        let most = place + Self.mostBytes
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: min(Self.chunk, max(0, size - place)))
        defer { buffer.deallocate() }
        while place < size {
            if place >= most || ContinuousClock.now >= end { return reading }
            let count = Self.fill(buffer, min(buffer.count, size - place), descriptor, at: place)
            if count == 0 { break }
            let bytes = UnsafeBufferPointer(rebasing: buffer[..<count])
            lines.add(bytes) { line, next in
                if !line.isEmpty { body(line, reading.offset) }
                reading.offset = place + next
            }
            place += count
        }
        reading.isAtEnd = true
        return reading
    }

    /// The line that begins at an offset, or the first ones behind it.
    func lines(from offset: Int, most: Int) -> [[UInt8]] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let bytes = Self.bytes(descriptor, at: offset, count: most)
        return bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// Bytes that there are; 0 when there is no file.
    var size: Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The first record names the session and its time.
    private static func identity(_ descriptor: Int32) -> String {
        let head = bytes(descriptor, at: 0, count: 4096)
        guard let newline = head.firstIndex(of: UInt8(ascii: "\n")) else {
            return head.count < 4096 ? "" : StableKey.of([String(decoding: head, as: UTF8.self)])
        }
        return StableKey.of([String(decoding: head[..<newline], as: UTF8.self)])
    }

    private static func bytes(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = fill(buffer, count, descriptor, at: offset)
        }
    }

    /// Bytes that were read: fewer at the file's end.
    private static func fill(
        _ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: Int, _ descriptor: Int32, at offset: Int
    ) -> Int {
        var filled = 0
        while filled < count {
            let read = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
            if read < 0, errno == EINTR { continue }
            if read <= 0 { break }
            filled += read
        }
        return filled
    }
}

/// The lines of a text that comes in parts. A line that is whole in one part is not copied.
private struct LineSplitter {
    private let longest: Int
    /// The beginning of a line whose end has not come yet.
    private var pending: [UInt8] = []
    private var isSkipping = false

    init(longest: Int) { self.longest = longest }

    /// Gives every line that ends in this part, empty when it is too long, and the place behind it.
    mutating func add(
        _ part: UnsafeBufferPointer<UInt8>, line body: (_ line: UnsafeBufferPointer<UInt8>, _ next: Int) -> Void
    ) {
        var rest = part[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<newline]
            if isSkipping {
                body(UnsafeBufferPointer(start: nil, count: 0), newline + 1)
            } else if pending.isEmpty {
                body(UnsafeBufferPointer(rebasing: line), newline + 1)
            } else {
                pending += line
                pending.withUnsafeBufferPointer { body($0, newline + 1) }
            }
            pending.removeAll(keepingCapacity: true)
            isSkipping = false
            rest = rest[(newline + 1)...]
        }
        if isSkipping || pending.count + rest.count > longest {
            isSkipping = true
            pending.removeAll()
        } else {
            pending += rest
        }
    }
}
