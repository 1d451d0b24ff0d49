package import Domain
import Platform
import Storage

/// What has to be done for runs now and then, by whichever process comes to it. Both steps may be done by several at once.
extension Runs {
    /// How long a background run's events are kept, in seconds: a client may come back to it for that long (wire notes,
    /// section 7).
    package static let eventSeconds = 3 * 3600.0

    /// Deletes events that nobody may ask for any more.
    /// - Returns: how many there were.
    @discardableResult
    package func deleteOldEvents() async throws -> Int {
        var deleted = 0
        while true {
            let count = try await engine.write(by: Caller()) { transaction in
                try transaction.runEvents.delete(olderThan: transaction.now.adding(seconds: -Self.eventSeconds))
            }
            deleted += count
            if count == 0 { return deleted }
        }
    }

    /// Ends runs whose process stopped without ending them: they failed. Their messages stay.
    /// - Returns: those runs, as they ended.
    @discardableResult
    package func endAbandoned() async throws -> [Run] {
        try await engine.write(by: Caller()) { transaction in
            try transaction.runs.expired(at: transaction.now).compactMap { run, organization in
                var ended = run
                let cancelled = run.isCancelRequested
                ended.status = cancelled ? .cancelled : .failed
                ended.stopReason = cancelled ? .cancelled : .error
                ended.completedAt = transaction.now
                if !cancelled {
                    var metadata = run.metadata?.value.object ?? JSONObject()
                    metadata["error"] = ["type": "server_stopped", "message": .string(Self.stopped), "detail": nil]
                    ended.metadata = JSONText(.object(metadata))
                }
                let steps = try transaction.reading.steps.ofRun(run.id, organization: organization)
                ended.stepCount = steps.count
                ended.usage = steps.map(\.usage).reduce(TokenUsage(), +)
                guard try transaction.runs.finish(ended, at: transaction.now, organization: organization) else {
                    return nil
                }
                try transaction.steps.failPending(
                    ofRuns: [run.id], status: cancelled ? .cancelled : .failed,
                    stopReason: cancelled ? .cancelled : .error, errorType: cancelled ? nil : "server_stopped",
                    at: transaction.now)
                return ended
            }
        }
    }

    private static let stopped =
        "The server that carried out this run stopped before its end. What was said until then is kept: send again."
}
