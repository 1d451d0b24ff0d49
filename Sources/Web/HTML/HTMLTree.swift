import CXML

/// A document as libxml2 reads it: nodes in the order of the document, a parent before its children.
struct HTMLTree {
    struct Node {
        let tag: Tag
        /// -1: none. So are the others.
        let parent: Int
        var first = -1
        var last = -1
        var next = -1
        /// Of a piece of text.
        var text: [UInt8] = []
        var attributes: [(name: String, value: String)] = []
    }

    private(set) var nodes: [Node] = []
    let hasScript: Bool

    /// Elements that are deeper than this belong to their ancestor at this depth.
    private static let deepest = 120
    /// What is deeper than this ends the document: no page of sense has it.
    private static let deepestRead = 400

    /// - Parameter document: UTF-8.
    /// - Throws: `Unreadable` without libxml2.
    init(_ document: [UInt8]) throws(Unreadable) {
        var error = [CChar](repeating: 0, count: 256)
        guard roost_xml_load(&error, error.count) == 0 else {
            throw Unreadable(
                text: String(decoding: error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        let sieve = HTMLSieve(document)
        hasScript = sieve.hasScript
        nodes = Self.nodes(sieve.output)
    }

    struct Unreadable: Error {
        let text: String
    }

    subscript(_ node: Int) -> Node { nodes[node] }

    func attribute(_ name: String, of node: Int) -> String? { nodes[node].attributes.first { $0.name == name }?.value }

    func children(of node: Int) -> Children { Children(tree: self, following: nodes[node].first) }

    struct Children: Sequence, IteratorProtocol {
        let tree: HTMLTree
        fileprivate var following: Int

        mutating func next() -> Int? {
            guard following >= 0 else { return nil }
            defer { following = tree.nodes[following].next }
            return following
        }
    }

    // MARK: Reading

    private static func nodes(_ document: [UInt8]) -> [Node] {
        let reader = Reader()
        var events = roost_html_events(start: startElement, end: endElement, text: addText)
        // A slash in the place of an empty document, which the parser does not take.
        let bytes = document.isEmpty ? [UInt8(ascii: " ")] : document
        bytes.withUnsafeBytes { bytes in
            _ = roost_html_read(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count),
                Int32(deepestRead),
                &events, Unmanaged.passUnretained(reader).toOpaque())
        }
        return reader.nodes
    }

    fileprivate final class Reader {
        var nodes: [Node] = []
        private var open: [Int] = []
        private var tooDeep = 0

        func start(_ name: String, _ attributes: [(String, String)]) {
            guard open.count < HTMLTree.deepest else {
                tooDeep += 1
                return
            }
            var node = Node(tag: Tag(named: name), parent: open.last ?? -1)
            node.attributes = attributes
            append(node)
            open.append(nodes.count - 1)
        }

        func end() {
            if tooDeep > 0 { tooDeep -= 1 } else { _ = open.popLast() }
        }

        func text(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let parent = open.last else { return }
            // A word may come in pieces, around each entity.
            let last = nodes[parent].last
            if last >= 0, nodes[last].tag == .text {
                nodes[last].text.append(contentsOf: bytes)
            } else {
                var node = Node(tag: .text, parent: parent)
                node.text = Array(bytes)
                append(node)
            }
        }

        private func append(_ node: Node) {
            let index = nodes.count
            nodes.append(node)
            guard node.parent >= 0 else { return }
            let last = nodes[node.parent].last
            if last >= 0 { nodes[last].next = index } else { nodes[node.parent].first = index }
            nodes[node.parent].last = index
        }
    }
}

private let startElement:
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UnsafePointer<UnsafePointer<CChar>?>?
    ) -> Void = { context, name, attributes in
        guard let context, let name else { return }
        var pairs: [(String, String)] = []
        if var attributes {
            while let name = attributes[0] {
                pairs.append((String(cString: name), attributes[1].map { String(cString: $0) } ?? ""))
                attributes += 2
            }
        }
        Unmanaged<HTMLTree.Reader>.fromOpaque(context).takeUnretainedValue().start(String(cString: name), pairs)
    }

private let endElement: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void = { context, _ in
    guard let context else { return }
    Unmanaged<HTMLTree.Reader>.fromOpaque(context).takeUnretainedValue().end()
}

private let addText: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int32) -> Void = {
    context, bytes, size in
    guard let context, let bytes, size > 0 else { return }
    bytes.withMemoryRebound(to: UInt8.self, capacity: Int(size)) {
        Unmanaged<HTMLTree.Reader>.fromOpaque(context).takeUnretainedValue().text(
            UnsafeBufferPointer(start: $0, count: Int(size)))
    }
}
