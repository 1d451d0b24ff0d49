/// Tables: those of data as Markdown has them, those of layout as what is in their cells.
extension MarkdownWriter {
    private static let mostColumns = 30
    /// A cell with more is no cell of data.
    private static let longestCell = 600

    func table(_ node: Int) -> [String] {
        let rows = rows(of: node)
        let caption =
            tree.children(of: node).first { tree[$0].tag == .caption && !part.isLeftOut[$0] }.map { inline($0) } ?? ""
        let title = caption.isEmpty ? [] : ["**\(caption)**"]
        guard isData(node, rows) else {
            return title + rows.flatMap { $0.flatMap { blocks(in: $0) } }
        }
        let width = min(Self.mostColumns, rows.map { row in row.reduce(0) { $0 + span($1) } }.max() ?? 0)
        var lines = rows.map { line($0, width) }
        // Markdown's tables have a head.
        lines.insert("|" + String(repeating: " --- |", count: width), at: 1)
        return title + [lines.joined(separator: "\n")]
    }

    /// Cells by row, without those of tables in them.
    private func rows(of table: Int) -> [[Int]] {
        var rows: [[Int]] = []
        for child in tree.children(of: table) where !part.isLeftOut[child] {
            switch tree[child].tag {
            case .tr:
                let cells = tree.children(of: child).filter {
                    [.td, .th].contains(tree[$0].tag) && !part.isLeftOut[$0]
                }
                if !cells.isEmpty { rows.append(cells) }
            case .td, .th: rows.append([child])
            case .thead, .tbody, .tfoot, .form, .center, .font, .other: rows += self.rows(of: child)
            default: break
            }
        }
        return rows
    }

    private func isData(_ table: Int, _ rows: [[Int]]) -> Bool {
        if let role = tree.attribute("role", of: table), role == "presentation" || role == "none" { return false }
        guard rows.count >= 2, rows.contains(where: { $0.count >= 2 }) else { return false }
        let cells = rows.joined()
        let hasHead = cells.contains { tree[$0].tag == .th }
        let isSimple = cells.allSatisfy { part.sizes[$0] <= Self.longestCell && !holdsMuch($0) }
        // Pages of the nineties put links beside text with tables of two columns.
        return isSimple && (hasHead || rows.count(where: { $0.count == rows[0].count }) * 2 > rows.count)
    }

    /// Headings, lists of several, code or tables.
    private func holdsMuch(_ node: Int) -> Bool {
        tree.children(of: node).contains { child in
            guard !part.isLeftOut[child] else { return false }
            let tag = tree[child].tag
            return tag == .table || tag.isPreformatted || tag.headingLevel != nil || tag == .blockquote || tag == .hr
                || holdsMuch(child)
        }
    }

    private func span(_ cell: Int) -> Int {
        max(1, min(Self.mostColumns, tree.attribute("colspan", of: cell).flatMap { Int($0) } ?? 1))
    }

    private func line(_ cells: [Int], _ width: Int) -> String {
        var texts: [String] = []
        for cell in cells {
            texts.append(inline(cell).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|"))
            texts += Array(repeating: "", count: span(cell) - 1)
        }
        texts += Array(repeating: "", count: max(0, width - texts.count))
        return "| " + texts.prefix(width).joined(separator: " | ") + " |"
    }
}
