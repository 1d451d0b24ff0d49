package import Domain
import Platform
import Storage

/// Which changes a reader of the feed wants; nil means any. Changes of the database as a whole always come.
package struct ChangeFilter: Sendable {
    package var kinds: [ChangeKind]?
    package var agentID: String?
    package var archiveID: String?

    package init(kinds: [ChangeKind]? = nil, agentID: String? = nil, archiveID: String? = nil) {
        self.kinds = kinds
        self.agentID = agentID
        self.archiveID = archiveID
    }
}

/// Some changes in order, and where to go on from.
package struct ChangePage: Sendable {
    package let changes: [Change]
    /// The next page's `after`, past what the filter left out too.
    package let cursor: Int
    package let range: ChangeRange
    /// False when changes after the given cursor are no longer kept: the reader must look at everything anew.
    package let isComplete: Bool
}

/// Use cases of the change feed: what was changed, by whom and when, for readers that keep a copy or show what happens.
package struct Changes: Sendable {
    let engine: Engine

    /// - Parameter after: the last change seen; nil starts at the newest, so that only later ones follow.
    package func page(
        after cursor: Int?, _ filter: ChangeFilter, limit: Int, by caller: Caller
    ) async throws -> ChangePage {
        try await engine.read { transaction in
            let range = try transaction.changeRange()
            guard let cursor else {
                return ChangePage(changes: [], cursor: range.newest, range: range, isComplete: true)
            }
            guard range.covers(cursor) else {
                return ChangePage(changes: [], cursor: range.newest, range: range, isComplete: false)
            }
            let changes = try transaction.changes(
                after: cursor, organizationID: caller.organization, kinds: filter.kinds, agentID: filter.agentID,
                archiveID: filter.archiveID, limit: limit)
            let next = changes.count < limit ? max(cursor, range.newest) : changes.last?.seq ?? cursor
            return ChangePage(changes: changes, cursor: next, range: range, isComplete: true)
        }
    }

    /// Pages from a cursor on, without end: one as soon as there is something, and an empty one after every `heartbeat`
    /// without. Ends when the task is cancelled, the store closes, or `take` throws.
    package func follow(
        after start: Int?, _ filter: ChangeFilter, heartbeat: Duration = .seconds(15), by caller: Caller,
        _ take: @Sendable (ChangePage) async throws -> Void
    ) async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(2))
        // Watching begins before the first look, so that nothing falls between them.
        let watch = engine.store.watchChanges()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in watch { signal.yield(.changed) }
                signal.finish()
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: heartbeat)
                    signal.yield(.heartbeat)
                }
            }
            defer { group.cancelAll() }
            var cursor = start
            var wake: Signal? = .changed
            while wake != nil {
                var sent = false
                while true {
                    let page = try await self.page(after: cursor, filter, limit: 500, by: caller)
                    cursor = page.cursor
                    if page.changes.isEmpty && page.isComplete { break }
                    try await take(page)
                    sent = true
                }
                if wake == .heartbeat, !sent {
                    try await take(try await self.page(after: nil, filter, limit: 0, by: caller))
                }
                wake = await signals.first { _ in true }
            }
        }
    }

    private enum Signal { case changed, heartbeat }
}

extension Engine {
    package var changes: Changes { Changes(engine: self) }
}
