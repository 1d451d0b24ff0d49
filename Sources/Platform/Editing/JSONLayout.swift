/// How a JSON text is laid out, as far as new parts of it have to look the same.
struct JSONLayout: Sendable, Equatable {
    /// One level: two spaces, four, a tab.
    let unit: [UInt8]
    let newline: [UInt8]
    /// The whole text is on one line.
    let isCompact: Bool
    /// Between a name's colon and its value.
    let gap: [UInt8]

    init(of tree: JSONTree) {
        let bytes = tree.bytes
        let members = tree.members(of: tree.root)
        isCompact = !members.isEmpty && !bytes[tree.root.range].contains(UInt8(ascii: "\n"))
        let firstLine = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
        newline = firstLine > 0 && bytes[firstLine - 1] == UInt8(ascii: "\r") ? [0x0D, 0x0A] : [0x0A]
        unit =
            Self.indentation(before: members.first?.keyRange.lowerBound, bytes).flatMap { $0.isEmpty ? nil : $0 } ?? [
                0x20, 0x20,
            ]
        guard let member = members.first else {
            gap = [0x20]
            return
        }
        let between = bytes[member.keyRange.upperBound..<member.value.range.lowerBound]
        let colon = between.firstIndex(of: UInt8(ascii: ":")) ?? between.startIndex
        let space = between[(colon + 1)...]
        gap = space.contains(UInt8(ascii: "\n")) ? [0x20] : Array(space)
    }

    /// The white space that a line begins with, when what stands at the offset is the first on its line.
    private static func indentation(before offset: Int?, _ bytes: [UInt8]) -> [UInt8]? {
        guard let offset else { return nil }
        let start = lineStart(offset, bytes)
        let head = bytes[start..<offset]
        return start > 0 && head.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? Array(head) : nil
    }

    private static func lineStart(_ offset: Int, _ bytes: [UInt8]) -> Int {
        (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }

    /// The white space that the line of an offset begins with.
    func indentation(ofLineAt offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        Array(bytes[Self.lineStart(offset, bytes)...].prefix { $0 == 0x20 || $0 == 0x09 })
    }

    // MARK: Writing

    func member(_ name: String, _ value: JSONValue, indentation: [UInt8], isInline: Bool) -> [UInt8] {
        Array(JSONValue.string(name).text.utf8) + [UInt8(ascii: ":")] + gap
            + text(value, indentation: indentation, isInline: isInline)
    }

    /// - Parameter indentation: of the line that the value begins on.
    func text(_ value: JSONValue, indentation: [UInt8], isInline: Bool) -> [UInt8] {
        let parts: [[UInt8]]
        let marks: (UInt8, UInt8)
        let isShort = isInline || isCompact || isShortList(value)
        let inner = isShort ? indentation : indentation + unit
        switch value {
        case .object(let object):
            marks = (UInt8(ascii: "{"), UInt8(ascii: "}"))
            parts = object.members.map { member($0.name, $0.value, indentation: inner, isInline: isShort) }
        case .array(let elements):
            marks = (UInt8(ascii: "["), UInt8(ascii: "]"))
            parts = elements.map { text($0, indentation: inner, isInline: isShort) }
        default: return Array(value.text.utf8)
        }
        guard !parts.isEmpty else { return [marks.0, marks.1] }
        if isShort {
            return [marks.0] + Array(parts.joined(separator: [UInt8(ascii: ",")] + gap)) + [marks.1]
        }
        let separator = newline + inner
        return [marks.0] + separator + Array(parts.joined(separator: [UInt8(ascii: ",")] + separator)) + newline
            + indentation + [marks.1]
    }

    /// A few words, which people write on one line.
    private func isShortList(_ value: JSONValue) -> Bool {
        guard let strings = value.strings else { return false }
        return strings.reduce(0) { $0 + $1.utf8.count + 4 } <= 60
    }
}
