/// A line in the making: white space becomes one space, none at its ends, except where the page breaks it.
struct InlineText {
    private var bytes: [UInt8] = []
    private var isSpaceDue = false

    mutating func add(_ text: [UInt8]) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            // A space that does not break is one for a reader of text.
            let isNoBreak = byte == 0xC2 && index + 1 < text.count && text[index + 1] == 0xA0
            // What has no width says nothing: U+200B, U+FEFF.
            let isNothing =
                index + 2 < text.count
                && ((byte, text[index + 1], text[index + 2]) == (0xE2, 0x80, 0x8B)
                    || (byte, text[index + 1], text[index + 2]) == (0xEF, 0xBB, 0xBF))
            if isNothing {
                index += 3
            } else if byte <= 0x20 || isNoBreak {
                isSpaceDue = true
                index += isNoBreak ? 2 : 1
            } else {
                putSpace()
                bytes.append(byte)
                index += 1
            }
        }
    }

    /// As it is, without a look at its spaces.
    mutating func addWhole(_ text: String) {
        putSpace()
        bytes += text.utf8
    }

    mutating func addSpace() { isSpaceDue = true }

    mutating func breakLine() {
        if bytes.isEmpty { return }
        bytes.append(0x0A)
        isSpaceDue = false
    }

    private mutating func putSpace() {
        if isSpaceDue, let last = bytes.last, last != 0x0A { bytes.append(0x20) }
        isSpaceDue = false
    }

    /// A space came last, or comes first.
    var endsWithSpace: Bool { isSpaceDue }

    var finished: String {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0x0A { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}

extension MarkdownWriter {
    /// The content of a node on one line, or on several where it has breaks.
    func inline(_ node: Int, isOneLine: Bool = true) -> String {
        var line = InlineText()
        for child in tree.children(of: node) where !part.isLeftOut[child] { write(child, to: &line) }
        let text = line.finished
        return isOneLine ? text.split(separator: "\n").joined(separator: " ") : text
    }

    func write(_ node: Int, to line: inout InlineText) {
        switch tree[node].tag {
        case .text: line.add(tree[node].text)
        case .br: line.breakLine()
        case .wbr: break
        case .img:
            let text = tree.attribute("alt", of: node).map { Self.collapsed(Array($0.utf8)) } ?? ""
            if text.utf8.count > 3 { line.addWhole("[image: \(text)]") }
        case .a: writeLink(node, to: &line)
        case .b, .strong: wrap(node, "**", &line)
        case .em, .i: wrap(node, "*", &line)
        case .del, .s, .strike: wrap(node, "~~", &line)
        case .code, .kbd, .samp, .tt: writeCode(node, to: &line)
        case .q: writeAround(node, "\"", "\"", &line)
        case .rt: writeAround(node, "(", ")", &line)
        case .sup:
            let text = inline(node)
            let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
            if !text.isEmpty { line.addWhole(isNumber ? "^" + text : text) }
        default:
            let isApart = tree[node].tag.isBlock
            if isApart { line.addSpace() }
            for child in tree.children(of: node) where !part.isLeftOut[child] { write(child, to: &line) }
            if isApart { line.addSpace() }
        }
    }

    private func writeAround(_ node: Int, _ before: String, _ after: String, _ line: inout InlineText) {
        let text = inline(node)
        if !text.isEmpty { line.addWhole(before + text + after) }
    }

    private func writeLink(_ node: Int, to line: inout InlineText) {
        let text = inline(node)
        // Marks that lead to the heading they stand beside.
        if text.isEmpty || text == "¶" || text == "#" || text == "§" { return }
        spaceBefore(node, &line)
        if let address = tree.attribute("href", of: node).flatMap(resolve), !text.contains("](") {
            line.addWhole(text == address ? text : "[\(text)](\(address))")
        } else {
            line.addWhole(text)
        }
        spaceAfter(node, &line)
    }

    private func wrap(_ node: Int, _ mark: String, _ line: inout InlineText) {
        let text = inline(node)
        if text.isEmpty { return }
        spaceBefore(node, &line)
        // In a mark of its own kind, and in code, a mark would end it.
        line.addWhole(text.contains(mark) || text.contains("`") ? text : mark + text + mark)
        spaceAfter(node, &line)
    }

    private func writeCode(_ node: Int, to line: inout InlineText) {
        var inner = InlineText()
        addText(of: node, to: &inner)
        let text = inner.finished
        if text.isEmpty { return }
        spaceBefore(node, &line)
        line.addWhole(text.contains("`") ? "`` \(text) ``" : "`\(text)`")
        spaceAfter(node, &line)
    }

    /// Text without marks.
    private func addText(of node: Int, to line: inout InlineText) {
        for child in tree.children(of: node) where !part.isLeftOut[child] {
            if tree[child].tag == .text { line.add(tree[child].text) } else { addText(of: child, to: &line) }
        }
    }

    private func spaceBefore(_ node: Int, _ line: inout InlineText) {
        let first = tree[node].first
        if first >= 0, let byte = tree[first].text.first, byte <= 0x20 { line.addSpace() }
    }

    private func spaceAfter(_ node: Int, _ line: inout InlineText) {
        let last = tree[node].last
        if last >= 0, let byte = tree[last].text.last, byte <= 0x20 { line.addSpace() }
    }
}
