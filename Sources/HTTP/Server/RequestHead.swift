/// The request line and the fields, checked, and what follows from them for the connection.
struct RequestHead {
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    var method = Method.get
    var path = ""
    var query = ""
    var headers = Headers()
    var isVersion10 = false
    private(set) var framing = Framing.none
    private(set) var keepAlive = true
    private(set) var expectsContinue = false
    private(set) var isGzipped = false
    private var authority: String?

    private static let maximumFields = 256

    mutating func readRequestLine(_ line: UnsafeBufferPointer<UInt8>, limits: Limits) throws(ProtocolError) {
        guard let first = line.firstIndex(of: 0x20), let last = line.lastIndex(of: 0x20), first < last else {
            throw ProtocolError(400, "The request line must be: method, target and version, one space between.")
        }
        let name = line[..<first]
        guard !name.isEmpty, name.allSatisfy(ByteClass.isToken) else {
            throw ProtocolError(400, "The method is not a token.")
        }
        let target = UnsafeBufferPointer(rebasing: line[(first + 1)..<last])
        if target.count > limits.maximumTargetBytes { throw RequestParser.targetTooLong(limits) }
        try readVersion(UnsafeBufferPointer(rebasing: line[(last + 1)...]))
        guard let method = Self.method(UnsafeBufferPointer(rebasing: name)) else {
            // RFC 9110 has 501 for methods unknown to the server; V1 answers 405 to every one that a route lacks.
            throw ProtocolError(405, "Method Not Allowed; methods are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.")
        }
        self.method = method
        try readTarget(target)
    }

    private static func method(_ name: UnsafeBufferPointer<UInt8>) -> Method? {
        for method in Method.allCases where name.elementsEqual(method.rawValue.utf8) { return method }
        return nil
    }

    private mutating func readVersion(_ version: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        if version.elementsEqual("HTTP/1.1".utf8) { return }
        if version.elementsEqual("HTTP/1.0".utf8) {
            isVersion10 = true
        } else if version.count == 8, version.starts(with: "HTTP/".utf8), ByteClass.isDigit(version[5]),
            version[6] == UInt8(ascii: "."), ByteClass.isDigit(version[7])
        {
            throw ProtocolError(505, "Versions are HTTP/1.1 and HTTP/1.0.")
        } else {
            throw ProtocolError(400, "The request line must end with HTTP/1.1.")
        }
    }

    private mutating func readTarget(_ target: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        guard let first = target.first, target.allSatisfy(ByteClass.isTarget) else {
            throw ProtocolError(400, "The request target must be visible ASCII; percent-encode everything else.")
        }
        var rest = target[...]
        if first == UInt8(ascii: "*"), target.count == 1, method == .options {
            path = "*"
            return
        }
        if first != UInt8(ascii: "/") {
            let scheme = [("http://", 7), ("https://", 8)].first { name, count in
                target.count > count && ByteClass.equal(target[..<count], name)
            }
            guard let scheme else {
                throw ProtocolError(400, "The request target must begin with a slash, or with http://.")
            }
            rest = target[scheme.1...]
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            authority = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[end...]
        }
        let question = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        path = question == rest.startIndex ? "/" : String(decoding: rest[..<question], as: UTF8.self)
        if question < rest.endIndex { query = String(decoding: rest[(question + 1)...], as: UTF8.self) }
    }

    mutating func readField(_ line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        if line[0] == 0x20 || line[0] == 0x09 {
            throw ProtocolError(400, "A field must not be continued on a second line.")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
            throw ProtocolError(400, "A field of the header has no name.")
        }
        guard line[..<colon].allSatisfy(ByteClass.isToken) else {
            throw ProtocolError(
                400, "The name of a field has a character that is not allowed, or a space before the colon.")
        }
        var start = colon + 1
        var end = line.count
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        let value = UnsafeBufferPointer(rebasing: line[start..<end])
        guard value.allSatisfy(ByteClass.isFieldValue) else {
            throw ProtocolError(400, "The value of a field has a control character.")
        }
        guard headers.count < Self.maximumFields else {
            throw ProtocolError(431, "The header has more than \(Self.maximumFields) fields.")
        }
        headers.append(name: UnsafeBufferPointer(rebasing: line[..<colon]), value: value)
    }
}

extension RequestHead {
    /// The checks that need all fields.
    mutating func finish(limits: Limits) throws(ProtocolError) {
        try checkHost()
        try readFraming(limits)
        keepAlive =
            isVersion10
            ? headers.listContains("connection", "keep-alive") && !headers.listContains("connection", "close")
            : !headers.listContains("connection", "close")
        if !isVersion10, let expect = headers["expect"] {
            guard expect.lowercased() == "100-continue" else {
                throw ProtocolError(417, "The only expectation that can be met is 100-continue.")
            }
            expectsContinue = true
        }
        try readContentEncoding()
    }

    private mutating func checkHost() throws(ProtocolError) {
        let count = headers.occurrences("host")
        guard count == 1 || count == 0 && isVersion10 else {
            throw ProtocolError(400, count == 0 ? "The field Host is missing." : "There is more than one field Host.")
        }
        if let host = headers.first("host"), !headers.bytes[host.value].allSatisfy(Self.isHost) {
            throw ProtocolError(400, "The field Host is not a host name with an optional port.")
        }
        if let authority {
            guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isHost) else {
                throw ProtocolError(400, "The host of the request target is not a host name with an optional port.")
            }
            headers.set("host", authority)
        }
    }

    /// A letter of a registered name, an address literal or a port; no user information.
    private static func isHost(_ byte: UInt8) -> Bool {
        ByteClass.isTarget(byte) && !"/?@\\\"<>^`{|},".utf8.contains(byte)
    }

    private mutating func readFraming(_ limits: Limits) throws(ProtocolError) {
        let lengths = headers.occurrences("content-length")
        if let coding = headers.first("transfer-encoding") {
            guard lengths == 0 else {
                throw ProtocolError(400, "Content-Length and Transfer-Encoding must not both be given.")
            }
            guard !isVersion10 else { throw ProtocolError(400, "HTTP/1.0 has no Transfer-Encoding.") }
            guard headers.occurrences("transfer-encoding") == 1,
                ByteClass.equal(headers.bytes[coding.value], "chunked")
            else { throw ProtocolError(400, "The only transfer coding is chunked.") }
            framing = .chunked
        } else if let length = headers.first("content-length") {
            guard lengths == 1 else { throw ProtocolError(400, "There is more than one Content-Length.") }
            let count = try Self.length(headers.bytes[length.value])
            guard count <= limits.maximumBodyBytes else { throw BodyParser.tooLarge(limits.maximumBodyBytes) }
            framing = count == 0 ? .none : .length(count)
        }
    }

    private static func length(_ digits: ArraySlice<UInt8>) throws(ProtocolError) -> Int {
        guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy(ByteClass.isDigit) else {
            throw ProtocolError(400, "Content-Length is not a number of bytes.")
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private mutating func readContentEncoding() throws(ProtocolError) {
        let count = headers.occurrences("content-encoding")
        guard count > 0, framing != .none, let coding = headers["content-encoding"]?.lowercased() else { return }
        guard count == 1, ["gzip", "x-gzip", "identity"].contains(coding) else {
            throw ProtocolError(415, "The only content coding is gzip.")
        }
        isGzipped = coding != "identity"
    }
}
