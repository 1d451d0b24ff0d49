import Platform

/// Edits of a block's text. Texts are compared byte by byte, and only a line feed ends a line: what Unicode calls equal, or one
/// character, may be written differently.
struct TextEdit: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where a text stands, one place not reaching into the next; nothing is found for an empty one.
    func places(of text: String) -> [Int] {
        Occurrences(of: Array(text.utf8)).places(in: bytes, overlapping: false)
    }

    /// The numbers of the lines that the places are in, counted from 1, each once.
    func lines(of places: [Int]) -> [Int] {
        var lines: [Int] = []
        var (line, position) = (1, 0)
        for place in places {
            line += bytes[position..<place].count { $0 == 0x0A }
            position = place
            if lines.last != line { lines.append(line) }
        }
        return lines
    }

    /// - Parameter length: in bytes, of the text that stands at each place.
    func replacing(_ places: [Int], length: Int, with text: String) -> String {
        var result: [UInt8] = []
        var position = 0
        for place in places {
            result += bytes[position..<place]
            result += Array(text.utf8)
            position = place + length
        }
        return String(decoding: result + bytes[position...], as: UTF8.self)
    }

    /// Puts text after a line; nil when there is no such line.
    /// - Parameter line: 0 for the beginning, -1 for the end.
    func inserting(_ text: String, afterLine line: Int) -> String? {
        var lines = Line.lines(of: self.text)
        guard line == -1 || (0...lines.count).contains(line) else { return nil }
        lines.insert(contentsOf: Line.lines(of: text), at: line == -1 ? lines.count : line)
        return Line.text(of: lines)
    }

    var lineCount: Int { bytes.count { $0 == 0x0A } + 1 }

    /// The text with each tab replaced by spaces up to the next multiple of eight columns, as Python's `expandtabs`: what
    /// models copy from their prompt often has spaces for tabs.
    var withoutTabs: String {
        guard bytes.contains(0x09) else { return text }
        var result = String.UnicodeScalarView()
        var column = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t":
                let width = 8 - column % 8
                result.append(contentsOf: String(repeating: " ", count: width).unicodeScalars)
                column += width
            case "\n", "\r":
                result.append(scalar)
                column = 0
            default:
                result.append(scalar)
                column += 1
            }
        }
        return String(result)
    }

    /// Whether a line begins as the prompt numbers lines: `12→ `.
    var hasLineNumber: Bool {
        let arrow = Array("→".utf8)
        return bytes.split(separator: 0x0A).contains { line in
            let rest = line.drop { $0 == 0x20 || $0 == 0x09 }.drop { $0 &- 0x30 < 10 }
            guard rest.startIndex > line.startIndex, line[rest.startIndex - 1] &- 0x30 < 10, rest.starts(with: arrow)
            else { return false }
            let next = rest.dropFirst(arrow.count).first
            return next == nil || next == 0x20 || next == 0x09
        }
    }
}
