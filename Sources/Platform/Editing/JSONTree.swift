/// Where the values of a JSON text stand. Kinder than `JSONValue(parsing:)` about what is inside of strings and numbers, so that
/// a file can be edited that holds, say, half of a surrogate pair; as strict about everything else.
package struct JSONTree: Sendable {
    package indirect enum Kind: Sendable {
        case object([Member])
        case array([Node])
        case scalar
    }

    package struct Node: Sendable {
        package let range: Range<Int>
        package let kind: Kind
    }

    package struct Member: Sendable {
        /// With its quotes.
        package let keyRange: Range<Int>
        package let name: String
        package let value: Node
    }

    package let bytes: [UInt8]
    package let root: Node

    /// A byte order mark before the value is passed over.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        var scanner = Scanner(bytes: bytes)
        root = try scanner.document()
    }

    /// Line and column of an offset, both from 1.
    package static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let head = bytes[..<min(offset, bytes.count)]
        let line = head.count { $0 == UInt8(ascii: "\n") } + 1
        let start = head.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, head.count - start + 1)
    }

    package func line(of node: Node) -> Int { Self.place(of: node.range.lowerBound, in: bytes).line }

    // MARK: Finding

    /// The value under names of members, from the root. Of several members with a name, the last counts.
    package func node(_ path: [String]) -> Node? {
        var node = root
        for name in path {
            guard let member = member(name, of: node) else { return nil }
            node = member.value
        }
        return node
    }

    package func member(_ name: String, of node: Node) -> Member? { members(of: node).last { $0.name == name } }

    package func members(of node: Node?) -> [Member] {
        if case .object(let members)? = node?.kind { members } else { [] }
    }

    package func elements(of node: Node?) -> [Node] {
        if case .array(let elements)? = node?.kind { elements } else { [] }
    }

    /// Nil when it holds something that `JSONValue` cannot.
    package func value(of node: Node) -> JSONValue? { try? JSONValue(parsing: Array(bytes[node.range])) }

    package func string(_ name: String, of node: Node) -> String? {
        member(name, of: node).flatMap { value(of: $0.value)?.string }
    }
}

private struct Scanner {
    let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private static let deepest = 128

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONTree.Node {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let node = try value()
        skipSpace()
        if position < bytes.count { throw failure("unexpected text after the value") }
        return node
    }

    private func failure(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONTree.Node {
        skipSpace()
        let start = position
        let kind: JSONTree.Kind
        switch next {
        case UInt8(ascii: "{"): kind = .object(try members())
        case UInt8(ascii: "["): kind = .array(try elements())
        case UInt8(ascii: "\""):
            try string()
            kind = .scalar
        case UInt8(ascii: "/"): throw failure("a comment, which JSON does not have,")
        case nil: throw failure("unexpected end of text")
        default:
            try word()
            kind = .scalar
        }
        return JSONTree.Node(range: start..<position, kind: kind)
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word() throws(JSONError) {
        let start = position
        while let byte = next, !" \t\r\n,]}[{:\"".utf8.contains(byte) { position += 1 }
        // What is a number is decided in one place.
        do { _ = try JSONValue(parsing: Array(bytes[start..<position])) } catch {
            guard error.message == "number out of range" else {
                position = start
                throw failure("unexpected character")
            }
        }
    }

    private mutating func string() throws(JSONError) {
        position += 1
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                position += 1
                return
            }
            if byte < 0x20 { throw failure("control character in a string") }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        position = bytes.count
        throw failure("unterminated string")
    }

    private mutating func enter() throws(JSONError) {
        position += 1
        depth += 1
        if depth > Self.deepest { throw failure("nested deeper than \(Self.deepest) levels") }
    }

    private mutating func elements() throws(JSONError) -> [JSONTree.Node] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONTree.Node] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return [] }
        while true {
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return elements }
            throw failure("expected ',' or ']'")
        }
    }

    private mutating func members() throws(JSONError) -> [JSONTree.Member] {
        try enter()
        defer { depth -= 1 }
        var members: [JSONTree.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return [] }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("expected a member name in double quotes") }
            let start = position
            try string()
            let key = start..<position
            // A name that cannot be decoded is nobody's whom we look for.
            let name = (try? JSONValue(parsing: Array(bytes[key])))?.string ?? ""
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected ':'") }
            members.append(JSONTree.Member(keyRange: key, name: name, value: try value()))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return members }
            throw failure("expected ',' or '}'")
        }
    }
}
