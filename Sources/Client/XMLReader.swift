/// Why a text is not XML that is read here, with the line where reading stopped.
package struct XMLError: Error, Equatable, CustomStringConvertible {
    package let message: String
    package let line: Int

    package var description: String { "\(message) in line \(line)" }
}

/// What an XML document consists of, in its order. Names are without their namespace's prefix; comments and processing
/// instructions are left out, CDATA is text.
enum XMLEvent: Equatable {
    case start(name: String, attributes: [String: String])
    case text(String)
    case end(name: String)
}

/// Reads one XML 1.0 document in UTF-8, piece by piece. Strict where a document could do harm (a document type, entities of
/// its own, endless nesting are refused) or is cut off; control characters, which tools let slip in, are let through.
struct XMLReader {
    struct Limits {
        var bytes = 64 << 20
        var depth = 64
        var attributes = 100
        var elements = 1_000_000
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var position = 0
    private var open: [String] = []
    private var elements = 0
    /// The end of an element that was written `<a/>`.
    private var pendingEnd: String?

    /// Throws `XMLError` for what is too large or in another encoding.
    init(_ bytes: [UInt8], limits: Limits = Limits()) throws(XMLError) {
        guard bytes.count <= limits.bytes else {
            throw XMLError(message: "more than \(limits.bytes >> 20) MB", line: 1)
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            throw XMLError(message: "the text is UTF-16, not UTF-8,", line: 1)
        }
        self.bytes = bytes
        self.limits = limits
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if matches("<?xml") { try declaration() }
    }

    /// The next piece; nil at the end of the document.
    mutating func next() throws(XMLError) -> XMLEvent? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name: name)
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                let text = try text()
                if !open.isEmpty { return .text(text) }
                guard text.allSatisfy(\.isWhitespace) else { throw failure("text outside of the document's element") }
            } else if matches("<!--") {
                try skip(past: "-->", from: 4)
            } else if matches("<?") {
                try skip(past: "?>", from: 2)
            } else if matches("<![CDATA[") {
                guard !open.isEmpty else { throw failure("text outside of the document's element") }
                let start = position + 9
                try skip(past: "]]>", from: 9)
                return .text(String(decoding: bytes[start..<position - 3], as: UTF8.self))
            } else if matches("<!") {
                throw failure("a document type or another declaration, which is not read for safety,")
            } else if matches("</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        guard open.isEmpty, elements > 0 else { throw failure("the document is cut off") }
        return nil
    }

    // MARK: Tags

    private mutating func startTag() throws(XMLError) -> XMLEvent {
        guard !open.isEmpty || elements == 0 else { throw failure("a second element of the document") }
        position += 1
        let name = try name()
        var attributes: [String: String] = [:]
        elements += 1
        guard elements <= limits.elements else { throw failure("more than \(limits.elements) elements") }
        while true {
            let hadSpace = skipSpace()
            guard position < bytes.count else { throw failure("the document is cut off") }
            if matches("/>") {
                position += 2
                pendingEnd = Self.local(name)
                break
            }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                open.append(name)
                guard open.count <= limits.depth else { throw failure("elements nested deeper than \(limits.depth)") }
                break
            }
            guard hadSpace else { throw failure("a tag that is not well formed") }
            let (attribute, value) = try self.attribute()
            guard attributes.updateValue(value, forKey: attribute) == nil else {
                throw failure("an attribute that is given twice")
            }
            guard attributes.count <= limits.attributes else { throw failure("too many attributes") }
        }
        // Prefixes of namespaces are dropped here, so that `a:x` and `x` of one element are not taken for twins above.
        let named = attributes.map { (Self.local($0.key), $0.value) }
        return .start(name: Self.local(name), attributes: Dictionary(named, uniquingKeysWith: { first, _ in first }))
    }

    private mutating func endTag() throws(XMLError) -> XMLEvent {
        position += 2
        let name = try name()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else {
            throw failure("an end tag that is cut off")
        }
        guard open.last == name else { throw failure("an end tag that fits no start tag") }
        position += 1
        open.removeLast()
        return .end(name: Self.local(name))
    }

    private mutating func attribute() throws(XMLError) -> (String, String) {
        let name = try name()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            throw failure("an attribute without a value")
        }
        position += 1
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else {
            throw failure("an attribute's value without quotes")
        }
        let quote = bytes[position]
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote {
            guard bytes[position] != UInt8(ascii: "<") else { throw failure("'<' in an attribute's value") }
            position += 1
        }
        guard position < bytes.count else { throw failure("the document is cut off") }
        let value = try decoded(bytes[start..<position])
        position += 1
        return (name, value)
    }

    private mutating func name() throws(XMLError) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isName =
                byte >= 0x80 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: ":") || position > start && (byte == 0x2D || byte == 0x2E || byte &- 0x30 < 10)
            guard isName else { break }
            position += 1
        }
        guard position > start, position - start <= 300 else { throw failure("a name that is not well formed") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func local(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    // MARK: Text

    private mutating func text() throws(XMLError) -> String {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return try decoded(bytes[start..<position])
    }

    /// A text with its references replaced: the five of XML and those to characters. Nothing else can be defined.
    private func decoded(_ raw: ArraySlice<UInt8>) throws(XMLError) -> String {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                result.append(byte)
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                throw failure("'&' without a reference")
            }
            let reference = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            guard let scalar = Self.scalar(reference) else { throw failure("the unknown entity '&\(reference);'") }
            result += Array(String(scalar).utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func scalar(_ reference: String) -> Unicode.Scalar? {
        switch reference {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard reference.hasPrefix("#") else { return nil }
        let digits = reference.dropFirst()
        let isHex = digits.hasPrefix("x")
        let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    // MARK: Steps

    /// `<?xml version="1.0" encoding="…"?>`: nothing but UTF-8 is read.
    private mutating func declaration() throws(XMLError) {
        let start = position
        try skip(past: "?>", from: 2)
        let text = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
        guard let mark = text.firstRange(of: "encoding") else { return }
        let value = text[mark.upperBound...].drop { " =\"'\t\r\n".contains($0) }.prefix { !"\"' ?\t\r\n".contains($0) }
            .prefix(40)
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(value) else {
            throw failure("the encoding '\(value)' instead of UTF-8")
        }
    }

    private func matches(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    private mutating func skip(past text: StaticString, from offset: Int) throws(XMLError) {
        position += offset
        while position < bytes.count {
            if matches(text) {
                position += text.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw failure("the document is cut off")
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        return position > start
    }

    private func failure(_ message: String) -> XMLError {
        let end = min(position, bytes.count)
        return XMLError(message: message, line: bytes[..<end].count { $0 == 0x0A } + 1)
    }
}
