import Platform

/// What was agreed with one client of the handshake era.
package final class Connection: Sendable {
    private struct State {
        var revision: Revision?
        var logLevel = LogLevel.warning
        var subscriptions: Set<String> = []
    }

    private let state = Lock(State())

    package init() {}

    /// Nil before `initialize`.
    package var agreed: Revision? { state.withLock { $0.revision } }
    package var revision: Revision { agreed ?? .newestHandshake }
    package var logLevel: LogLevel { state.withLock { $0.logLevel } }

    func agree(on revision: Revision) { state.withLock { $0.revision = revision } }
    func setLogLevel(_ level: LogLevel) { state.withLock { $0.logLevel = level } }

    /// A client may watch so many resources; more is a mistake of its program.
    private static let maximumSubscriptions = 10_000

    func subscribe(_ uri: String) throws(RPCError) {
        let isTaken = state.withLock { state in
            guard state.subscriptions.count < Self.maximumSubscriptions else { return false }
            state.subscriptions.insert(uri)
            return true
        }
        if !isTaken { throw .invalidRequest("Too many resources are subscribed to.") }
    }

    func unsubscribe(_ uri: String) { state.withLock { _ = $0.subscriptions.remove(uri) } }

    /// The notification of a change, when this client is to be told.
    package func notification(of change: ResourceChange) -> Notification? {
        if case .updated(let uri) = change, !state.withLock({ $0.subscriptions.contains(uri) }) { return nil }
        return change.notification
    }
}
