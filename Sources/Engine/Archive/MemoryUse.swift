package import Platform
package import Storage

/// Use cases of upkeep: what a memory holds, what of it is used, and what is probably not needed any more. Looking counts as
/// no use.
package struct MemoryUse: Sendable {
    let engine: Engine

    /// Notes that passages were used outside: somebody read what a search found.
    /// - Parameter agentID: others than this agent's are left out.
    package func note(_ ids: [String], ofAgent agentID: String, by caller: Caller) async throws {
        let known = try await engine.read { transaction in
            let links = try transaction.archives(ofAgent: agentID, organization: caller.organization)
            return try ids.filter { try transaction.passages.find($0, in: links) != nil }
        }
        engine.accesses.countPassages(known)
    }

    /// Counts of a memory.
    package struct Statistics: Sendable {
        package let passages: PassageStatistics
        package let blocks: [UsedBlock]
    }

    /// - Parameters:
    ///   - agentID: whose memory; nil: every archive of the organization.
    ///   - since: the growth is told from the week of this time on.
    package func statistics(
        ofAgent agentID: String?, since: Timestamp, most: Int, by caller: Caller
    ) async throws -> Statistics {
        // What was counted in the last seconds belongs to it.
        await engine.accesses.flush()
        return try await engine.read { transaction in
            let scope = try transaction.scope(ofAgent: agentID, by: caller)
            let passages =
                scope.isEmpty
                ? PassageStatistics() : try transaction.passages.statistics(scope, since: since, most: most)
            let blocks = try transaction.usedBlocks(ofAgent: agentID, organization: caller.organization, most: most)
            return Statistics(passages: passages, blocks: blocks)
        }
    }

    /// - Parameter before: what was made or used later is not stale.
    /// - Returns: nil when there is no archive to look into.
    package func stale(
        ofAgent agentID: String?, before: Timestamp, most: Int, by caller: Caller
    ) async throws -> StalePassages? {
        await engine.accesses.flush()
        return try await engine.read { transaction in
            let scope = try transaction.scope(ofAgent: agentID, by: caller)
            return scope.isEmpty ? nil : try transaction.passages.stale(scope, before: before, most: most)
        }
    }
}

extension Engine {
    package var memoryUse: MemoryUse { MemoryUse(engine: self) }
}

extension ReadTransaction {
    fileprivate func scope(ofAgent agentID: String?, by caller: Caller) throws -> PassageScope {
        let links = try agentID.map { try archives(ofAgent: $0, organization: caller.organization) }
        return try scope(of: links, organization: caller.organization)
    }
}
