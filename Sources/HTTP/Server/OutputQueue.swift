/// The bytes that wait to be written to one peer.
struct OutputQueue {
    private var segments: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    /// More than one segment waits, so what is sent now need not leave in a packet of its own.
    var hasMore: Bool { segments.count - first > 1 }

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        count += bytes.count
        let last = segments.count - 1
        if last > first, segments[last].count + bytes.count <= 16 << 10 {
            segments[last].append(contentsOf: bytes)
        } else {
            segments.append(bytes)
        }
    }

    /// The next bytes to write.
    func withFirst<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        segments[first].withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    }

    mutating func advance(by written: Int) {
        count -= written
        offset += written
        guard offset == segments[first].count else { return }
        offset = 0
        first += 1
        if first == segments.count {
            segments.removeAll(keepingCapacity: true)
            first = 0
        } else {
            segments[first - 1] = []
            if first > 32 {
                segments.removeFirst(first)
                first = 0
            }
        }
    }

    mutating func removeAll() { self = OutputQueue() }
}
