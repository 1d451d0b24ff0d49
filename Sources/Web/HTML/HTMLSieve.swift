/// Takes out of a document, in one pass, what would cost the parser behind it more than it is worth: scripts, styles, comments,
/// attributes that nobody asks for, and ends of elements that were never begun. A page of a million attributes in one tag, or
/// of a million stray ends, takes a parser minutes; here every byte is looked at once.
struct HTMLSieve {
    /// UTF-8.
    private(set) var output: [UInt8] = []
    /// Whether there was a script: the page may build its text when it runs.
    private(set) var hasScript = false

    private static let attributes: Set<String> = [
        "alt", "aria-hidden", "class", "colspan", "content", "data-lang", "data-language", "hidden", "href", "id",
        "itemprop",
        "lang", "name", "property", "role", "start", "style",
    ]
    private static let longestValue = 4096
    private static let longestName = 32
    /// Elements whose content is no markup, and no text of the page.
    private static let raw: Set<String> = [
        "iframe", "noembed", "noframes", "script", "style", "svg", "template", "textarea", "math",
    ]

    private var position = 0
    private var open: [String: Int] = [:]

    /// - Parameter document: UTF-8.
    init(_ document: [UInt8]) {
        output.reserveCapacity(document.count / 2)
        document.withUnsafeBufferPointer { read($0) }
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte != UInt8(ascii: "<") && byte != 0 {
                position += 1
                continue
            }
            output.append(contentsOf: bytes[start..<position])
            if byte == 0 { position += 1 } else { readMarkup(bytes) }
            start = position
        }
        output.append(contentsOf: bytes[start..<position])
    }

    /// At a `<`.
    private mutating func readMarkup(_ bytes: UnsafeBufferPointer<UInt8>) {
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        if Self.isLetter(next) {
            readStart(bytes)
        } else if next == UInt8(ascii: "/"), position + 2 < bytes.count, Self.isLetter(bytes[position + 2]) {
            readEnd(bytes)
        } else if next == UInt8(ascii: "!"), Self.matches(bytes, position + 2, "--") {
            position = Self.find("-->", in: bytes, from: position + 2) ?? bytes.count
        } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || next == UInt8(ascii: "/") {
            position = Self.find(">", in: bytes, from: position + 1) ?? bytes.count
        } else {
            output.append(contentsOf: "&lt;".utf8)
            position += 1
        }
    }

    private mutating func readEnd(_ bytes: UnsafeBufferPointer<UInt8>) {
        position += 2
        let name = readName(bytes)
        position = Self.find(">", in: bytes, from: position) ?? bytes.count
        guard let name, let count = open[name], count > 0 else { return }
        open[name] = count - 1
        output.append(contentsOf: "</\(name)>".utf8)
    }

    private mutating func readStart(_ bytes: UnsafeBufferPointer<UInt8>) {
        position += 1
        let name = readName(bytes)
        let begin = output.count
        if let name { output.append(contentsOf: "<\(name)".utf8) }
        readAttributes(bytes)
        guard let name else {
            output.removeSubrange(begin...)
            return
        }
        if Self.raw.contains(name) {
            output.removeSubrange(begin...)
            if name == "script" { hasScript = true }
            // What has no end holds the rest, as in browsers; but an `svg` or a `math` is no such element there.
            let end = Self.findEnd(of: name, in: bytes, from: position)
            position = end ?? (name == "svg" || name == "math" ? position : bytes.count)
        } else if name == "title" {
            readTitle(bytes)
        } else {
            output.append(UInt8(ascii: ">"))
            open[name, default: 0] += 1
        }
    }

    /// Text without elements.
    private mutating func readTitle(_ bytes: UnsafeBufferPointer<UInt8>) {
        output.append(UInt8(ascii: ">"))
        let end = Self.findEnd(of: "title", in: bytes, from: position, includesTag: false) ?? bytes.count
        for byte in bytes[position..<end] where byte != 0 {
            if byte == UInt8(ascii: "<") { output.append(contentsOf: "&lt;".utf8) } else { output.append(byte) }
        }
        output.append(contentsOf: "</title>".utf8)
        position = end
    }

    // MARK: Attributes

    /// To behind the `>`.
    private mutating func readAttributes(_ bytes: UnsafeBufferPointer<UInt8>) {
        var seen: Set<String> = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ">") {
                position += 1
                return
            }
            if Self.isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=") {
                position += 1
                continue
            }
            let name = attributeName(bytes)
            let value = attributeValue(bytes)
            guard let name, Self.attributes.contains(name), seen.insert(name).inserted else { continue }
            output.append(contentsOf: " \(name)=\"".utf8)
            for byte in bytes[value].prefix(Self.longestValue) {
                switch byte {
                case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
                case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
                case 0: break
                default: output.append(byte)
                }
            }
            output.append(UInt8(ascii: "\""))
        }
    }

    private mutating func attributeName(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let start = position
        while position < bytes.count, !Self.isSpace(bytes[position]), bytes[position] != UInt8(ascii: "="),
            bytes[position] != UInt8(ascii: ">"), bytes[position] != UInt8(ascii: "/")
        {
            position += 1
        }
        return Self.name(bytes[start..<position])
    }

    private mutating func attributeValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        skipSpace(bytes)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return position..<position }
        position += 1
        skipSpace(bytes)
        guard position < bytes.count else { return position..<position }
        let quote = bytes[position]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let start = position + 1
            position = start
            while position < bytes.count, bytes[position] != quote { position += 1 }
            defer { position = min(position + 1, bytes.count) }
            return start..<position
        }
        let start = position
        while position < bytes.count, !Self.isSpace(bytes[position]), bytes[position] != UInt8(ascii: ">") {
            position += 1
        }
        return start..<position
    }

    private mutating func skipSpace(_ bytes: UnsafeBufferPointer<UInt8>) {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    // MARK: Names

    /// In lower case; nil for one that is no name of HTML.
    private mutating func readName(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let start = position
        while position < bytes.count, !Self.isSpace(bytes[position]), bytes[position] != UInt8(ascii: ">"),
            bytes[position] != UInt8(ascii: "/")
        {
            position += 1
        }
        return Self.name(bytes[start..<position])
    }

    private static func name(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard (1...longestName).contains(bytes.count),
            bytes.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        return String(decoding: bytes.lazy.map { $0 | 0x20 }, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    // MARK: Looking ahead

    private static func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ text: StaticString) -> Bool {
        guard at + text.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[at + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Behind the next such text.
    private static func find(_ text: StaticString, in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        var at = from
        while at < bytes.count {
            if bytes[at] == text.utf8Start[0], matches(bytes, at, text) { return at + text.utf8CodeUnitCount }
            at += 1
        }
        return nil
    }

    /// Behind the end of an element, or before it.
    private static func findEnd(
        of name: String, in bytes: UnsafeBufferPointer<UInt8>, from: Int, includesTag: Bool = true
    ) -> Int? {
        let end = Array("</\(name)".utf8)
        var at = from
        while at + end.count <= bytes.count {
            defer { at += 1 }
            guard bytes[at] == UInt8(ascii: "<") else { continue }
            guard end.indices.allSatisfy({ $0 < 2 ? bytes[at + $0] == end[$0] : bytes[at + $0] | 0x20 == end[$0] })
            else { continue }
            let next = at + end.count < bytes.count ? bytes[at + end.count] : UInt8(ascii: ">")
            guard isSpace(next) || next == UInt8(ascii: ">") || next == UInt8(ascii: "/") else { continue }
            return includesTag ? find(">", in: bytes, from: at) ?? bytes.count : at
        }
        return nil
    }
}
