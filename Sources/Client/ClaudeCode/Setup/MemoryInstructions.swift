import Platform

/// Our lines in `CLAUDE.md`, between marks. They are in the context of every session, so they are few.
enum MemoryInstructions {
    private static let begin = "<!-- roost: begin -->"
    private static let end = "<!-- roost: end -->"

    /// Commands of a plugin have its name before theirs.
    private static func lines(usesPlugin: Bool) -> [String] {
        let commands = ["recall", "save", "status", "sync"].map { (usesPlugin ? "/roost:" : "/") + "memory-" + $0 }
        return [
            begin,
            "## Memory",
            "",
            "Roost remembers across sessions. Before a decision, or when an error looks familiar, look with `recall`; keep decisions,",
            "fixes and preferences with `remember`. Commands: \(commands.joined(separator: ", ")).",
            end,
        ]
    }

    /// A text without our lines: they tell nothing about the project.
    static func without(_ text: String) -> String {
        guard text.contains(begin) else { return text }
        return String(decoding: remove(Array(text.utf8)).bytes, as: UTF8.self)
    }

    static func install(_ bytes: [UInt8], usesPlugin: Bool = false) -> EditedText {
        var text = EditedText(bytes)
        let newline: [UInt8] = bytes.contains(0x0D) ? [0x0D, 0x0A] : [0x0A]
        let block = Array(lines(usesPlugin: usesPlugin).map { Array($0.utf8) }.joined(separator: newline))
        if let range = range(in: bytes) {
            if Array(bytes[range]) != block { text.replace(range, with: block) }
            return text
        }
        let isEnded = bytes.isEmpty || bytes.last == 0x0A
        let gap = bytes.isEmpty ? [] : isEnded ? newline : newline + newline
        text.replace(bytes.count..<bytes.count, with: gap + block + newline)
        return text
    }

    /// Takes our lines out, with the empty line before them.
    static func remove(_ bytes: [UInt8]) -> EditedText {
        var text = EditedText(bytes)
        guard let range = range(in: bytes) else { return text }
        var start = range.lowerBound
        var end = range.upperBound
        if bytes[end...].starts(with: [0x0D, 0x0A]) { end += 2 } else if bytes[end...].first == 0x0A { end += 1 }
        if bytes[..<start].suffix(4) == [0x0D, 0x0A, 0x0D, 0x0A] {
            start -= 2
        } else if bytes[..<start].suffix(2) == [0x0A, 0x0A] {
            start -= 1
        }
        text.replace(start..<end, with: [])
        return text
    }

    private static func range(in bytes: [UInt8]) -> Range<Int>? {
        guard let start = bytes.firstRange(of: Array(begin.utf8)),
            let end = bytes[start.upperBound...].firstRange(of: Array(end.utf8))
        else { return nil }
        return start.lowerBound..<end.upperBound
    }
}
