import HTTP
import Platform

/// The text of a page.
struct PageText: Sendable, Equatable {
    let title: String?
    /// Markdown, or as it came when it was no HTML.
    let text: String

    /// The main part of a document.
    /// - Parameters:
    ///   - document: in UTF-8.
    ///   - url: what its links are relative to.
    /// - Throws: `HTMLTree.Unreadable`.
    static func html(_ document: [UInt8], at url: String) throws -> PageText {
        let tree = try HTMLTree(document)
        let part = MainPart(tree)
        let base = tree.base(at: url)
        let writer = MarkdownWriter(part: part) { place in
            // A place in this page, or none of the web's, is no link to follow.
            let place = place.trimmed
            return place.isEmpty || place.hasPrefix("#") ? nil : RequestURL.resolved(place, at: base)
        }
        var text = writer.text()
        let description = tree.meta("description") ?? tree.meta("og:description")
        if text.utf8.count < 80, tree.hasScript {
            let words = [description, text].compactMap { $0 }.filter { !$0.isEmpty }
            text =
                (words + ["(The page has hardly any text of its own: it is built by scripts, which are not run here.)"])
                .joined(separator: "\n\n")
        } else if text.isEmpty {
            text = description ?? ""
        }
        return PageText(title: tree.title ?? tree.meta("og:title"), text: text)
    }
}

extension HTMLTree {
    var title: String? {
        guard let node = nodes.indices.first(where: { self[$0].tag == .title }) else { return nil }
        var bytes: [UInt8] = []
        for child in children(of: node) { bytes += self[child].text }
        let title = MarkdownWriter.collapsed(bytes)
        return title.isEmpty ? nil : title
    }

    func meta(_ name: String) -> String? {
        let node = nodes.indices.first {
            self[$0].tag == .meta && (attribute("name", of: $0) ?? attribute("property", of: $0))?.lowercased() == name
        }
        let text = node.flatMap { attribute("content", of: $0) }.map { MarkdownWriter.collapsed(Array($0.utf8)) } ?? ""
        return text.isEmpty ? nil : text
    }

    fileprivate func base(at url: String) -> String {
        guard let node = nodes.indices.first(where: { self[$0].tag == .base }), let place = attribute("href", of: node)
        else { return url }
        return RequestURL.resolved(place, at: url) ?? url
    }
}
