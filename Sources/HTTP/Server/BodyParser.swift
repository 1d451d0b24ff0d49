/// Takes the framing off a request body and holds its bytes, within a limit.
struct BodyParser {
    private enum Phase {
        case none
        case remaining(Int)
        /// The hexadecimal digits of a chunk's size, `digits` of them read.
        case size(value: Int, digits: Int)
        /// After the size: extensions, which mean nothing to us.
        case chunkExtension(count: Int)
        case sizeLineFeed(Int)
        case data(Int)
        case dataReturn
        case dataLineFeed
        case trailers
    }

    private(set) var bytes: [UInt8] = []
    private var phase = Phase.none
    private var limit = 0
    private var chunkSize = 0
    /// The line of a trailer that has not ended yet, and the bytes of those before it.
    private var trailer: [UInt8] = []
    private var trailerBytes = 0

    private static let maximumExtensionBytes = 256
    private static let maximumTrailerBytes = 8192

    init() {}

    init(framing: RequestHead.Framing, limit: Int) {
        self.limit = limit
        switch framing {
        case .none: phase = .none
        case .chunked: phase = .size(value: 0, digits: 0)
        case .length(let count):
            phase = .remaining(count)
            bytes.reserveCapacity(min(count, 256 << 10))
        }
    }

    static func tooLarge(_ limit: Int) -> ProtocolError {
        ProtocolError(413, "The body is larger than \(limit) bytes.")
    }

    /// Takes input and moves `position` by what it took; true when the body is complete.
    mutating func feed(
        _ input: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws(ProtocolError) -> Bool {
        var index = 0
        defer { position += index }
        while true {
            switch phase {
            case .none: return true
            case .remaining(let count):
                let taken = min(count, input.count - index)
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[index..<(index + taken)]))
                index += taken
                phase = taken == count ? .none : .remaining(count - taken)
                if taken < count { return false }
            case .data(let count):
                guard index < input.count else { return false }
                let taken = min(count, input.count - index)
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[index..<(index + taken)]))
                index += taken
                phase = taken == count ? .dataReturn : .data(count - taken)
            default:
                guard index < input.count else { return false }
                try step(input[index])
                index += 1
            }
        }
    }

    private mutating func step(_ byte: UInt8) throws(ProtocolError) {
        switch phase {
        case .size(let value, let digits): try readSize(byte, value, digits)
        case .chunkExtension(let count):
            if byte == 0x0D {
                phase = .sizeLineFeed(chunkSize)
            } else if count >= Self.maximumExtensionBytes || !ByteClass.isFieldValue(byte) {
                throw ProtocolError(400, "The extension of a chunk is too long or has a control character.")
            } else {
                phase = .chunkExtension(count: count + 1)
            }
        case .sizeLineFeed(let size):
            try expect(byte, 0x0A)
            phase = size == 0 ? .trailers : .data(size)
        case .dataReturn:
            try expect(byte, 0x0D)
            phase = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, 0x0A)
            phase = .size(value: 0, digits: 0)
        case .trailers: try readTrailer(byte)
        case .none, .remaining, .data: break
        }
    }

    private func expect(_ byte: UInt8, _ expected: UInt8) throws(ProtocolError) {
        guard byte == expected else { throw ProtocolError(400, "A chunk is not where its size says.") }
    }

    private mutating func readSize(_ byte: UInt8, _ value: Int, _ digits: Int) throws(ProtocolError) {
        if let digit = ByteClass.hex(byte) {
            guard digits < 15 else { throw ProtocolError(400, "The size of a chunk is not a number of bytes.") }
            phase = .size(value: value << 4 | Int(digit), digits: digits + 1)
            return
        }
        guard digits > 0, byte == 0x0D || byte == UInt8(ascii: ";") else {
            throw ProtocolError(400, "The size of a chunk is not a hexadecimal number.")
        }
        guard value <= limit - bytes.count else { throw Self.tooLarge(limit) }
        chunkSize = value
        phase = byte == 0x0D ? .sizeLineFeed(value) : .chunkExtension(count: 0)
    }

    /// Trailers are checked and dropped: nothing in the contract travels in them.
    private mutating func readTrailer(_ byte: UInt8) throws(ProtocolError) {
        trailer.append(byte)
        trailerBytes += 1
        if trailerBytes > Self.maximumTrailerBytes {
            throw ProtocolError(431, "The trailers are longer than \(Self.maximumTrailerBytes) bytes.")
        }
        guard byte == 0x0A else { return }
        guard trailer.count >= 2, trailer[trailer.count - 2] == 0x0D else {
            throw ProtocolError(400, "Lines of the trailers must end with CR LF.")
        }
        if trailer.count == 2 {
            phase = .none
        } else {
            var checked = RequestHead()
            try trailer.withUnsafeBufferPointer { bytes throws(ProtocolError) in
                try checked.readField(UnsafeBufferPointer(rebasing: bytes[..<(bytes.count - 2)]))
            }
            trailer.removeAll(keepingCapacity: true)
        }
    }
}
