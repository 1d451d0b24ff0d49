import Glibc
import Platform

/// The file that a session is written to while it goes on: read from where the last reader stopped.
struct TranscriptFile: Sendable {
    let path: String

    /// A longer line is left out: nobody wrote that much.
    private static let longestLine = 8 << 20
    private static let chunk = 1 << 20
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
        begin: (_ isAnew: Bool) -> Void, line body: (_ line: [UInt8], _ offset: Int) -> Void
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
        var pending: [UInt8] = []
        var isSkipping = false
        var place = reading.offset
        let most = place + Self.mostBytes
        while place < size {
            if place >= most || ContinuousClock.now >= end { return reading }
            let bytes = Self.bytes(descriptor, at: place, count: min(Self.chunk, size - place))
            if bytes.isEmpty { break }
            place += bytes.count
            var start = 0
            while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if !isSkipping {
                    pending += bytes[start..<newline]
                    if !pending.isEmpty { body(pending, reading.offset) }
                }
                pending.removeAll(keepingCapacity: true)
                isSkipping = false
                start = newline + 1
                reading.offset = place - bytes.count + start
            }
            if isSkipping || pending.count + bytes.count - start > Self.longestLine {
                isSkipping = true
                pending.removeAll()
            } else {
                pending += bytes[start...]
            }
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
            while filled < count {
                let read = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if read < 0, errno == EINTR { continue }
                if read <= 0 { break }
                filled += read
            }
        }
    }
}
