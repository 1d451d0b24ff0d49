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

    /// Ends runs that other processes left behind, and forgets old events, until the task is cancelled.
    package func work() async {
        var round = 0
        while !Task.isCancelled {
            // Cancelled: the loop ends.
            try? await Task.sleep(for: .seconds(Self.lease))
            round += 1
            do {
                try await engine.runs.endAbandoned()
                if round % 100 == 1 { try await engine.runs.deleteOldEvents() }
            } catch {
                engine.log.warning("runs_not_cleared", ("error", .string("\(type(of: error))")))
            }
        }
    }

    /// Cancels what is still going on, and waits a little until it is stored: the process ends.
    package func stopAll() async {
        engine.liveRuns.cancelAll()
        for _ in 0..<100 where !engine.liveRuns.ids.isEmpty {
            // Nobody cancels the end of the process.
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Answers for the runs of this process while there are any, in whichever process that is. Called with each run; one
    /// task does it for all.
    func attend() {
        guard engine.liveRuns.beginAttending() else { return }
        Task {
            repeat {
                // Nobody cancels this task; it ends with the runs.
                try? await Task.sleep(for: .seconds(Self.pause))
                do { try await renew() } catch {
                    engine.log.warning("runs_not_attended", ("error", .string("\(type(of: error))")))
                }
            } while !engine.liveRuns.endsAttending()
        }
    }

    private func renew() async throws {
        let ids = engine.liveRuns.ids
        if ids.isEmpty { return }
        let cancelled = try await engine.write(by: Caller(), durability: .processEnd) { transaction in
            try transaction.runs.renewLease(ids, until: transaction.now.adding(seconds: Self.lease))
            return try transaction.runs.cancelRequested(ids)
        }
        for id in cancelled { _ = engine.liveRuns.cancel(id) }
    }
}

extension Engine {
    package var keeper: RunKeeper { RunKeeper(engine: self) }
}
