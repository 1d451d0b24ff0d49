import Platform

/// What a scan would write into `project_context`. It replaces only lines that begin with a name of its own, such as `Stack:`.
package struct ContextProposal: Sendable {
    package enum Outcome: String, Sendable {
        /// Nobody wrote into the block, so it is filled.
        case fills
        /// Somebody did: what the scan says comes in on request only.
        case changes
        case unchanged
        case missing
    }

    package let outcome: Outcome
    package let old: String
    package let new: String
    let block: MemoryBlock?

    /// - Parameters:
    ///   - block: nil when the agent has none.
    ///   - lines: what a scan found, by name: `Stack`, ….
    init(_ block: MemoryBlock?, project: String, lines: [(name: String, text: String)]) {
        self.block = block
        guard let block else {
            (outcome, old, new) = (.missing, "", "")
            return
        }
        old = block.value
        new = Self.merged(old, lines, limit: block.limit)
        let isUntouched = old == ProjectBlocks.untouchedContext(project) || old.allSatisfy(\.isWhitespace)
        outcome = new == old ? .unchanged : isUntouched ? .fills : .changes
    }

    /// Lines that go and lines that come.
    package var difference: (removed: [String], added: [String]) {
        let (before, after) = (Line.lines(of: old), Line.lines(of: new))
        let changes = LineDiff(before, after).changes
        return (
            changes.flatMap { before[$0.old].map(\.text) }, changes.flatMap { after[$0.new].map(\.text) }
        )
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The least important, those at the end, are left out when they would not fit.
    private static func merged(_ text: String, _ found: [(name: String, text: String)], limit: Int) -> String {
        for count in stride(from: found.count, to: 0, by: -1) {
            let new = merged(text, found.prefix(count))
            if ShortText.size(of: new) <= limit { return new }
        }
        return text
    }

    private static func merged(_ text: String, _ found: ArraySlice<(name: String, text: String)>) -> String {
        var lines = text.isEmpty ? [] : lines(text)
        // Behind the title.
        var place = lines.first?.hasPrefix("#") == true ? 1 : 0
        for (name, text) in found {
            let line = "\(name): \(text)"
            if let known = lines.firstIndex(where: { $0.hasPrefix(name + ":") }) {
                lines[known] = line
                place = known + 1
            } else {
                lines.insert(line, at: place)
                place += 1
            }
        }
        return lines.joined(separator: "\n")
    }
}
