import Platform

/// Cuts a Markdown text at its headings. A section is what stands between two headings; one that is longer than the
/// limit is cut at blank lines too, but never inside a code block.
struct MarkdownSections {
    struct Section: Equatable {
        /// The headings above it and its own, the outermost first.
        let headings: [String]
        let text: String
        /// Of its first line, counted from 1.
        let line: Int
    }

    private let limit: Int
    private var sections: [Section] = []
    private var headings: [(level: Int, text: String)] = []
    private var lines: [Substring] = []
    private var firstLine = 1

    /// - Parameters:
    ///   - lines: of the file, without its front matter.
    ///   - offset: how many lines stand before them.
    ///   - limit: characters of a section.
    static func of(_ lines: [Substring], offset: Int = 0, limit: Int) -> [Section] {
        var state = MarkdownSections(limit: limit)
        state.read(lines, offset)
        return state.sections
    }

    private init(limit: Int) { self.limit = limit }

    private mutating func read(_ all: [Substring], _ offset: Int) {
        var fence = Fence()
        firstLine = offset + 1
        var index = 0
        while index < all.count {
            let line = all[index]
            let wasInside = fence.isOpen
            fence.read(line)
            if wasInside || fence.isOpen {
                lines.append(line)
            } else if let heading = Self.heading(line) {
                begin(heading, at: offset + index + 2)
            } else if index + 1 < all.count, let level = Self.underline(all[index + 1]), isParagraph(line) {
                begin((level, line.trimmed), at: offset + index + 3)
                index += 1
            } else {
                lines.append(line)
            }
            index += 1
        }
        finish()
    }

    /// An underlined heading is one line with nothing but text in it, behind a blank line.
    private func isParagraph(_ line: Substring) -> Bool {
        guard let first = line.first(where: { !$0.isWhitespace }), lines.last.map(Self.isBlank) ?? true else {
            return false
        }
        return !"-*+>|#=`~".contains(first)
    }

    private mutating func begin(_ heading: (level: Int, text: String), at line: Int) {
        finish()
        headings.removeAll { $0.level >= heading.level }
        headings.append(heading)
        firstLine = line
    }

    /// Ends the section that was being read.
    private mutating func finish() {
        defer { lines = [] }
        var line = firstLine
        for part in parts() {
            let text = Self.withoutBlankEnds(part)
            if !text.isEmpty {
                let skipped = part.prefix(while: Self.isBlank).count
                sections.append(
                    Section(
                        headings: headings.map(\.text), text: text.joined(separator: "\n"), line: line + skipped))
            }
            line += part.count
        }
    }

    /// The lines in pieces no longer than the limit, as far as blank lines outside code allow it.
    private func parts() -> [[Substring]] {
        var parts: [[Substring]] = []
        var part: [Substring] = []
        var size = 0
        for paragraph in paragraphs() {
            let length = paragraph.reduce(0) { $0 + $1.count + 1 }
            if size > 0, size + length > limit {
                parts.append(part)
                part = []
                size = 0
            }
            part += paragraph
            size += length
        }
        return parts + [part]
    }

    /// Lines up to and with the blank ones behind them; a code block is one paragraph with what it stands in.
    private func paragraphs() -> [[Substring]] {
        var paragraphs: [[Substring]] = []
        var paragraph: [Substring] = []
        var fence = Fence()
        for line in lines {
            if !fence.isOpen, !Self.isBlank(line), let last = paragraph.last, Self.isBlank(last) {
                paragraphs.append(paragraph)
                paragraph = []
            }
            fence.read(line)
            paragraph.append(line)
        }
        return paragraphs + [paragraph]
    }

    // MARK: Lines

    private static func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }

    private static func withoutBlankEnds(_ lines: [Substring]) -> [Substring] {
        let rest = lines.drop(while: isBlank)
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return [] }
        return Array(rest[...last])
    }

    /// `## Title ##`; nil for anything else.
    static func heading(_ line: Substring) -> (level: Int, text: String)? {
        let start = line.drop(while: { $0 == " " })
        let level = start.prefix(while: { $0 == "#" }).count
        guard line.count - start.count < 4, (1...6).contains(level) else { return nil }
        let rest = start.dropFirst(level)
        guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
        var text = Substring(rest.trimmed)
        // Closing marks belong to the heading only behind a space.
        if let last = text.lastIndex(where: { $0 != "#" }) {
            if text[last] == " " { text = text[..<last] }
        } else {
            text = ""
        }
        return (level, text.trimmed)
    }

    /// The level of a heading that a line of `===` or `---` makes of the line above it.
    private static func underline(_ line: Substring) -> Int? {
        let text = line.trimmed
        guard text.count >= 2, let first = text.first, text.allSatisfy({ $0 == first }) else { return nil }
        return first == "=" ? 1 : first == "-" ? 2 : nil
    }

    /// Whether a line is inside a fenced code block.
    private struct Fence {
        private var mark: Character = "`"
        private var length = 0

        var isOpen: Bool { length > 0 }

        mutating func read(_ line: Substring) {
            let start = line.drop(while: { $0 == " " || $0 == "\t" })
            guard let first = start.first, first == "`" || first == "~" else { return }
            let count = start.prefix(while: { $0 == first }).count
            guard count >= 3 else { return }
            let rest = start.dropFirst(count)
            if !isOpen {
                // ``` in a line of text is inline code.
                guard first == "~" || !rest.contains("`") else { return }
                mark = first
                length = count
            } else if first == mark, count >= length, MarkdownSections.isBlank(rest) {
                length = 0
            }
        }
    }
}
