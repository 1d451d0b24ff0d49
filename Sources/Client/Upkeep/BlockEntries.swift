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

    /// How many of the oldest have to go so that no more than so many characters remain, as far as they can: the newest always
    /// stays. Nil when there is no other.
    func count(downTo size: Int) -> Int? {
        guard entries.count > 1 else { return nil }
        return (1..<entries.count).first { ShortText.size(of: text(withoutOldest: $0)) <= size } ?? entries.count - 1
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

    /// An entry without its date: the same lesson of another day is no new one.
    static func undated(_ entry: String) -> String {
        guard date(entry) != nil else { return entry.trimmed }
        return entry.drop { marks.contains($0) }.dropFirst(10).drop { $0 == "]" || $0 == ":" || $0 == " " }.trimmed
    }

    private static let marks = "[-*# "

    /// `2026-11-21` of `[2026-11-21] …`, `- 2026-11-21 …` or `## 2026-11-21`; nil when no date begins the line.
    private static func date(_ line: String) -> String? {
        let text = line.drop { marks.contains($0) }.prefix(10)
        guard text.count == 10, Timestamp(iso8601: String(text)) != nil else { return nil }
        return String(text)
    }
}
