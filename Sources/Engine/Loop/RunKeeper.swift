import Domain
import Platform
import Storage

/// Looks after runs in the background: says that this process still answers for its own, stops those that another
/// process was asked to stop, and ends those whose process is gone.
package struct RunKeeper: Sendable {
    let engine: Engine

    /// Seconds that a process answers for a run without being heard of.
    static let lease = 8.0
    private static let pause = 2.0
    /// How long the events of a background run are kept, in seconds (wire notes, section 7: 410 afterwards).
    package static let eventSeconds = 3 * 3600.0

    /// Until the task is cancelled.
    package func work() async {
        var round = 0
        while !Task.isCancelled {
            // Cancelled: the loop ends.
            try? await Task.sleep(for: .seconds(Self.pause))
            round += 1
            do {
                try await attend()
                if round % 5 == 1 { try await endForsaken() }
                if round % 300 == 1 { try await forgetEvents() }
            } catch {
                engine.log.warning("runs_not_attended", ("error", .string("\(type(of: error))")))
            }
        }
    }

    /// Cancels what is still going on, and waits a little until it is stored: the process ends.
    package func stopAll() async {
        engine.runs.cancelAll()
        for _ in 0..<100 where !engine.runs.ids.isEmpty {
            // Nobody cancels the end of the process.
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func attend() async throws {
        let ids = engine.runs.ids
        if ids.isEmpty { return }
        let cancelled = try await engine.write(by: Caller()) { transaction in
            try transaction.runs.renewLease(ids, until: transaction.now.adding(seconds: Self.lease))
            return try transaction.runs.cancelRequested(ids)
        }
        for id in cancelled { _ = engine.runs.cancel(id) }
    }

    /// Ends runs whose process does not answer for them any more. What they stored stays, and the conversation goes on
    /// with the next message.
    func endForsaken() async throws {
        let expired = try await engine.read { try $0.runs.expired(at: .now) }
        if expired.isEmpty { return }
        try await engine.write(by: Caller()) { transaction in
            for (run, organization) in try transaction.runs.expired(at: transaction.now) {
                var run = run
                run.status = .failed
                run.stopReason = .error
                run.completedAt = transaction.now
                run.metadata = JSONText([
                    "error": ["type": "internal_error", "message": "The server stopped while the run was going on."]
                ])
                try transaction.runs.finish(run, at: transaction.now, organization: organization)
                try transaction.steps.failPending(
                    ofRuns: [run.id], stopReason: .error, errorType: "internal_error", at: transaction.now)
            }
        }
    }

    private func forgetEvents() async throws {
        try await engine.write(by: Caller()) { transaction in
            _ = try transaction.runEvents.delete(olderThan: transaction.now.adding(seconds: -Self.eventSeconds))
        }
    }
}

extension Engine {
    package var keeper: RunKeeper { RunKeeper(engine: self) }
}
