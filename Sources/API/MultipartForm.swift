import Domain
import Glibc
import HTTP

/// A file that came with a form.
struct UploadedFile: Sendable {
    /// The last component of the name the client gave; empty when it gave none. Never a path.
    let name: String
    let bytes: [UInt8]
}

/// A complete `multipart/form-data` body (RFC 7578), read strictly: a body that is cut off, or whose parts are not
/// clearly delimited and named, is refused as a whole.
package struct MultipartForm: Sendable {
    package struct Part: Sendable, Equatable {
        package let name: String
        /// Nil for a text field.
        package let fileName: String?
        package let bytes: [UInt8]
    }

    package let parts: [Part]

    package static let mostParts = 128
    static let longestField = 1 << 20
    static let longestPartHead = 8192

    /// - Throws: `Refusal`: 422 when the body is of another type, 400 when it is broken.
    package init(contentType: String?, body: [UInt8]) throws {
        guard let contentType, MediaType(contentType)?.name == "multipart/form-data" else {
            throw Refusal.unprocessable("header.content-type: should be multipart/form-data with a part named 'file'")
        }
        guard let boundary = MediaType(contentType)?.parameters["boundary"], Self.isBoundary(boundary) else {
            throw Refusal.invalid("The multipart body has no usable boundary in its Content-Type.")
        }
        parts = try body.withUnsafeBufferPointer { bytes in
            var reader = MultipartReader(bytes: bytes, boundary: Array(boundary.utf8))
            return try reader.parts()
        }
    }

    /// The text fields, in order.
    func fields() throws -> [(name: String, value: String)] {
        try parts.filter { $0.fileName == nil && $0.name != "file" }.map { part in
            guard part.bytes.count <= Self.longestField else {
                throw Refusal(.tooLarge, "body.\(part.name): a field may have \(Self.longestField) bytes at most")
            }
            guard let text = String(validating: part.bytes, as: UTF8.self) else {
                throw Refusal.unprocessable("body.\(part.name): should be UTF-8 text")
            }
            return (part.name, text)
        }
    }

    /// The one part of a name, whether or not the client called it a file.
    func file(named name: String) throws -> UploadedFile? {
        let found = parts.filter { $0.name == name }
        guard found.count <= 1 else { throw Refusal.unprocessable("body.\(name): was sent \(found.count) times") }
        return found.first.map { part in
            let name = part.fileName?.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
            return UploadedFile(name: name, bytes: part.bytes)
        }
    }

    /// RFC 2046: 1 to 70 characters of a small set, the last no space.
    private static func isBoundary(_ text: String) -> Bool {
        guard (1...70).contains(text.utf8.count), text.utf8.last != UInt8(ascii: " ") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                true
            default: "'()+_,-./:=? ".utf8.contains(byte)
            }
        }
    }
}

private struct MultipartReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let delimiter: [UInt8]
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>, boundary: [UInt8]) {
        self.bytes = bytes
        delimiter = Array("\r\n--".utf8) + boundary
    }

    mutating func parts() throws -> [MultipartForm.Part] {
        // The first delimiter may stand at the very beginning, without its line end.
        guard matches(delimiter.dropFirst(2), at: 0) || matches(delimiter[...], at: 0) else {
            throw Self.broken("does not begin with its boundary")
        }
        position = matches(delimiter[...], at: 0) ? delimiter.count : delimiter.count - 2
        var parts: [MultipartForm.Part] = []
        while true {
            guard let isLast = delimiterTail() else {
                throw Self.broken("has a boundary line with something behind it")
            }
            if isLast { break }
            guard parts.count < MultipartForm.mostParts else {
                throw Refusal(.tooLarge, "A form may have \(MultipartForm.mostParts) parts at most.")
            }
            parts.append(try part())
        }
        while position < bytes.count, [0x0D, 0x0A, 0x20, 0x09].contains(bytes[position]) { position += 1 }
        if position < bytes.count { throw Self.broken("goes on after its last boundary") }
        return parts
    }

    private static func broken(_ what: String) -> Refusal { .invalid("The multipart body \(what).") }

    private func matches(_ pattern: ArraySlice<UInt8>, at index: Int) -> Bool {
        guard index + pattern.count <= bytes.count else { return false }
        return pattern.withUnsafeBytes { memcmp($0.baseAddress!, bytes.baseAddress! + index, pattern.count) == 0 }
    }

    /// Reads what ends a delimiter line: true for the closing `--`, false for a line end, nil for anything else.
    private mutating func delimiterTail() -> Bool? {
        if matches(ArraySlice("--".utf8), at: position) {
            position += 2
            return true
        }
        var end = position
        while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
        guard matches([0x0D, 0x0A], at: end) else { return nil }
        position = end + 2
        return false
    }

    private mutating func part() throws -> MultipartForm.Part {
        let disposition = try head()
        let start = position
        while let end = nextDelimiter(from: position) {
            position = end + delimiter.count
            let resume = position
            if delimiterTail() != nil {
                position = resume
                return MultipartForm.Part(
                    name: disposition.name, fileName: disposition.fileName, bytes: Array(bytes[start..<end]))
            }
            // The boundary followed by other characters is part of the content.
            position = end + 1
        }
        throw Self.broken("ends inside the part '\(disposition.name)'")
    }

    private func nextDelimiter(from start: Int) -> Int? {
        var index = start
        while index < bytes.count, let base = bytes.baseAddress {
            guard let found = memchr(base + index, 0x0D, bytes.count - index) else { return nil }
            let at = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if matches(delimiter[...], at: at) { return at }
            index = at + 1
        }
        return nil
    }

    /// The header lines of a part, up to and with the empty line.
    private mutating func head() throws -> (name: String, fileName: String?) {
        let limit = min(bytes.count, position + MultipartForm.longestPartHead)
        var found: (name: String, fileName: String?)?
        while true {
            var end = position
            while end < limit, !matches([0x0D, 0x0A], at: end) { end += 1 }
            guard end < limit else { throw Self.broken("has a part whose headers do not end") }
            let line = bytes[position..<end]
            position = end + 2
            if line.isEmpty { break }
            guard let text = String(validating: line, as: UTF8.self), let colon = text.firstIndex(of: ":") else {
                throw Self.broken("has a part with a header line that is none")
            }
            let value = String(text[text.index(after: colon)...])
            switch text[..<colon].lowercased() {
            case "content-disposition":
                guard found == nil, let read = Self.disposition(value) else {
                    throw Self.broken("has a part without one clear Content-Disposition")
                }
                found = read
            case "content-transfer-encoding":
                let coding = value.filter { $0 != " " && $0 != "\t" }.lowercased()
                guard ["7bit", "8bit", "binary"].contains(coding) else {
                    throw Self.broken("has a part with a Content-Transfer-Encoding, which forms do not use")
                }
            default: break
            }
        }
        guard let found else { throw Self.broken("has a part without a name") }
        return found
    }

    private static func disposition(_ value: String) -> (name: String, fileName: String?)? {
        guard let media = MediaType(value), media.name == "form-data" else { return nil }
        guard let name = media.parameters["name"], !name.isEmpty, name.utf8.count <= 200 else { return nil }
        return (name, media.parameters["filename"])
    }
}

/// `word/word; name=value; name="quoted value"`, the form of Content-Type and Content-Disposition.
struct MediaType {
    /// In lower case.
    let name: String
    /// Names in lower case; values as given.
    let parameters: [String: String]

    /// Nil when the text is malformed or names a parameter twice.
    init?(_ text: String) {
        var rest = Substring(text)
        let first = rest.prefix { $0 != ";" }
        rest = rest.dropFirst(first.count)
        name = Self.trimmed(first).lowercased()
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            rest = Self.trimmed(rest.dropFirst())
            if rest.isEmpty { break }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let key = Self.trimmed(rest[..<equals]).lowercased()
            rest = Self.trimmed(rest[rest.index(after: equals)...])
            guard !key.isEmpty, let value = rest.first == "\"" ? Self.quoted(&rest) : Self.token(&rest),
                parameters.updateValue(value, forKey: key) == nil
            else { return nil }
            rest = Self.trimmed(rest)
            guard rest.isEmpty || rest.first == ";" else { return nil }
        }
        self.parameters = parameters
    }

    private static func token(_ rest: inout Substring) -> String? {
        let token = rest.prefix { $0 != ";" }
        rest = rest.dropFirst(token.count)
        return String(trimmed(token))
    }

    private static func quoted(_ rest: inout Substring) -> String? {
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            if character == "\\" {
                guard let escaped = rest.popFirst() else { return nil }
                // Some clients write the backslashes of a path as they are.
                if escaped != "\"" && escaped != "\\" { value.append("\\") }
                value.append(escaped)
            } else {
                value.append(character)
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
