/// Two texts that were made of one, put together line by line: what one side changed is taken from it. Where both changed the
/// same lines and differ, it is a conflict. Lines that both added at the same place are both kept, in the order of their bytes,
/// so that it does not matter whose side is called which.
package struct ThreeWayMerge: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case merged([Line])
        case conflict(base: [Line], ours: [Line], theirs: [Line])
    }

    /// How a conflict is decided.
    package enum Side: String, Sendable, CaseIterable { case ours, theirs }

    package let parts: [Part]

    package init(base: String, ours: String, theirs: String) {
        let base = Line.lines(of: base)
        let ours = Line.lines(of: ours)
        let theirs = Line.lines(of: theirs)
        let changes =
            LineDiff(base, ours).changes.map { SideChange(side: .ours, change: $0) }
            + LineDiff(base, theirs).changes.map { SideChange(side: .theirs, change: $0) }
        var parts: [Part] = []
        var at = 0
        for region in Region.regions(changes) {
            if region.base.lowerBound > at { parts.append(.merged(Array(base[at..<region.base.lowerBound]))) }
            parts += region.parts(base, ours, theirs)
            at = region.base.upperBound
        }
        if at < base.count { parts.append(.merged(Array(base[at...]))) }
        self.parts = parts
    }

    package var hasConflicts: Bool {
        parts.contains { if case .conflict = $0 { true } else { false } }
    }

    /// The merged text; nil when there are conflicts.
    package var text: String? { hasConflicts ? nil : text(preferring: .ours) }

    /// The text with each conflict decided for one side.
    package func text(preferring side: Side) -> String {
        Line.text(
            of: parts.flatMap { part -> [Line] in
                switch part {
                case .merged(let lines): lines
                case .conflict(_, let ours, let theirs): side == .ours ? ours : theirs
                }
            })
    }

    /// The text with both sides of each conflict between marks, as version control shows it.
    package func marked(ours: String, theirs: String) -> String {
        Line.text(
            of: parts.flatMap { part -> [Line] in
                switch part {
                case .merged(let lines): lines
                case .conflict(_, let left, let right):
                    [Line("<<<<<<< \(ours)".utf8)] + left + [Line("=======".utf8)] + right
                        + [Line(">>>>>>> \(theirs)".utf8)]
                }
            })
    }
}

private struct SideChange {
    let side: ThreeWayMerge.Side
    let change: LineDiff.Change
}

/// Lines of the base that were changed, with the changes that touch each other there.
private struct Region {
    var base: Range<Int>
    var changes: [SideChange]

    static func regions(_ changes: [SideChange]) -> [Region] {
        let sorted = changes.sorted {
            ($0.change.old.lowerBound, $0.change.old.upperBound) < ($1.change.old.lowerBound, $1.change.old.upperBound)
        }
        var regions: [Region] = []
        for change in sorted {
            if let last = regions.indices.last, regions[last].meets(change) {
                let end = max(regions[last].base.upperBound, change.change.old.upperBound)
                regions[last].base = regions[last].base.lowerBound..<end
                regions[last].changes.append(change)
            } else {
                regions.append(Region(base: change.change.old, changes: [change]))
            }
        }
        return regions
    }

    /// Whether a change concerns the same lines. Of changes that only stand side by side the order is clear.
    private func meets(_ next: SideChange) -> Bool {
        let old = next.change.old
        if old.lowerBound < base.upperBound { return true }
        return old.isEmpty && base.isEmpty && old.lowerBound == base.lowerBound
    }

    func parts(_ base: [Line], _ ours: [Line], _ theirs: [Line]) -> [ThreeWayMerge.Part] {
        let before = Array(base[self.base])
        let left = lines(.ours, base, ours)
        let right = lines(.theirs, base, theirs)
        if left == right || right == before { return [.merged(left)] }
        if left == before { return [.merged(right)] }
        if self.base.isEmpty {
            return [.merged(left.lexicographicallyPrecedes(right) ? both(left, right) : both(right, left))]
        }
        return [.conflict(base: before, ours: left, theirs: right)]
    }

    /// Lines that were added twice, those that are in both once: a side may have taken over what the other added.
    private func both(_ first: [Line], _ second: [Line]) -> [Line] {
        var lines: [Line] = []
        var at = 0
        for change in LineDiff(first, second).changes {
            lines += first[at..<change.old.upperBound] + second[change.new]
            at = change.old.upperBound
        }
        return lines + first[at...]
    }

    /// What a side made of these lines.
    private func lines(_ side: ThreeWayMerge.Side, _ base: [Line], _ changed: [Line]) -> [Line] {
        var lines: [Line] = []
        var at = self.base.lowerBound
        for change in changes where change.side == side {
            lines += base[at..<change.change.old.lowerBound] + changed[change.change.new]
            at = change.change.old.upperBound
        }
        return lines + base[at..<self.base.upperBound]
    }
}

extension Line: Comparable {
    package static func < (left: Line, right: Line) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
