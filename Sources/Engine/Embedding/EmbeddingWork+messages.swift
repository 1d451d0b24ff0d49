import Domain
import Platform
import Storage

/// Vectors of messages: agent after agent, those that can have some now.
extension EmbeddingWork {
    private static let agentsAtOnce = 200
    /// More agents that nothing can be done for are not looked at all the time.
    private static let few = 20

    /// An agent whose model is away costs a look at its row, not at its messages: there may be thousands.
    mutating func embedMessages() async throws -> Bool {
        if let end = messagesRest, ContinuousClock.now < end { return false }
        messagesRest = nil
        var looked = 0
        var (after, hasGoneRound) = (turns[.messages] ?? 0, turns[.messages] == nil)
        while true {
            let start = after
            let (keys, agents) = try await engine.store.read { transaction in
                let keys = try transaction.embeddingQueue(.messages).owners(after: start, limit: Self.agentsAtOnce)
                return (keys, try transaction.vectors.owners(keys, .messages).sorted { $0.ownerKey < $1.ownerKey })
            }
            if try await embedMessages(of: agents) { return true }
            looked += keys.count
            if let last = keys.last, keys.count == Self.agentsAtOnce {
                after = last
            } else if hasGoneRound {
                if looked > Self.few { messagesRest = .now + Self.restWithoutModel }
                turns[.messages] = nil
                return false
            } else {
                (after, hasGoneRound) = (0, true)
            }
        }
    }

    /// False when nothing can be embedded now.
    private mutating func embedMessages(of agents: [OwnerModels]) async throws -> Bool {
        var able: [Able] = []
        for agent in agents where resting[Owner(kind: .messages, key: agent.ownerKey)] == nil {
            let found = try await embedders(for: agent, .messages)
            if !found.isEmpty { able.append(Able(agent, found)) }
        }
        if able.isEmpty { return false }
        let keys = able.map(\.owner.ownerKey)
        let waiting = try await engine.store.read { transaction in
            try transaction.embeddingQueue(.messages).take(Self.messages, of: keys, at: .now)
        }
        guard let last = waiting.last else { return false }
        turns[.messages] = last.ownerKey
        try await embed(waiting, .messages, of: able)
        return true
    }
}
