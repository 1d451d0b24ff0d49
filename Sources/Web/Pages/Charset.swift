import Glibc

/// In which encoding a text is, and how it becomes UTF-8. The order of WHATWG: byte order mark, header, what the document
/// says; a text that says nothing is UTF-8 when it can be, else Windows' Latin.
enum Charset {
    /// As many bytes are looked at for what the document says.
    private static let looked = 4096

    /// - Parameters:
    ///   - named: by the content type.
    ///   - isMarkup: whether the document may name its encoding.
    static func decode(_ bytes: [UInt8], named: String?, isMarkup: Bool) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return converted(Array(bytes.dropFirst(3)), from: "UTF-8") }
        if bytes.starts(with: [0xFE, 0xFF]) { return converted(Array(bytes.dropFirst(2)), from: "UTF-16BE") }
        if bytes.starts(with: [0xFF, 0xFE]) { return converted(Array(bytes.dropFirst(2)), from: "UTF-16LE") }
        if let name = named.flatMap(canonical), let text = convertedIfKnown(bytes, from: name) { return text }
        if isMarkup, let name = written(in: bytes.prefix(looked)).flatMap(canonical) {
            // A document whose encoding can be read as bytes is in none of two bytes a sign.
            let isTwoBytes = name.hasPrefix("UTF-16") || name.hasPrefix("UTF-32")
            if let text = convertedIfKnown(bytes, from: isTwoBytes ? "UTF-8" : name) { return text }
        }
        return isUTF8(bytes) ? bytes : converted(bytes, from: "CP1252")
    }

    static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// The name that iconv knows, of what pages say; some mean more than they say.
    private static func canonical(_ name: String) -> String? {
        let name = name.lowercased().filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
        guard (1...40).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
        else { return nil }
        return switch name {
        case "utf8", "utf-8": "UTF-8"
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii", "windows-1252", "cp1252", "x-cp1252":
            "CP1252"
        case "iso-8859-9", "latin5": "CP1254"
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j": "CP932"
        case "gb2312", "gbk", "x-gbk", "gb_2312-80": "GB18030"
        case "euc-kr", "ks_c_5601-1987", "korean": "CP949"
        case "big5", "x-x-big5", "big5-hkscs": "BIG5-HKSCS"
        case "x-euc-jp": "EUC-JP"
        case "utf-16": "UTF-16LE"
        default: name.uppercased()
        }
    }

    /// `<meta charset=…>`, `<meta … content="text/html; charset=…">`, `<?xml … encoding="…"?>`.
    private static func written(in bytes: ArraySlice<UInt8>) -> String? {
        let text = String(
            decoding: bytes.map { $0 < 0x80 ? $0 | ((0x41...0x5A).contains($0) ? 0x20 : 0) : 0x3F }, as: UTF8.self)
        if text.hasPrefix("<?xml"), let name = value(after: "encoding", in: text.prefix { $0 != ">" }) { return name }
        var rest = text[...]
        while let meta = rest.firstRange(of: "<meta") {
            rest = rest[meta.upperBound...]
            let tag = rest.prefix { $0 != ">" }
            if let name = value(after: "charset", in: tag) { return name }
        }
        return nil
    }

    private static func value(after name: String, in text: Substring) -> String? {
        guard let found = text.firstRange(of: name) else { return nil }
        var rest = text[found.upperBound...].drop { $0 == " " }
        guard rest.popFirst() == "=" else { return nil }
        rest = rest.drop { $0 == " " || $0 == "\"" || $0 == "'" }
        let value = rest.prefix { $0 != "\"" && $0 != "'" && $0 != " " && $0 != ";" && $0 != "/" && $0 != "?" }
        return value.isEmpty ? nil : String(value)
    }

    // MARK: Conversion

    private static func converted(_ bytes: [UInt8], from name: String) -> [UInt8] {
        // Windows' Latin and what has a mark is known everywhere; without its tables the text is read as it is.
        convertedIfKnown(bytes, from: name) ?? Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    /// Nil for an encoding that the C library does not know. What is no sign in it becomes U+FFFD.
    private static func convertedIfKnown(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        if name == "UTF-8" { return isUTF8(bytes) ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8) }
        let converter = iconv_open("UTF-8", name)
        guard let converter, Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 3 / 2)
        var buffer = [CChar](repeating: 0, count: 65_536)
        var input = bytes.map { CChar(bitPattern: $0) }
        let count = input.count
        input.withUnsafeMutableBufferPointer { input in
            var next = input.baseAddress
            var left = count
            while left > 0 {
                let code = buffer.withUnsafeMutableBufferPointer { buffer -> Int32 in
                    var target = buffer.baseAddress
                    var space = buffer.count
                    let result = iconv(converter, &next, &left, &target, &space)
                    let code = errno
                    output.append(contentsOf: buffer.prefix(buffer.count - space).lazy.map { UInt8(bitPattern: $0) })
                    return result == Int.max || Int(bitPattern: UInt(bitPattern: Int(result))) == -1 ? code : 0
                }
                if code == 0 || code == E2BIG { continue }
                // One byte that is no sign, or half a sign at the end.
                output += [0xEF, 0xBF, 0xBD]
                next = next?.advanced(by: 1)
                left -= 1
            }
        }
        return output
    }
}
