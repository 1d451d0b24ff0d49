import Platform

/// Texts of other programs on their way into memory: names, messages, output of tests.
enum LearnedText {
    /// Without colours and control characters, and with what looks like a secret taken out.
    /// Every text that comes from a report or an event goes through here, and through nothing else.
    static func clean(_ text: String) -> String { Redaction.redacted(withoutControls(text)) }

    /// On one line.
    static func line(_ text: String, _ most: Int) -> String { ShortText.preview(clean(text), most) }

    /// The first lines that are not empty, without their common indentation's worth of space at the ends.
    static func lines(_ text: String, _ count: Int, _ most: Int) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { trimmedEnd($0) }.filter { !$0.isEmpty }
        return ShortText.beginning(of: lines.prefix(count).joined(separator: "\n"), most)
    }

    /// A path without the folder of the project that it is in.
    static func relative(_ path: String, to folder: String?) -> String {
        var path = path.hasPrefix("file://") ? String(path.dropFirst(7)) : path
        if let folder, folder.count > 1 { path = FileText.relative(path, to: folder) ?? path }
        while path.hasPrefix("./") { path.removeFirst(2) }
        return path
    }

    private static func trimmedEnd(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Without escape sequences of terminals (ECMA-48: CSI and OSC) and other control characters but line ends and tabs.
    private static func withoutControls(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var kept = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}" {
                skipSequence(&rest)
            } else if scalar == "\r" {
                if rest.first != "\n" { kept.append("\n") }
            } else if !isControl(scalar) {
                kept.append(scalar)
            }
        }
        return String(kept)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
    }

    private static func skipSequence(_ rest: inout Substring.UnicodeScalarView) {
        switch rest.popFirst() {
        case "[": while let next = rest.popFirst(), !(0x40...0x7E).contains(next.value) {}
        case "]": while let next = rest.popFirst(), next != "\u{07}", next != "\u{1B}" {}
        default: break
        }
    }
}
