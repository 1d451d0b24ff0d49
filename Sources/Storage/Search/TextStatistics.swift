import Platform

/// How many passages have a word, and how many an archive has: what it costs to count, remembered while there are about
/// as many passages. Small numbers are not remembered, so a new rare word counts at once.
final class TextStatistics: Sendable {
    private enum Key: Hashable {
        case matches(String)
        case archive(Int)
    }

    private struct Entry {
        let count: Int
        /// Passages there were when it was counted.
        let total: Int

        /// Counts may be 5 % off.
        func holds(at total: Int) -> Bool { abs(total - self.total) <= self.total / 20 }
    }

    /// Counting fewer costs next to nothing.
    private static let smallest = 256
    private static let most = 20_000

    private let entries = Lock<[Key: Entry]>([:])

    func matches(_ match: String, total: Int, count: () throws -> Int) rethrows -> Int {
        try remembered(.matches(match), total, count)
    }

    func archive(_ key: Int, total: Int, count: () throws -> Int) rethrows -> Int {
        try remembered(.archive(key), total, count)
    }

    private func remembered(_ key: Key, _ total: Int, _ count: () throws -> Int) rethrows -> Int {
        if let entry = entries.withLock({ $0[key] }), entry.holds(at: total) { return entry.count }
        let entry = Entry(count: try count(), total: total)
        guard entry.count >= Self.smallest else { return entry.count }
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll(keepingCapacity: true) }
            entries[key] = entry
        }
        return entry.count
    }
}
