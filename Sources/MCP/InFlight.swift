package import Platform

/// The requests of one client that are being worked on, so that it can cancel them.
package final class InFlight: Sendable {
    private enum Entry {
        /// Its task is about to start.
        case reserved
        /// Cancelled before its task was known.
        case cancelled
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
            switch entries[id] {
            case .reserved?, .running?: entries[id] = .running(task)
            case .cancelled?:
                entries[id] = .running(task)
                task.cancel()
            // Over already.
            case nil: break
            }
        }
        return true
    }

    /// Cancels a request; one that is unknown or done is nobody's mistake.
    package func cancel(_ id: RequestID) {
        let task = entries.withLock { Self.cancel(id, &$0) }
        task?.cancel()
    }

    package func cancelAll() {
        let tasks = entries.withLock { entries in Array(entries.keys).compactMap { Self.cancel($0, &entries) } }
        for task in tasks { task.cancel() }
    }

    private static func cancel(_ id: RequestID, _ entries: inout [RequestID: Entry]) -> Task<Void, Never>? {
        if case .running(let task)? = entries[id] { return task }
        if entries[id] != nil { entries[id] = .cancelled }
        return nil
    }

    package var count: Int { entries.withLock { $0.count } }
    package var isEmpty: Bool { entries.withLock { $0.isEmpty } }

    /// The request that `notifications/cancelled` names.
    package static func cancelled(_ params: JSONObject) -> RequestID? { RequestID(params["requestId"]) }
}
