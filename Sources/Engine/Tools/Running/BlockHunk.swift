import Platform

/// A change of a unified diff: lines that have to stand in a text exactly once, and what comes in their place.
struct BlockHunk: Sendable, Equatable {
    private(set) var old: [Line] = []
    private(set) var new: [Line] = []

    /// Reads the hunks of one block. Places that `@@` lines name are not trusted: models count badly.
    static func hunks(_ lines: [Line]) throws(ToolFailure) -> [BlockHunk] {
        var hunks: [BlockHunk] = []
        var hunk = BlockHunk()
        var hasBegun = false
        // An empty line is an empty line of context whose space was lost, unless it ends the hunk.
        var emptyLines = 0
        for line in lines {
            let text = line.text
            if text.hasPrefix("@@") {
                hunks.append(hunk)
                (hunk, emptyLines, hasBegun) = (BlockHunk(), 0, true)
                continue
            }
            if isDecoration(text, inside: hasBegun || !hunk.isEmpty) { continue }
            guard let sign = line.bytes.first else {
                emptyLines += 1
                continue
            }
            for _ in 0..<emptyLines { hunk.addContext(Line([])) }
            emptyLines = 0
            let rest = Line(line.bytes.dropFirst())
            switch sign {
            case UInt8(ascii: " "): hunk.addContext(rest)
            case UInt8(ascii: "-"): hunk.old.append(rest)
            case UInt8(ascii: "+"): hunk.new.append(rest)
            default:
                throw ToolFailure(
                    "The patch has a line that begins with none of ' ' (context), '-' (removed), '+' (added): \(text)")
            }
        }
        hunks.append(hunk)
        return hunks.filter { !$0.isEmpty }
    }

    /// Names of files before the first hunk, and the note that a text ends without a line feed.
    private static func isDecoration(_ text: String, inside: Bool) -> Bool {
        text.hasPrefix("\\ ") || (!inside && (text.hasPrefix("--- ") || text.hasPrefix("+++ ")))
    }

    private var isEmpty: Bool { old.isEmpty && new.isEmpty }

    private mutating func addContext(_ line: Line) {
        old.append(line)
        new.append(line)
    }

    /// Makes all changes or none. Each is looked for in the text as it was, so the order of the hunks does not matter.
    static func apply(_ hunks: [BlockHunk], to text: String, label: String) throws(ToolFailure) -> String {
        guard !hunks.isEmpty else { throw ToolFailure("The patch changes nothing: it has no lines with '-' or '+'.") }
        let lines = Line.lines(of: text)
        // An empty text has no lines to stand beside.
        if text.isEmpty, hunks.count == 1, hunks[0].old.allSatisfy(\.bytes.isEmpty) {
            return Line.text(of: hunks[0].new)
        }
        var changes: [(place: Int, hunk: BlockHunk)] = []
        for (number, hunk) in hunks.enumerated() {
            changes.append((try hunk.place(in: lines, number: number + 1, label: label), hunk))
        }
        changes.sort { $0.place < $1.place }
        var result: [Line] = []
        var position = 0
        for (place, hunk) in changes {
            guard place >= position else {
                throw ToolFailure(
                    "Two hunks of the patch change the same lines of the memory block '\(label)'. Join them.")
            }
            result += lines[position..<place] + hunk.new
            position = place + hunk.old.count
        }
        return Line.text(of: result + lines[position...])
    }

    private func place(in lines: [Line], number: Int, label: String) throws(ToolFailure) -> Int {
        guard !old.isEmpty else {
            throw ToolFailure(
                "Hunk \(number) only adds lines, so its place in the memory block '\(label)' is not known. Add a line of "
                    + "context that begins with a space.")
        }
        let places = Occurrences(of: old).places(in: lines, overlapping: true)
        if places.count == 1 { return places[0] }
        let shown = "`\(Line.text(of: old))`"
        if places.isEmpty {
            throw ToolFailure(
                "The context of hunk \(number) was not found in the memory block '\(label)': \(shown). Its lines have to "
                    + "stand in the block exactly so, one after the other.")
        }
        let starts = places.prefix(20).map { String($0 + 1) }.joined(separator: ", ")
        throw ToolFailure(
            "The context of hunk \(number) was found \(places.count) times in the memory block '\(label)', at the lines "
                + "[\(starts)]: \(shown). Add lines of context until it is unique.")
    }
}
