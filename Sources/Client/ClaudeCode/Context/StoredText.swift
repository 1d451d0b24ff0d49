/// Texts of memory on their way into a model's context, where they may only ever be data: docs/design/hooks.md, "Marked as
/// data". Sizes are UTF-16 units, as Claude Code counts; there are never fewer than characters.
enum StoredText {
    static let opening = "<stored_memory>"
    static let closing = "</stored_memory>"

    static func size(of text: String) -> Int { text.utf16.count }

    /// Between marks that no stored text can close.
    static func enveloped(_ lines: [String]) -> String {
        ([opening, MemoryTools.caution] + lines + [closing]).joined(separator: "\n")
    }

    /// What an envelope takes beside its lines.
    static let envelopeSize = size(of: enveloped([])) + 1

    /// On one line, so that it cannot begin another item.
    static func line(_ text: String, _ most: Int) -> String {
        // Most texts are short; of a long one no more is cleaned than can be shown.
        let start = ShortText.prefix(of: text, most * 2)
        let bytes = harmlessBytes(start ?? text)
        var line: [UInt8] = []
        line.reserveCapacity(bytes.count)
        for byte in bytes {
            let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
            if !isSpace { line.append(byte) } else if let last = line.last, last != 32 { line.append(32) }
        }
        if line.last == 32 { line.removeLast() }
        let whole = String(decoding: line, as: UTF8.self)
        // Cut by the cleaning, it has to show it.
        return beginning(of: start == nil ? whole : whole + "…", most)
    }

    /// Lines that all begin with a bar, which nothing else of the context does.
    static func quoted(_ text: String) -> [String] {
        harmless(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.isEmpty ? "|" : "| " + line
        }
    }

    /// A name or a path that somebody else chose.
    static func name(_ text: String, _ most: Int = 80) -> String {
        line(String(text.map { "'\"`[]".contains($0) ? "_" : $0 }), most)
    }

    /// The beginning within so many units, which shows that there is more.
    static func beginning(of text: String, _ most: Int) -> String {
        guard size(of: text) > most else { return text }
        var kept = 0
        let scalars = text.unicodeScalars.prefix { scalar in
            kept += scalar.value > 0xFFFF ? 2 : 1
            return kept < most
        }
        return String(String.UnicodeScalarView(scalars)) + "…"
    }

    /// Without what could close the envelope, begin a tag, or be there and not be seen: control characters, marks of writing
    /// direction, invisible letters. Every kind of space is a space, every kind of line end a line end.
    static func harmless(_ text: String) -> String { String(decoding: harmlessBytes(text), as: UTF8.self) }

    private static func harmlessBytes(_ text: String) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(text.utf8.count)
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            let value = scalar.value
            defer { isAfterReturn = value == 0x0D }
            switch value {
            case 0x3C, 0xFF1C, 0xFE64: kept += "&lt;".utf8
            case 0x0A where isAfterReturn: break
            case 0x0A...0x0D, 0x85, 0x2028, 0x2029: kept.append(0x0A)
            case 0x09: kept.append(0x20)
            case 0x20...0x7E: kept.append(UInt8(value))
            case 0x00...0x9F: break
            // They join emoji, and letters of some scripts.
            case 0x200C, 0x200D, 0xFE0E, 0xFE0F: kept += UTF8.encode(scalar) ?? .init()
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .unassigned: break
                case .spaceSeparator: kept.append(0x20)
                default:
                    if !scalar.properties.isDefaultIgnorableCodePoint { kept += UTF8.encode(scalar) ?? .init() }
                }
            }
        }
        return kept
    }
}
