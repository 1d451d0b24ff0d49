import Domain
import Platform

/// Puts `***` in the place of secrets: what code prints and returns is read by models, clients and logs.
///
/// A secret is found as it is and as JSON, URLs and base64 spell it, and each long line of one that has lines. Code that
/// wants to hide one otherwise can: this is against accidents.
struct SecretMask: Sendable {
    private let forms: [[UInt8]]

    /// Shorter values stand in any text by chance.
    static let shortest = 4
    private static let stars = Array(CodeVariable.mask.utf8)

    init(_ secrets: [Secret]) {
        var forms: Set<[UInt8]> = []
        for secret in secrets {
            let text = secret.reveal
            for part in [text] + text.split(whereSeparator: \.isNewline).map(String.init) {
                guard part.utf8.count >= Self.shortest else { continue }
                forms.formUnion(Self.forms(of: part))
            }
        }
        // A longer one may hold a shorter one.
        self.forms = forms.sorted { $0.count > $1.count }
    }

    private static func forms(of text: String) -> [[UInt8]] {
        var forms = [Array(text.utf8)]
        forms.append(Array(JSONValue.string(text).text.utf8.dropFirst().dropLast()))
        forms.append(percentEncoded(text, space: "%20"))
        forms.append(percentEncoded(text, space: "+"))
        // In base64 a text looks another way at each place in a group of three.
        let bytes = Array(text.utf8)
        for shift in 0..<3 where bytes.count >= 8 {
            let encoded = Array(Base64.encode([UInt8](repeating: 0, count: shift) + bytes).utf8)
            let first = [0, 2, 3][shift]
            let inside = encoded.prefix((shift + bytes.count) * 8 / 6).dropFirst(first)
            forms.append(Array(inside))
            forms.append(inside.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? 95 : $0 })
        }
        return forms
    }

    private static func percentEncoded(_ text: String, space: String) -> [UInt8] {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: " "): bytes += Array(space.utf8)
            default: bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return bytes
    }

    func masked(_ text: String) -> String {
        guard forms.contains(where: { text.containsBytes(of: String(decoding: $0, as: UTF8.self)) }) else {
            return text
        }
        var bytes = Array(text.utf8)
        for form in forms { bytes = Self.replacing(form, in: bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func replacing(_ form: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var (index, copied) = (0, 0)
        while index + form.count <= bytes.count {
            if bytes[index] == form[0], bytes[index..<(index + form.count)].elementsEqual(form) {
                result += bytes[copied..<index]
                result += stars
                index += form.count
                copied = index
            } else {
                index += 1
            }
        }
        return copied == 0 ? bytes : result + bytes[copied...]
    }

    func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(masked(text))
        case .array(let items): return .array(items.map(masked))
        case .object(let object):
            return .object(JSONObject(object.members.map { (masked($0.name), masked($0.value)) }))
        case .int, .double:
            // A secret may be a number.
            let text = masked(value.text)
            return text == value.text ? value : .string(text)
        case .null, .bool: return value
        }
    }

    /// Lines are masked together: a secret may go over several.
    func masked(_ lines: [String]) -> [String] {
        if forms.isEmpty { return lines }
        return lines.map(masked)
    }
}
