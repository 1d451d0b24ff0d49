/// A few lines of a text for a terminal: from its beginning, or from a word on that would not be seen otherwise.
struct Excerpt {
    let lines: [String]

    /// - Parameters:
    ///   - words: what the lines should show; the first of them that the text has, whatever its case.
    ///   - width: the columns of a line, of which each letter takes one.
    init(_ text: String, around words: [String], width: Int, lines count: Int) {
        let text = Table.oneLine(text).split(separator: " ").map(String.init)
        var start = 0
        let (whole, isComplete) = Self.wrap(text[...], width, count)
        if !isComplete, let place = Self.place(of: words, in: text), place >= Self.words(whole) {
            // Some words before it, so that it can be understood.
            start = max(0, place - 8)
        }
        guard start > 0 else {
            lines = whole
            return
        }
        lines = Self.wrap((["…"] + text[start...])[...], width, count).lines
    }

    private static func words(_ lines: [String]) -> Int {
        lines.reduce(0) { $0 + $1.split(separator: " ").count }
    }

    private static func place(of words: [String], in text: [String]) -> Int? {
        let wanted = words.compactMap { $0.lowercased().split(separator: " ").first.map(String.init) }
        if wanted.isEmpty { return nil }
        return text.firstIndex { word in
            let word = word.lowercased()
            return wanted.contains { Self.contains(word.utf8, $0.utf8) }
        }
    }

    private static func contains(_ text: String.UTF8View, _ part: String.UTF8View) -> Bool {
        text.indices.contains { text[$0...].starts(with: part) }
    }

    /// Lines of whole words, and whether nothing is left; a word that is longer than a line is cut.
    private static func wrap(
        _ words: ArraySlice<String>, _ width: Int, _ count: Int
    ) -> (lines: [String], isComplete: Bool) {
        var lines: [String] = []
        var line = ""
        for word in words {
            let word = Table.cut(word, to: width)
            if line.isEmpty {
                line = word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                if lines.count == count {
                    let last = lines[count - 1]
                    lines[count - 1] = last.count < width - 1 ? last + " …" : Table.cut(last + "…", to: width)
                    return (lines, false)
                }
                line = word
            }
        }
        return (line.isEmpty ? lines : lines + [line], true)
    }
}
