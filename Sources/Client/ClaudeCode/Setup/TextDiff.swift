import Platform

/// The difference between two texts, for people: a unified diff.
package struct TextDiff: Sendable {
    package enum Line: Sendable, Equatable {
        case head(String), place(String), kept(String), removed(String), added(String)

        package var text: String {
            switch self {
            case .head(let text), .place(let text): text
            case .kept(let text): " " + text
            case .removed(let text): "-" + text
            case .added(let text): "+" + text
            }
        }
    }

    package let lines: [Line]

    private static let context = 3
    private static let longest = 500

    /// - Parameters:
    ///   - before: nil when there is no file yet.
    ///   - after: nil when it goes away.
    package init(_ path: String, before: [UInt8]?, after: [UInt8]?) {
        let old = Self.split(before)
        let new = Self.split(after)
        var lines: [Line] = [
            .head("--- " + (before == nil ? "/dev/null" : path)), .head("+++ " + (after == nil ? "/dev/null" : path)),
        ]
        for hunk in Self.hunks(old, new) {
            let start = max(0, hunk.old.lowerBound - Self.context)
            let end = min(old.count, hunk.old.upperBound + Self.context)
            let newStart = hunk.new.lowerBound - (hunk.old.lowerBound - start)
            let newCount = hunk.new.count + (hunk.old.lowerBound - start) + (end - hunk.old.upperBound)
            lines.append(
                .place(
                    "@@ -\(end == start ? start : start + 1),\(end - start) +\(newCount == 0 ? newStart : newStart + 1),\(newCount) @@"
                ))
            lines += old[start..<hunk.old.lowerBound].map { .kept(Self.shown($0)) }
            let gone = old[hunk.old]
            let come = new[hunk.new]
            if let one = gone.first, let other = come.first, gone.count == 1, come.count == 1,
                one.count > Self.longest
            {
                lines += Self.changedPart(one, other)
            } else {
                lines += hunk.lines
            }
            lines += old[hunk.old.upperBound..<end].map { .kept(Self.shown($0)) }
        }
        self.lines = lines
    }

    private struct Hunk {
        let old: Range<Int>
        let new: Range<Int>
        let lines: [Line]
    }

    private static func split(_ bytes: [UInt8]?) -> [[UInt8]] {
        guard let bytes, !bytes.isEmpty else { return [] }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        if lines.last == [] { lines.removeLast() }
        return lines
    }

    /// Neighbouring differences are one hunk.
    private static func hunks(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Hunk] {
        let difference = new.difference(from: old)
        var gone = Set<Int>()
        var come = Set<Int>()
        for change in difference {
            switch change {
            case .remove(let offset, _, _): gone.insert(offset)
            case .insert(let offset, _, _): come.insert(offset)
            }
        }
        var hunks: [Hunk] = []
        var at = (old: 0, new: 0)
        while at.old < old.count || at.new < new.count {
            guard gone.contains(at.old) || come.contains(at.new) else {
                at = (at.old + 1, at.new + 1)
                continue
            }
            let start = at
            var end = at
            var lines: [Line] = []
            // Lines between two differences that are near.
            var between: [Line] = []
            while at.old < old.count || at.new < new.count, between.count <= 2 * context {
                if gone.contains(at.old) || come.contains(at.new) {
                    lines += between
                    between = []
                    if gone.contains(at.old) {
                        lines.append(.removed(shown(old[at.old])))
                        at.old += 1
                    } else {
                        lines.append(.added(shown(new[at.new])))
                        at.new += 1
                    }
                    end = at
                } else {
                    between.append(.kept(shown(old[at.old])))
                    at = (at.old + 1, at.new + 1)
                }
            }
            hunks.append(Hunk(old: start.old..<end.old, new: start.new..<end.new, lines: lines))
        }
        return hunks
    }

    /// A file on one line: only what differs.
    private static func changedPart(_ old: [UInt8], _ new: [UInt8]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old[head...].reversed(), new[head...].reversed()).prefix { $0 == $1 }.count
        return [
            .removed("…" + shown(Array(old[head..<(old.count - tail)])) + "…"),
            .added("…" + shown(Array(new[head..<(new.count - tail)])) + "…"),
        ]
    }

    /// Passwords and keys are not shown, nor what would move the cursor; a line that holds a whole file is cut.
    private static func shown(_ line: [UInt8]) -> String {
        var text = String(decoding: line, as: UTF8.self)
        if text.hasSuffix("\r") { text.removeLast() }
        text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 && $0 != "\t" ? "?" : $0 }))
        text = masked(text)
        return text.count > longest ? text.prefix(longest) + "… (\(text.count) characters)" : text
    }

    /// The values of members that are called like a password become asterisks, unless they are variables.
    private static func masked(_ line: String) -> String {
        // Where only a colon stands between two parts, the first is a name and the second its value.
        var parts = line.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        for index in parts.indices.dropFirst(3) {
            guard parts[index - 1].allSatisfy({ $0 == ":" || $0.isWhitespace }),
                parts[index - 1].contains(":")
            else { continue }
            if SecretName.isOne(parts[index - 2]), SecretName.isLiteral(parts[index]) { parts[index] = "********" }
        }
        return parts.joined(separator: "\"")
    }
}
