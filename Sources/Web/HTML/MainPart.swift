/// Finds what a page is about: what is shown, without navigation and other company, and of that the part with the text
/// (docs/web.md says how).
struct MainPart {
    let tree: HTMLTree
    /// Bytes of text, without white space, of a node and what is in it; nothing of what was left out.
    private(set) var sizes: [Int]
    /// The same of what is in links.
    private(set) var linkSizes: [Int]
    /// What was left out, with all that is in it.
    private(set) var isLeftOut: [Bool]
    /// Whether there is a block in it.
    let holdsBlock: [Bool]
    /// The part to show; -1 in a document without elements.
    private(set) var root = -1

    /// A part with less is no main part.
    private static let leastText = 140

    init(_ tree: HTMLTree) {
        self.tree = tree
        let count = tree.nodes.count
        isLeftOut = Array(repeating: false, count: count)
        sizes = Array(repeating: 0, count: count)
        linkSizes = sizes
        holdsBlock = Self.blocks(tree)
        isLeftOut = leavingOut { isHidden($0) || isCompany($0) }
        measure()
        isLeftOut = leavingOut { isCompanyByWords($0) }
        measure()
        root = choose()
    }

    /// Text that is in no link.
    func prose(_ node: Int) -> Int { sizes[node] - linkSizes[node] }

    private static func blocks(_ tree: HTMLTree) -> [Bool] {
        var holds = Array(repeating: false, count: tree.nodes.count)
        for node in tree.nodes.indices.reversed() where tree[node].tag.isBlock || holds[node] {
            if tree[node].parent >= 0 { holds[tree[node].parent] = true }
        }
        return holds
    }

    // MARK: Leaving out

    private func leavingOut(_ isOut: (Int) -> Bool) -> [Bool] {
        var leftOut = isLeftOut
        for node in tree.nodes.indices where !leftOut[node] {
            let parent = tree[node].parent
            leftOut[node] = parent >= 0 && leftOut[parent] || tree[node].tag != .text && isOut(node)
        }
        return leftOut
    }

    private func isHidden(_ node: Int) -> Bool {
        if tree[node].tag.isMute { return true }
        for (name, value) in tree[node].attributes {
            switch name {
            case "hidden": if value.lowercased() != "until-found" { return true }
            case "aria-hidden": if value.lowercased() == "true" { return true }
            case "style":
                let style = value.lowercased().filter { !$0.isWhitespace }
                if style.contains("display:none") || style.contains("visibility:hidden") { return true }
            default: break
            }
        }
        return false
    }

    /// By what the page's author says that it is.
    private func isCompany(_ node: Int) -> Bool {
        if let role = tree.attribute("role", of: node), PageWords.isAsideRole(role) { return true }
        switch tree[node].tag {
        case .nav, .footer, .dialog: return true
        case .aside: return !(isWithin(node, [.article, .main]) && PageWords.isNote(words(node)))
        // The head of a site, not that of an article.
        case .header: return !isWithin(node, [.article, .main, .section]) && !holds(node, .h1)
        default: return false
        }
    }

    private func words(_ node: Int) -> [String] {
        PageWords.words(tree.attribute("class", of: node), tree.attribute("id", of: node))
    }

    private func isWithin(_ node: Int, _ tags: Set<Tag>) -> Bool {
        var node = tree[node].parent
        while node >= 0 {
            if tags.contains(tree[node].tag) || tree.attribute("role", of: node) == "main" { return true }
            node = tree[node].parent
        }
        return false
    }

    /// Nodes of a part are in one run.
    private func holds(_ node: Int, _ tags: Tag...) -> Bool {
        part(node).dropFirst().contains { tags.contains(tree[$0].tag) }
    }

    private func part(_ node: Int) -> Range<Int> {
        var end = node
        while tree[end].last >= 0 { end = tree[end].last }
        return node..<(end + 1)
    }

    /// By its class and id, unless so much is in it that it can be no company.
    private func isCompanyByWords(_ node: Int) -> Bool {
        switch tree[node].tag {
        case .html, .body, .main, .article, .h1, .pre, .code, .table, .tbody, .tr: return false
        case .form: return prose(node) * 5 < prose(0) * 2
        default: break
        }
        guard !tree[node].attributes.isEmpty else { return false }
        let words = words(node)
        return PageWords.isAside(words) && !PageWords.isBetter(words) && sizes[node] * 5 < sizes[0] * 2
            && !holds(node, .main, .article, .h1)
    }

    private mutating func measure() {
        for node in tree.nodes.indices {
            sizes[node] = 0
            linkSizes[node] = 0
        }
        for node in tree.nodes.indices.reversed() where !isLeftOut[node] {
            if tree[node].tag == .text { sizes[node] = tree[node].text.reduce(0) { $0 + ($1 > 0x20 ? 1 : 0) } }
            if tree[node].tag == .a, tree.attribute("href", of: node) != nil { linkSizes[node] = sizes[node] }
            let parent = tree[node].parent
            if parent >= 0 {
                sizes[parent] += sizes[node]
                linkSizes[parent] += linkSizes[node]
            }
        }
    }

    // MARK: Choosing

    private func choose() -> Int {
        guard let body = tree.nodes.indices.first(where: { tree[$0].tag == .body }) ?? tree.nodes.indices.first else {
            return -1
        }
        guard prose(body) >= Self.leastText else { return body }
        if let marked = marked(in: body) { return marked }
        guard var best = scored(in: body) else { return body }
        // Up, as long as there is much more text around it: a thread around a post.
        while best != body, tree[best].parent >= 0, prose(parent(of: best)) * 2 > prose(best) * 3 {
            best = parent(of: best)
        }
        // What holds rows is shown with them.
        while [.tr, .tbody, .thead, .td, .th, .li, .dd, .dt].contains(tree[best].tag), tree[best].parent >= 0,
            ![.td, .th].contains(tree[best].tag) || prose(best) * 10 < prose(body) * 7
        {
            best = parent(of: best)
        }
        return prose(best) * 4 < prose(body) ? body : best
    }

    private func parent(of node: Int) -> Int { tree[node].parent }

    /// What the page's author calls its main part.
    private func marked(in body: Int) -> Int? {
        let shown = tree.nodes.indices.filter { !isLeftOut[$0] }
        let mains = shown.filter { tree[$0].tag == .main || tree.attribute("role", of: $0) == "main" }
        let main = mains.max { prose($0) < prose($1) }
        let frame = main.flatMap { prose($0) * 4 >= prose(body) ? $0 : nil }
        let articles = shown.filter {
            tree[$0].tag == .article || tree.attribute("itemprop", of: $0)?.lowercased() == "articlebody"
        }
        if let article = articles.max(by: { prose($0) < prose($1) }),
            prose(article) * 10 >= prose(frame ?? body) * 6
        {
            return article
        }
        return frame
    }

    /// The element with the best score; nil when there is no text to speak of.
    private func scored(in body: Int) -> Int? {
        var scores: [Int: Double] = [:]
        for node in tree.nodes.indices where !isLeftOut[node] && isParagraph(node) {
            let size = prose(node)
            guard size >= 25 else { continue }
            let score = 1 + Double(commas(in: node)) + min(Double(size) / 100, 3)
            var ancestor = parent(of: node)
            for share in [1.0, 0.5, 1.0 / 3, 0.25] {
                guard ancestor >= 0 else { break }
                scores[ancestor, default: weight(ancestor)] += score * share
                ancestor = parent(of: ancestor)
            }
        }
        let rated = scores.map { node, score in
            (node: node, score: score * (1 - Double(linkSizes[node]) / Double(max(1, sizes[node]))))
        }
        return rated.max { $0.score != $1.score ? $0.score < $1.score : $0.node > $1.node }?.node
    }

    /// A piece of text of its own, not one that holds others.
    private func isParagraph(_ node: Int) -> Bool {
        switch tree[node].tag {
        case .p, .pre, .blockquote, .dd: true
        case .td, .li, .div, .section, .center, .font: !holdsBlock[node]
        default: false
        }
    }

    private func commas(in node: Int) -> Int {
        var count = 0
        for node in part(node) where tree[node].tag == .text {
            var previous: (UInt8, UInt8) = (0, 0)
            for byte in tree[node].text {
                // `,` and the ideographic ones: E3 80 81, E3 80 82, EF BC 8C.
                if byte == UInt8(ascii: ",") || previous == (0xE3, 0x80) && (byte == 0x81 || byte == 0x82)
                    || previous == (0xEF, 0xBC) && byte == 0x8C
                {
                    count += 1
                }
                previous = (previous.1, byte)
            }
        }
        return count
    }

    private func weight(_ node: Int) -> Double {
        let byTag: Double =
            switch tree[node].tag {
            case .article, .section, .div, .main: 5
            case .pre, .td, .blockquote: 3
            case .ul, .ol, .dl, .form, .address: -3
            case .h1, .h2, .h3, .h4, .h5, .h6, .th: -5
            default: 0
            }
        let words = words(node)
        return byTag + (PageWords.isBetter(words) ? 25 : 0) - (PageWords.isAside(words) ? 25 : 0)
    }
}
