/// The block `architecture_decisions`: a heading, then numbered decisions, the newest last. Whatever else people wrote there
/// stays where it is.
package struct DecisionLog: Sendable, Equatable {
    package static let label = "architecture_decisions"

    package struct Decision: Sendable, Equatable {
        package let number: Int
        package let title: String
        /// From its heading to the next, as it stands.
        package var lines: [String]

        package var name: String { DecisionLog.name(number) }
        package var status: String { field("Status") ?? "" }
        package var date: String { field("Date") ?? "" }
        package var text: String { lines.joined(separator: "\n") }

        /// Whether it does not hold any more.
        package var isPast: Bool {
            let status = status.lowercased()
            return ["superseded", "rejected", "deprecated"].contains { status.hasPrefix($0) }
        }

        package func field(_ name: String) -> String? {
            lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
        }
    }

    /// What stands before the first decision.
    private(set) var head: [String]
    package private(set) var decisions: [Decision]

    private static let moved = "In archival memory: "

    package init() { self.init("# Architecture decisions\n") }

    package init(_ text: String) {
        head = []
        decisions = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let (number, title) = Self.heading(line) {
                decisions.append(Decision(number: number, title: title, lines: [line]))
            } else if let last = decisions.indices.last {
                decisions[last].lines.append(line)
            } else {
                head.append(line)
            }
        }
    }

    package var text: String { (head + decisions.flatMap(\.lines)).joined(separator: "\n") }

    package static func name(_ number: Int) -> String {
        let digits = String(number)
        return "ADR-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// `## ADR-012: Title`
    private static func heading(_ line: String) -> (Int, String)? {
        guard line.hasPrefix("## ADR-") else { return nil }
        let rest = line.dropFirst("## ADR-".count)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        return (number, String(rest.dropFirst(digits.count).drop { $0 == ":" || $0 == " " }))
    }

    /// Numbers are never used again, not those of decisions that were moved away either.
    package var nextNumber: Int { ((decisions.map(\.number) + movedNumbers).max() ?? 0) + 1 }

    private var movedNumbers: [Int] {
        head.filter { $0.hasPrefix(Self.moved) }.flatMap { line in
            line.dropFirst(Self.moved.count).split(separator: ",").compactMap { name in
                Int(name.drop { !$0.isNumber }.prefix { $0.isNumber })
            }
        }
    }

    // MARK: Changing

    package struct Draft: Sendable {
        package var title: String
        package var status = "accepted"
        package var date: String
        package var context: String?
        package var decision: String?
        package var consequences: String?
        /// The number of a decision that this one replaces.
        package var supersedes: Int?

        package init(title: String, date: String) {
            self.title = title
            self.date = date
        }
    }

    /// Adds a decision after the others. Nil when it supersedes one that is not there.
    package mutating func add(_ draft: Draft) -> Decision? {
        let number = nextNumber
        let title = Self.oneLine(draft.title)
        var lines = [
            "## \(Self.name(number)): \(title)", "Date: \(draft.date)", "Status: \(Self.oneLine(draft.status))",
        ]
        if let old = draft.supersedes {
            guard supersede(old, by: number) else { return nil }
            lines.append("Supersedes: \(Self.name(old))")
        }
        for (name, text) in [
            ("Context", draft.context), ("Decision", draft.decision), ("Consequences", draft.consequences),
        ] {
            if let text { lines.append("\(name): \(Self.withoutHeadings(text))") }
        }
        closeLast()
        let decision = Decision(number: number, title: title, lines: lines + [""])
        decisions.append(decision)
        return decision
    }

    private mutating func supersede(_ number: Int, by other: Int) -> Bool {
        guard let place = decisions.firstIndex(where: { $0.number == number }) else { return false }
        let status = "Status: superseded by \(Self.name(other))"
        if let line = decisions[place].lines.firstIndex(where: { $0.hasPrefix("Status: ") }) {
            decisions[place].lines[line] = status
        } else {
            decisions[place].lines.insert(status, at: 1)
        }
        return true
    }

    /// Takes out the oldest decision that does not hold any more; the heading keeps its number. Nil when all hold.
    package mutating func moveOldestPast() -> Decision? {
        guard let place = decisions.firstIndex(where: \.isPast) else { return nil }
        let decision = decisions.remove(at: place)
        if let line = head.firstIndex(where: { $0.hasPrefix(Self.moved) }) {
            head[line] += ", " + decision.name
        } else {
            let end = head.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
            head.insert(Self.moved + decision.name, at: end)
        }
        return decision
    }

    /// An empty line before what comes next.
    private mutating func closeLast() {
        if let last = decisions.indices.last {
            if decisions[last].lines.last != "" { decisions[last].lines.append("") }
        } else if head.last != "" {
            head.append("")
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// A text must not begin a decision of its own.
    private static func withoutHeadings(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.hasPrefix("## ADR-") ? " " + line : String(line)
        }.joined(separator: "\n")
    }
}
