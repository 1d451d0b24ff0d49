/// A request that breaks the protocol or a limit: answered with this, then the connection is closed, because where the
/// next request would begin is not known.
struct ProtocolError: Error, Equatable {
    let status: Int
    let detail: String

    init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }
}

/// Reads HTTP/1.1 requests (RFC 9112) from pieces of any size. Strict where leniency would let two readers of the same
/// bytes see different requests. The result does not depend on where the pieces are cut.
struct RequestParser {
    enum Outcome {
        /// All input was taken; more is needed.
        case more
        case request(RequestHead, body: [UInt8])
        case failure(ProtocolError)
    }

    private enum Phase {
        case requestLine, fields, body, finished
    }

    let limits: Limits
    private var phase = Phase.requestLine
    private var head = RequestHead()
    /// The start of a line that has not ended yet.
    private var partial: [UInt8] = []
    private var headBytes = 0
    private var emptyLines = 0
    private var body = BodyParser()
    /// The client waits for `100 Continue` before it sends the body. The reader of this clears it.
    var awaitsContinue = false

    init(limits: Limits) { self.limits = limits }

    /// Nothing of a request has arrived yet (empty lines before it do not count).
    var isIdle: Bool { phase == .requestLine && partial.isEmpty }
    var isReadingBody: Bool { phase == .body }
    var bufferedBodyBytes: Int { body.bytes.count }

    /// Takes input; after `.request` the rest belongs to the next request, which needs a new parser (`reset`).
    mutating func feed(_ input: UnsafeBufferPointer<UInt8>) -> (consumed: Int, outcome: Outcome) {
        var position = 0
        do throws(ProtocolError) {
            while phase == .requestLine || phase == .fields {
                guard let line = try nextLine(input, &position) else { return (position, .more) }
                if line.isPartial {
                    let bytes = partial
                    partial = []
                    try bytes.withUnsafeBufferPointer { bytes throws(ProtocolError) in try takeLine(bytes) }
                } else {
                    try takeLine(UnsafeBufferPointer(rebasing: input[line.range]))
                }
            }
            if phase == .body {
                if position < input.count { awaitsContinue = false }
                if try !body.feed(UnsafeBufferPointer(rebasing: input[position...]), &position) {
                    return (position, .more)
                }
                awaitsContinue = false
            }
            phase = .finished
            return (position, .request(head, body: body.bytes))
        } catch {
            return (position, .failure(error))
        }
    }

    mutating func reset() {
        phase = .requestLine
        head = RequestHead()
        partial.removeAll(keepingCapacity: true)
        headBytes = 0
        emptyLines = 0
        body = BodyParser()
        awaitsContinue = false
    }

    /// The next line with its line end: in `input`, or in `partial` when its start came with an earlier piece.
    private mutating func nextLine(
        _ input: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws(ProtocolError) -> (isPartial: Bool, range: Range<Int>)? {
        let start = position
        guard start < input.count else { return nil }
        if phase == .requestLine, partial.isEmpty { try checkFirstByte(input[start]) }
        let rest = UnsafeBufferPointer(rebasing: input[start...])
        let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { start + $0 + 1 }
        position = end ?? input.count
        try checkSize(partial.count + position - start)
        if end != nil, partial.isEmpty { return (false, start..<position) }
        partial.append(contentsOf: input[start..<position])
        return end == nil ? nil : (true, 0..<partial.count)
    }

    private func checkFirstByte(_ byte: UInt8) throws(ProtocolError) {
        guard !ByteClass.isToken(byte), byte != 0x0D else { return }
        if byte == 0x16 {
            throw ProtocolError(400, "This port speaks plain HTTP, and the request began a TLS handshake.")
        }
        throw ProtocolError(400, "A request must begin with its method.")
    }

    private func checkSize(_ line: Int) throws(ProtocolError) {
        // The longest method and version, spaces and line end leave room for.
        if phase == .requestLine, line > limits.maximumTargetBytes + 64 { throw Self.targetTooLong(limits) }
        if headBytes + line > limits.maximumHeaderBytes {
            throw ProtocolError(431, "The header is longer than \(limits.maximumHeaderBytes) bytes.")
        }
    }

    static func targetTooLong(_ limits: Limits) -> ProtocolError {
        ProtocolError(414, "The request target is longer than \(limits.maximumTargetBytes) bytes.")
    }

    private mutating func takeLine(_ line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        guard line.count >= 2, line[line.count - 2] == 0x0D else {
            throw ProtocolError(400, "Lines of the header must end with CR LF.")
        }
        let text = UnsafeBufferPointer(rebasing: line[..<(line.count - 2)])
        headBytes += line.count
        if phase == .requestLine {
            if text.isEmpty {
                emptyLines += 1
                if emptyLines > 4 { throw ProtocolError(400, "Empty lines instead of a request.") }
            } else {
                try head.readRequestLine(text, limits: limits)
                head.headers.reserve(bytes: 384, fields: 12)
                phase = .fields
            }
        } else if text.isEmpty {
            try finishHead()
        } else {
            try head.readField(text)
        }
    }

    private mutating func finishHead() throws(ProtocolError) {
        try head.finish(limits: limits)
        body = BodyParser(framing: head.framing, limit: limits.maximumBodyBytes)
        awaitsContinue = head.expectsContinue && head.framing != .none
        phase = .body
    }
}
