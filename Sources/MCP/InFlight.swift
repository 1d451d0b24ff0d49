package import Platform

/// The requests of one client that are being worked on, so that it can cancel them.
package final class InFlight: Sendable {
    private enum Phase {
        /// Its task is about to start.
        case reserved
        /// Cancelled before its task was known.
        case cancelled
        case running(Task<Void, Never>)
    }

    private struct Entry {
        /// Tells it from a later request with the same id.
        let serial: Int
        var phase = Phase.reserved
    }

    private struct State {
        var entries: [RequestID: Entry] = [:]
        var nextSerial = 0
    }

    private let state = Lock(State())
    private let executor: (any TaskExecutor)?

    /// - Parameter executor: where requests are worked on; nil: on the pool of the process.
    package init(executor: (any TaskExecutor)? = nil) { self.executor = executor }

    /// Starts work on a request; false when one with this id is running already.
    /// - Parameter work: gets what makes the id free, for the moment before its answer leaves: a client that has it may use
    ///   the id again.
    package func start(_ id: RequestID, _ work: @escaping @Sendable (_ free: @Sendable () -> Void) async -> Void)
        -> Bool
    {
        let serial = state.withLock { state -> Int? in
            guard state.entries[id] == nil else { return nil }
            state.nextSerial += 1
            state.entries[id] = Entry(serial: state.nextSerial)
            return state.nextSerial
        }
        guard let serial else { return false }
        let task = Task(executorPreference: executor) { [self] in
            await work { free(id, serial) }
            free(id, serial)
        }
        let isCancelled = state.withLock { state in
            // Over already.
            guard let entry = state.entries[id], entry.serial == serial else { return false }
            state.entries[id]?.phase = .running(task)
            if case .cancelled = entry.phase { return true }
            return false
        }
        if isCancelled { task.cancel() }
        return true
    }

    private func free(_ id: RequestID, _ serial: Int) {
        state.withLock { if $0.entries[id]?.serial == serial { $0.entries[id] = nil } }
    }

    /// Cancels a request; one that is unknown or done is nobody's mistake.
    package func cancel(_ id: RequestID) {
        let task = state.withLock { Self.cancel(id, &$0.entries) }
        task?.cancel()
    }

    package func cancelAll() {
        let tasks = state.withLock { state in
            Array(state.entries.keys).compactMap { Self.cancel($0, &state.entries) }
        }
        for task in tasks { task.cancel() }
    }

    private static func cancel(_ id: RequestID, _ entries: inout [RequestID: Entry]) -> Task<Void, Never>? {
        if case .running(let task)? = entries[id]?.phase { return task }
        entries[id]?.phase = .cancelled
        return nil
    }

    package var count: Int { state.withLock { $0.entries.count } }
    package var isEmpty: Bool { state.withLock { $0.entries.isEmpty } }

    /// The request that `notifications/cancelled` names.
    package static func cancelled(_ params: JSONObject) -> RequestID? { RequestID(params["requestId"]) }
}
