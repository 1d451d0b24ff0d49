import Platform

/// The difference of two texts for people: lines with some unchanged ones around them.
package struct TextDiff: Sendable, Equatable {
    package enum Line: Sendable, Equatable {
        /// `@@ -1,3 +1,4 @@`
        case place(String)
        case same(String)
        case removed([Piece])
        case added([Piece])
    }

    /// Part of a line, and whether it is what differs from the line it stands against.
    package struct Piece: Sendable, Equatable {
        package let text: String
        package let isChanged: Bool

        package init(text: String, isChanged: Bool) {
            self.text = text
            self.isChanged = isChanged
        }
    }

    package let lines: [Line]

    package init(_ old: String, _ new: String, context: Int = 3) {
        let endsInLines = [old, new].allSatisfy { $0.isEmpty || $0.utf8.last == UInt8(ascii: "\n") }
        let before = Self.lines(of: old, endsInLines)
        let after = Self.lines(of: new, endsInLines)
        let changes = LineDiff(before, after).changes
        lines = Self.hunks(changes, context).flatMap { Self.lines($0, before, after, context) }
    }

    /// As `diff -u` writes it, with nothing for equal texts.
    package func unified(old: String, new: String) -> String {
        if lines.isEmpty { return "" }
        let body = lines.map { line in
            switch line {
            case .place(let text): text
            case .same(let text): " " + text
            case .removed(let pieces): "-" + pieces.map(\.text).joined()
            case .added(let pieces): "+" + pieces.map(\.text).joined()
            }
        }
        return (["--- \(old)", "+++ \(new)"] + body).joined(separator: "\n")
    }

    package var addedCount: Int { lines.count { if case .added = $0 { true } else { false } } }
    package var removedCount: Int { lines.count { if case .removed = $0 { true } else { false } } }

    /// The first line that is new, else the first that is gone.
    package var firstChange: String {
        for line in lines { if case .added(let pieces) = line { return "+" + pieces.map(\.text).joined() } }
        for line in lines { if case .removed(let pieces) = line { return "-" + pieces.map(\.text).joined() } }
        return ""
    }

    // MARK: Making it

    /// - Parameter endsInLine: the empty line behind the last line feed is none for people.
    private static func lines(of text: String, _ endsInLine: Bool) -> [Platform.Line] {
        text.isEmpty ? [] : Platform.Line.lines(of: text).dropLast(endsInLine ? 1 : 0)
    }

    /// Changes whose surroundings touch belong together.
    private static func hunks(_ changes: [LineDiff.Change], _ context: Int) -> [[LineDiff.Change]] {
        var hunks: [[LineDiff.Change]] = []
        for change in changes {
            if let last = hunks.last?.last, change.old.lowerBound - last.old.upperBound <= 2 * context {
                hunks[hunks.count - 1].append(change)
            } else {
                hunks.append([change])
            }
        }
        return hunks
    }

    private static func lines(
        _ hunk: [LineDiff.Change], _ before: [Platform.Line], _ after: [Platform.Line], _ context: Int
    ) -> [Line] {
        guard let first = hunk.first, let last = hunk.last else { return [] }
        let start = max(0, first.old.lowerBound - context)
        let end = min(before.count, last.old.upperBound + context)
        let newStart = first.new.lowerBound - (first.old.lowerBound - start)
        let newEnd = last.new.upperBound + (end - last.old.upperBound)
        var lines: [Line] = [.place("@@ -\(range(start, end)) +\(range(newStart, newEnd)) @@")]
        var at = start
        for change in hunk {
            lines += before[at..<change.old.lowerBound].map { .same($0.text) }
            lines += replaced(before[change.old].map(\.text), after[change.new].map(\.text))
            at = change.old.upperBound
        }
        return lines + before[at..<end].map { .same($0.text) }
    }

    private static func range(_ start: Int, _ end: Int) -> String {
        end - start == 1 ? "\(start + 1)" : "\(end > start ? start + 1 : start),\(end - start)"
    }

    private static func replaced(_ old: [String], _ new: [String]) -> [Line] {
        // Only as many lines on both sides can be said to stand against each other.
        guard old.count == new.count else {
            return old.map { .removed([Piece(text: $0, isChanged: false)]) }
                + new.map { .added([Piece(text: $0, isChanged: false)]) }
        }
        let pairs = zip(old, new).map { pieces($0, $1) }
        return pairs.map { .removed($0.0) } + pairs.map { .added($0.1) }
    }

    /// The words of two lines, with those marked that are not in both.
    private static func pieces(_ old: String, _ new: String) -> ([Piece], [Piece]) {
        let (left, right) = (words(old), words(new))
        let diff = LineDiff(left, right)
        return (
            marked(left, diff.changes.map(\.old)), marked(right, diff.changes.map(\.new))
        )
    }

    private static func marked(_ words: [Platform.Line], _ changed: [Range<Int>]) -> [Piece] {
        var pieces: [Piece] = []
        var at = 0
        func add(_ range: Range<Int>, _ isChanged: Bool) {
            let text = words[range].map(\.text).joined()
            if !text.isEmpty { pieces.append(Piece(text: text, isChanged: isChanged)) }
        }
        for range in changed {
            add(at..<range.lowerBound, false)
            add(range, true)
            at = range.upperBound
        }
        add(at..<words.count, false)
        return pieces
    }

    /// Words and what stands between them.
    private static func words(_ text: String) -> [Platform.Line] {
        var words: [[UInt8]] = []
        var wasWord = false
        for character in text {
            let isWord = character.isLetter || character.isNumber
            if isWord, wasWord {
                words[words.count - 1] += Array(character.utf8)
            } else {
                words.append(Array(character.utf8))
            }
            wasWord = isWord
        }
        return words.map { Platform.Line($0) }
    }
}
