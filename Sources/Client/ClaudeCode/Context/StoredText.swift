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
        let start = ShortText.prefix(of: text, most * 2) ?? text
        let words = harmless(start).unicodeScalars.split { $0.properties.isWhitespace }.map(String.init)
        let whole = words.joined(separator: " ")
        return size(of: whole) > most || start.unicodeScalars.count < text.unicodeScalars.count
            ? beginning(of: whole, most) : whole
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
    /// direction, invisible letters.
    static func harmless(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { last = scalar }
            switch scalar {
            case "<", "\u{FF1C}", "\u{FE64}": kept.append(contentsOf: "&lt;".unicodeScalars)
            case "\n", "\u{85}", "\u{2028}", "\u{2029}", "\u{0B}", "\u{0C}":
                if last != "\r" || scalar != "\n" { kept.append("\n") }
            case "\r": kept.append("\n")
            case "\t": kept.append(" ")
            case _ where scalar.isASCII: if scalar.value >= 0x20, scalar.value != 0x7F { kept.append(scalar) }
            // They join emoji, and letters of some scripts.
            case "\u{200C}", "\u{200D}", "\u{FE0E}", "\u{FE0F}": kept.append(scalar)
            default:
                let isHidden = scalar.properties.isDefaultIgnorableCodePoint
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .unassigned: break
                default: if !isHidden { kept.append(scalar) }
                }
            }
        }
        return String(kept)
    }
}
