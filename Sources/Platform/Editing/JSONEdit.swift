/// Changes single values in a JSON text and leaves every other byte as it is: layout, order, spelling of numbers, members of
/// the same name, line endings, byte order mark.
package struct JSONEdit: Sendable {
    package private(set) var text: EditedText
    package private(set) var tree: JSONTree

    /// An empty text is taken for `{}`. Throws `JSONError`.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        text = EditedText(bytes)
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
            text.replace(0..<bytes.count, with: Array("{}\n".utf8))
        }
        tree = try JSONTree(text.bytes)
    }

    package var isChanged: Bool { text.bytes != text.base }

    package func value(_ path: [String]) -> JSONValue? { tree.node(path).flatMap { tree.value(of: $0) } }

    // MARK: Changing

    /// Gives a member a value, making the objects above it where they are missing. Whatever is there and not an object is
    /// replaced by one.
    package mutating func set(_ path: [String], _ value: JSONValue) throws(JSONError) {
        var known = 0
        while known < path.count, tree.node(Array(path[...known])) != nil { known += 1 }
        if known == path.count, let node = tree.node(path) { return try replace(node, with: value) }
        guard let parent = tree.node(Array(path[..<known])) else { return }
        let nested = path[(known + 1)...].reversed().reduce(value) { inner, name in .object(JSONObject([(name, inner)]))
        }
        guard case .object = parent.kind else {
            return try replace(parent, with: .object(JSONObject([(path[known], nested)])))
        }
        try insert(into: parent) { layout, indentation, isInline in
            layout.member(path[known], nested, indentation: indentation, isInline: isInline)
        }
    }

    package mutating func replace(_ node: JSONTree.Node, with value: JSONValue) throws(JSONError) {
        if tree.value(of: node) == value { return }
        let layout = JSONLayout(of: tree)
        let indentation = layout.indentation(ofLineAt: node.range.lowerBound, tree.bytes)
        // What was on one line stays on one, unless it was too little to tell.
        let isInline = layout.isCompact || (isLong(node) && !bytes(node).contains(UInt8(ascii: "\n")))
        try apply(node.range, layout.text(value, indentation: indentation, isInline: isInline))
    }

    /// Adds to the end of a list, making it where it is missing.
    package mutating func append(_ path: [String], _ value: JSONValue) throws(JSONError) {
        guard let node = tree.node(path), case .array = node.kind else { return try set(path, .array([value])) }
        try insert(into: node) { layout, indentation, isInline in
            layout.text(value, indentation: indentation, isInline: isInline)
        }
    }

    /// Takes a member away, with the comma that is too many then.
    package mutating func remove(_ path: [String]) throws(JSONError) {
        guard let name = path.last, let parent = tree.node(Array(path.dropLast())),
            let index = tree.members(of: parent).lastIndex(where: { $0.name == name })
        else { return }
        let ranges = tree.members(of: parent).map { $0.keyRange.lowerBound..<$0.value.range.upperBound }
        try remove(index, of: ranges, in: parent)
    }

    package mutating func remove(element index: Int, of list: JSONTree.Node) throws(JSONError) {
        try remove(index, of: tree.elements(of: list).map(\.range), in: list)
    }

    package mutating func rename(_ path: [String], to name: String) throws(JSONError) {
        guard let old = path.last, let parent = tree.node(Array(path.dropLast())),
            let member = tree.member(old, of: parent)
        else { return }
        try apply(member.keyRange, Array(JSONValue.string(name).text.utf8))
    }

    // MARK: Workings

    private func bytes(_ node: JSONTree.Node) -> ArraySlice<UInt8> { tree.bytes[node.range] }

    private func isLong(_ node: JSONTree.Node) -> Bool {
        switch node.kind {
        case .object(let members): !members.isEmpty
        case .array(let elements): !elements.isEmpty
        case .scalar: false
        }
    }

    private mutating func apply(_ range: Range<Int>, _ new: [UInt8]) throws(JSONError) {
        text.replace(range, with: new)
        tree = try JSONTree(text.bytes)
    }

    /// Adds a part to the end of an object or a list, laid out as its last part is.
    private mutating func insert(
        into parent: JSONTree.Node, _ part: (JSONLayout, _ indentation: [UInt8], _ isInline: Bool) -> [UInt8]
    ) throws(JSONError) {
        let layout = JSONLayout(of: tree)
        let parts =
            tree.members(of: parent).map { $0.keyRange.lowerBound..<$0.value.range.upperBound }
            + tree.elements(of: parent).map(\.range)
        guard let last = parts.last else {
            let inner = (parent.range.lowerBound + 1)..<(parent.range.upperBound - 1)
            let outer = layout.indentation(ofLineAt: parent.range.lowerBound, tree.bytes)
            if layout.isCompact { return try apply(inner, part(layout, outer, true)) }
            let indentation = outer + layout.unit
            return try apply(
                inner, layout.newline + indentation + part(layout, indentation, false) + layout.newline + outer)
        }
        let before = parts.count > 1 ? parts[parts.count - 2].upperBound : parent.range.lowerBound + 1
        let between = tree.bytes[before..<last.lowerBound]
        let space = between[(between.firstIndex(of: UInt8(ascii: ",")).map { $0 + 1 } ?? before)...]
        if let line = space.lastIndex(of: UInt8(ascii: "\n")) {
            let indentation = Array(space[(line + 1)...])
            return try apply(
                last.upperBound..<last.upperBound,
                [UInt8(ascii: ",")] + layout.newline + indentation + part(layout, indentation, false))
        }
        let gap = parts.count > 1 ? Array(space) : layout.gap
        let outer = layout.indentation(ofLineAt: parent.range.lowerBound, tree.bytes)
        try apply(last.upperBound..<last.upperBound, [UInt8(ascii: ",")] + gap + part(layout, outer, true))
    }

    private mutating func remove(_ index: Int, of ranges: [Range<Int>], in parent: JSONTree.Node) throws(JSONError) {
        let range: Range<Int>
        if ranges.count == 1 {
            range = (parent.range.lowerBound + 1)..<(parent.range.upperBound - 1)
        } else if index == ranges.count - 1 {
            range = ranges[index - 1].upperBound..<ranges[index].upperBound
        } else {
            range = ranges[index].lowerBound..<ranges[index + 1].lowerBound
        }
        try apply(range, [])
    }
}
