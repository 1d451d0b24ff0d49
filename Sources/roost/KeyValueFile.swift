/// Files of `NAME=VALUE` lines: `--env-file` and `--config`. `#` begins a comment line; a value may stand in single or
/// double quotes; `export NAME=VALUE` is read as well.
enum KeyValueFile {
    static func parse(_ text: String, path: String) throws -> [(String, String)] {
        var pairs: [(String, String)] = []
        // Characters "\r\n" are one grapheme, so lines are cut by any newline.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var line = SettingValues.trimmed(line)
            if index == 0, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = SettingValues.trimmed(line.dropFirst("export ".count)) }
            guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
                throw Failure("\(path), line \(index + 1): not of the form NAME=VALUE.")
            }
            let name = SettingValues.trimmed(line[..<equals])
            pairs.append((name, value(line[line.index(after: equals)...])))
        }
        return pairs
    }

    private static func value(_ raw: Substring) -> String {
        let text = SettingValues.trimmed(raw)
        if let quote = text.first, quote == "\"" || quote == "'" {
            let rest = text.dropFirst()
            if let end = rest.firstIndex(of: quote) { return String(rest[..<end]) }
        }
        // A comment after a value needs a space before it: passwords may hold a #.
        if let comment = text.firstRange(of: " #") { return SettingValues.trimmed(text[..<comment.lowerBound]) }
        return text
    }
}
