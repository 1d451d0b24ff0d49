/// Rows of text under headings, for people. Columns are as wide as their content; the last one is cut where the line ends.
struct Table: Sendable {
    let headings: [String]
    private(set) var rows: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    mutating func add(_ cells: String...) { rows.append(cells.map(Self.oneLine)) }

    func text(style: Style, width: Int = 120) -> String {
        let widths = headings.indices.map { column in
            max(headings[column].count, rows.map { $0[column].count }.max() ?? 0)
        }
        func line(_ cells: [String]) -> String {
            var line = ""
            for (column, cell) in cells.enumerated() {
                let isLast = column == cells.count - 1
                let shown = isLast ? Self.cut(cell, to: max(20, width - line.count)) : cell
                line += isLast ? shown : shown + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            return line
        }
        return ([style.bold(line(headings))] + rows.map(line)).joined(separator: "\n")
    }

    /// Control characters out: a stored text must not steer the terminal.
    static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.value < 32 || $0.value == 127 || (0x80..<0xA0).contains($0.value) ? " " : $0
                }))
    }

    /// The same for a text of several lines, which stay.
    static func printable(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { oneLine(String($0)) }.joined(
            separator: "\n")
    }

    /// `2026-11-20 22:15` of a time in ISO 8601.
    static func time(_ iso8601: String) -> String {
        String(iso8601.prefix(16)).split(separator: "T").joined(separator: " ")
    }

    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
