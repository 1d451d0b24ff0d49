import Platform

/// Agents that were looked at a short while ago, by their ids: calls that name one need not look again only to tell its name.
package final class KnownAgents: Sendable {
    private struct Entry {
        let agent: MemoryAgent
        let time: ContinuousClock.Instant
    }

    private let entries = Lock<[String: Entry]>([:])
    private let lifetime: Duration
    private static let most = 1000

    /// - Parameter lifetime: how long a name that was changed elsewhere may still be told.
    package init(lifetime: Duration = .seconds(60)) { self.lifetime = lifetime }

    subscript(id: String) -> MemoryAgent? {
        guard let entry = entries.withLock({ $0[id] }), entry.time + lifetime > .now else { return nil }
        return entry.agent
    }

    func note(_ agent: MemoryAgent) {
        entries.withLock { entries in
            // Rare enough that forgetting all is no loss.
            if entries.count >= Self.most { entries = [:] }
            entries[agent.id] = Entry(agent: agent, time: .now)
        }
    }
}
