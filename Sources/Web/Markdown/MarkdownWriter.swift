/// Writes a part of a page as Markdown: headings, paragraphs, lists, code, quotes, simple tables, links.
struct MarkdownWriter {
    let part: MainPart
    /// The whole address of a link; nil for one that leads nowhere else.
    let resolve: (String) -> String?

    var tree: HTMLTree { part.tree }

    func text() -> String { part.root < 0 ? "" : blocks(in: part.root).joined(separator: "\n\n") }

    // MARK: Blocks

    /// The blocks of a node's content, each without a line end behind it.
    func blocks(in node: Int) -> [String] {
        var blocks: [String] = []
        var line = InlineText()
        func endLine() {
            let text = line.finished
            if !text.isEmpty { blocks.append(text) }
            line = InlineText()
        }
        for child in tree.children(of: node) where !part.isLeftOut[child] {
            if tree[child].tag.isBlock {
                endLine()
                blocks += block(child)
            } else if part.holdsBlock[child] {
                endLine()
                blocks += linked(self.blocks(in: child), by: child)
            } else {
                write(child, to: &line)
            }
        }
        endLine()
        return blocks
    }

    private func block(_ node: Int) -> [String] {
        let tag = tree[node].tag
        if let level = tag.headingLevel { return heading(node, level) }
        if tag.isPreformatted { return [code(node)].filter { !$0.isEmpty } }
        switch tag {
        case .hr: return ["---"]
        case .ul, .ol, .menu, .dir: return list(node)
        case .dl: return terms(node)
        case .blockquote:
            let inner = blocks(in: node).joined(separator: "\n\n")
            return inner.isEmpty ? [] : [Self.prefixed(inner, first: "> ", rest: "> ")]
        case .table: return table(node)
        case .li: return [item(node, mark: "- ")].filter { !$0.isEmpty }
        default: return blocks(in: node)
        }
    }

    private func heading(_ node: Int, _ level: Int) -> [String] {
        let text = inline(node)
        if text.isEmpty || text == "#" || text == "¶" { return [] }
        return [String(repeating: "#", count: level) + " " + text]
    }

    /// Blocks that are one link, such as the card of an article: its first line leads there.
    private func linked(_ blocks: [String], by node: Int) -> [String] {
        guard tree[node].tag == .a, let address = tree.attribute("href", of: node).flatMap(resolve),
            var first = blocks.first,
            !first.contains("\n"), !first.contains("](")
        else { return blocks }
        let mark = first.prefix { $0 == "#" || $0 == " " }
        first = "\(mark)[\(first.dropFirst(mark.count))](\(address))"
        return [first] + blocks.dropFirst()
    }

    private func list(_ node: Int) -> [String] {
        let isOrdered = tree[node].tag == .ol
        var number = tree.attribute("start", of: node).flatMap { Int($0) } ?? 1
        var items: [String] = []
        for child in tree.children(of: node) where !part.isLeftOut[child] {
            let text: String
            if tree[child].tag == .li {
                text = item(child, mark: isOrdered ? "\(number). " : "- ")
                if !text.isEmpty { number &+= 1 }
            } else if tree[child].tag == .text {
                text = Self.collapsed(tree[child].text)
            } else {
                // A list in a list without an item around it, as old pages have it.
                text = Self.prefixed(
                    (tree[child].tag.isBlock ? block(child) : blocks(in: child)).joined(separator: "\n"), first: "  ",
                    rest: "  ")
            }
            if !text.allSatisfy(\.isWhitespace) { items.append(text) }
        }
        return items.isEmpty ? [] : [items.joined(separator: "\n")]
    }

    private func item(_ node: Int, mark: String) -> String {
        let blocks = blocks(in: node)
        guard !blocks.isEmpty else { return "" }
        var text = blocks[0]
        for block in blocks.dropFirst() {
            // A list follows its text closely.
            let isList = block.hasPrefix("- ") || block.first?.isNumber == true && block.contains(". ")
            text += (isList ? "\n" : "\n\n") + block
        }
        return Self.prefixed(text, first: mark, rest: String(repeating: " ", count: mark.utf8.count))
    }

    private func terms(_ node: Int) -> [String] {
        var result: [String] = []
        for child in tree.children(of: node) where !part.isLeftOut[child] {
            switch tree[child].tag {
            case .dt:
                let term = inline(child)
                if !term.isEmpty { result.append(term.contains("**") || term.contains("`") ? term : "**\(term)**") }
            case .dd:
                let text = blocks(in: child).joined(separator: "\n\n")
                if !text.isEmpty { result.append(Self.prefixed(text, first: ": ", rest: "  ")) }
            case .text: break
            // Groups of terms.
            default: result += terms(child)
            }
        }
        return result.isEmpty ? [] : [result.joined(separator: "\n")]
    }

    // MARK: Code

    private func code(_ node: Int) -> String {
        var bytes: [UInt8] = []
        collect(node, into: &bytes)
        var text = String(decoding: bytes, as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while text.first?.isNewline == true { text.removeFirst() }
        guard !text.isEmpty else { return "" }
        // Longer than any run of them in it.
        var (run, longest) = (0, 2)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\(language(node))\n\(text)\n\(fence)"
    }

    private func collect(_ node: Int, into bytes: inout [UInt8]) {
        for child in tree.children(of: node) where !part.isLeftOut[child] {
            switch tree[child].tag {
            case .text: bytes += tree[child].text.filter { $0 != 0x0D }
            case .br: bytes.append(0x0A)
            default:
                // Lines that are elements of their own.
                let isLine = tree[child].tag.isBlock && tree[child].tag != .td
                if isLine, let last = bytes.last, last != 0x0A { bytes.append(0x0A) }
                collect(child, into: &bytes)
            }
        }
    }

    /// `language-swift`, `lang-py`, `highlight-source-js`, `brush: js`; of the element, the one in it or the two around it.
    private func language(_ node: Int) -> String {
        var candidates = tree.children(of: node).filter { tree[$0].tag == .code } + [node]
        var around = tree[node].parent
        for _ in 0..<2 where around >= 0 {
            candidates.append(around)
            around = tree[around].parent
        }
        for candidate in candidates {
            if let name = tree.attribute("data-lang", of: candidate) ?? tree.attribute("data-language", of: candidate) {
                return Self.languageName(name[...])
            }
            for word in (tree.attribute("class", of: candidate) ?? "").split(separator: " ") {
                for prefix in ["language-", "lang-", "highlight-source-", "highlight-"] where word.hasPrefix(prefix) {
                    return Self.languageName(word.dropFirst(prefix.count))
                }
            }
        }
        return ""
    }

    private static func languageName(_ word: Substring) -> String {
        let name = word.lowercased()
        let isName = name.utf8.count <= 20 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "`") }
        return isName && !["none", "default", "plaintext", "text", "notranslate"].contains(name) ? name : ""
    }

    // MARK: Texts

    static func collapsed(_ bytes: [UInt8]) -> String {
        var line = InlineText()
        line.add(bytes)
        return line.finished
    }

    static func prefixed(_ text: String, first: String, rest: String) -> String {
        var result = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { result += "\n" }
            let prefix = index == 0 ? first : rest
            // Nothing behind a line, but the mark of a quote.
            if line.isEmpty {
                result += prefix.allSatisfy { $0 == " " } ? "" : String(prefix.dropLast())
            } else {
                result += prefix + line
            }
        }
        return result
    }
}
