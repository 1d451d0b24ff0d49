import Platform

/// The entries of a block that is kept as a log, such as `learnings`: what stands below a line `---`, or dated entries without
/// one. Header and entries put together are the text again, to the byte.
struct BlockEntries: Sendable, Equatable {
    /// Nil when there is none.
    let header: String?
    /// In the order of the text.
    let entries: [String]
    /// The newest stand first.
    let isNewestFirst: Bool

    /// Nil when the text is no such log.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let rule = lines.firstIndex { $0 == "---" }
        guard let first = rule.map({ $0 + 1 }) ?? lines.firstIndex(where: { Self.date($0) != nil }) else { return nil }
        var entries: [[String]] = []
        for line in lines[first...] {
            if entries.isEmpty || Self.begins(line) {
                entries.append([line])
            } else {
                entries[entries.count - 1].append(line)
            }
        }
        let dates = entries.compactMap { Self.date($0[0]) }
        // Without the rule only dates show that it is a log.
        guard rule != nil || dates.count > 1 else { return nil }
        header = first == 0 ? nil : lines[..<first].joined(separator: "\n")
        self.entries = entries.map { $0.joined(separator: "\n") }
        isNewestFirst = (dates.first ?? "") > (dates.last ?? "")
    }

    /// The text without its oldest entries.
    func text(withoutOldest count: Int) -> String {
        let kept = isNewestFirst ? entries.dropLast(count) : entries.dropFirst(count)
        return ([header].compactMap { $0 } + kept).joined(separator: "\n")
    }

    /// The oldest first.
    func oldest(_ count: Int) -> [String] {
        isNewestFirst ? Array(entries.suffix(count).reversed()) : Array(entries.prefix(count))
    }

    private static func begins(_ line: String) -> Bool {
        ["[", "- ", "* ", "## ", "### "].contains { line.hasPrefix($0) } || date(line) != nil
    }

    /// When an entry says that it is from; nil when it does not say.
    static func time(of entry: String) -> String? { date(entry).map { $0 + "T00:00:00Z" } }

    /// `2026-11-21` of `[2026-11-21] …`, `- 2026-11-21 …` or `## 2026-11-21`; nil when no date begins the line.
    private static func date(_ line: String) -> String? {
        let text = line.drop { "[-*# ".contains($0) }.prefix(10)
        guard text.count == 10, Timestamp(iso8601: String(text)) != nil else { return nil }
        return String(text)
    }
}
