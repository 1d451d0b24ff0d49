/// What has to be done to a list of lines to make another of it.
package struct LineDiff: Sendable, Equatable {
    /// Lines `old` of the first list are replaced by lines `new` of the second; one of the two may be empty.
    package struct Change: Sendable, Equatable {
        package let old: Range<Int>
        package let new: Range<Int>
    }

    /// In order; between two of them is at least one common line.
    package let changes: [Change]

    package init(_ old: [Line], _ new: [Line]) {
        var numbers: [Line: Int] = [:]
        func number(_ line: Line) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        changes = Self.changes(old.map(number), new.map(number))
    }

    // MARK: The shortest way (Myers 1986)

    /// Above so many steps the middle counts as replaced as a whole: the trace grows with their square.
    private static let mostSteps = 1500

    private static func changes(_ old: [Int], _ new: [Int]) -> [Change] {
        var head = 0
        while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
            tail += 1
        }
        let middle = Change(old: head..<old.count - tail, new: head..<new.count - tail)
        if middle.old.isEmpty && middle.new.isEmpty { return [] }
        if middle.old.isEmpty || middle.new.isEmpty { return [middle] }
        guard let common = common(old[middle.old], new[middle.new]) else { return [middle] }
        var changes: [Change] = []
        var (x, y) = (middle.old.lowerBound, middle.new.lowerBound)
        for (left, right) in common + [(middle.old.upperBound, middle.new.upperBound)] {
            if left > x || right > y { changes.append(Change(old: x..<left, new: y..<right)) }
            (x, y) = (left + 1, right + 1)
        }
        return changes
    }

    /// Places of common lines in both lists, in order; nil when the lists differ too much to tell.
    private static func common(_ old: ArraySlice<Int>, _ new: ArraySlice<Int>) -> [(Int, Int)]? {
        let (count, other) = (old.count, new.count)
        let (first, second) = (old.startIndex, new.startIndex)
        let limit = min(count + other, mostSteps)
        var furthest = [Int](repeating: 0, count: 2 * limit + 3)
        let middle = limit + 1
        var trace: [[Int]] = []
        for steps in 0...limit {
            trace.append(Array(furthest[(middle - steps - 1)...(middle + steps + 1)]))
            for diagonal in stride(from: -steps, through: steps, by: 2) {
                let goesDown =
                    diagonal == -steps
                    || (diagonal != steps && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1])
                var x = goesDown ? furthest[middle + diagonal + 1] : furthest[middle + diagonal - 1] + 1
                var y = x - diagonal
                while x < count, y < other, old[first + x] == new[second + y] { (x, y) = (x + 1, y + 1) }
                furthest[middle + diagonal] = x
                if x >= count, y >= other { return walkBack(trace, count, other, first, second) }
            }
        }
        return nil
    }

    private static func walkBack(
        _ trace: [[Int]], _ count: Int, _ other: Int, _ first: Int, _ second: Int
    ) -> [(Int, Int)] {
        var found: [(Int, Int)] = []
        var (x, y) = (count, other)
        for steps in trace.indices.reversed() {
            let furthest = trace[steps]
            // The trace of a step begins at the diagonal `-steps - 1`.
            let at = { (diagonal: Int) in furthest[diagonal + steps + 1] }
            let diagonal = x - y
            let goesDown = diagonal == -steps || (diagonal != steps && at(diagonal - 1) < at(diagonal + 1))
            let from = goesDown ? diagonal + 1 : diagonal - 1
            let (startX, startY) = steps == 0 ? (0, 0) : (at(from), at(from) - from)
            while x > startX, y > startY {
                (x, y) = (x - 1, y - 1)
                found.append((first + x, second + y))
            }
            (x, y) = (startX, startY)
        }
        return found.reversed()
    }
}

/// One line of a text without its line feed; a carriage return before that belongs to it. Lines are the same when their bytes
/// are: what Unicode calls equal may be written differently.
package struct Line: Sendable, Hashable {
    package let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A text that ends with a line feed has an empty last line; `Line.text(of:)` makes the same text again.
    package static func lines(of text: String) -> [Line] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Line($0) }
    }

    package static func text(of lines: some Sequence<Line>) -> String {
        String(decoding: Array(lines.map(\.bytes).joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    }
}
