/// What a terminal may be given of texts that others wrote: names, paths, notes. Escape sequences in them could rename the window,
/// write over lines, or put words into the clipboard; marks of writing direction show other words than there are.
enum TerminalText {
    /// The text with its lines, tabs and the attributes that are ours, and without everything else that controls.
    static func shown(_ text: String, _ style: Style) -> String {
        guard text.unicodeScalars.contains(where: { controls($0) }) else { return text }
        var shown = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}", style.isOn,
                let code = Style.codes.first(where: { rest.starts(with: $0.unicodeScalars) })
            {
                shown.append(scalar)
                shown.append(contentsOf: code.unicodeScalars)
                rest = rest.dropFirst(code.unicodeScalars.count)
            } else if !controls(scalar) {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    private static func controls(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F: true
        // Writing direction.
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
