package import Platform

/// The requests of one client that are being worked on, so that it can cancel them.
package final class InFlight: Sendable {
    private enum Entry {
        /// Its task is about to start.
        case reserved
        case running(Task<Void, Never>)
    }

    private let entries = Lock<[RequestID: Entry]>([:])

    package init() {}

    /// Starts work on a request; false when one with this id is running already.
    package func start(_ id: RequestID, _ work: @escaping @Sendable () async -> Void) -> Bool {
        let isFree = entries.withLock { entries in
            guard entries[id] == nil else { return false }
            entries[id] = .reserved
            return true
        }
        guard isFree else { return false }
        let task = Task {
            await work()
            entries.withLock { _ = $0.removeValue(forKey: id) }
        }
        entries.withLock { entries in
            // Over already, when nothing is reserved any more.
            if entries[id] != nil { entries[id] = .running(task) }
        }
        return true
    }

    /// Cancels a request; one that is unknown or done is nobody's mistake.
    package func cancel(_ id: RequestID) {
        let entry = entries.withLock { $0[id] }
        if case .running(let task)? = entry { task.cancel() }
    }

    package func cancelAll() {
        let entries = entries.withLock { Array($0.values) }
        for case .running(let task) in entries { task.cancel() }
    }

    package var isEmpty: Bool { entries.withLock { $0.isEmpty } }

    /// The request that `notifications/cancelled` names.
    package static func cancelled(_ params: JSONObject) -> RequestID? { RequestID(params["requestId"]) }
}
