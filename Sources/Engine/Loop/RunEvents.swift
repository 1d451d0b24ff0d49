package import Domain
import Platform
import Storage

/// Events of background runs: kept for clients that come back (wire notes, section 7).
package struct RunEvents: Sendable {
    let engine: Engine

    private static let pause = Duration.milliseconds(200)
    private static let batch = 500

    /// Writes a run's events to the database as they come, until the run ends.
    func write(_ log: RunLog, of runID: String, by caller: Caller) async {
        var written = 0
        while true {
            let events = await log.events(after: written)
            if events.isEmpty { break }
            let rows = events.map { (seq: $0.number, data: $0.data) }
            do {
                try await engine.write(by: caller.withoutKey) { transaction in
                    try transaction.runEvents.append(
                        rows, to: runID, at: transaction.now, organization: caller.organization)
                }
            } catch {
                // Those who come back later miss them; the messages themselves are stored.
                engine.log.warning("run_events_not_kept", ("error", .string("\(type(of: error))")))
            }
            written += events.count
            // Not cancelled by anyone: a pause gathers what comes in quick succession.
            try? await Task.sleep(for: Self.pause)
        }
        engine.liveRuns.forgetLog(of: runID)
    }

    /// Hands on the events of a background run after a number, then those that come, until its end.
    package func follow(
        _ runID: String, after number: Int, by caller: Caller,
        _ receive: @Sendable (_ data: String) async throws -> Void
    ) async throws {
        var last = number
        while true {
            if let log = engine.liveRuns.log(of: runID) {
                let events = await log.events(after: last)
                if events.isEmpty { return }
                for event in events { try await receive(event.data) }
                last = events.last?.number ?? last
                continue
            }
            let after = last
            let (events, isOpen) = try await engine.read { transaction in
                // In this order: what is written after the first look is found by the second.
                let isOpen = try transaction.runs.find(runID, organization: caller.organization)?.status.isOpen ?? false
                return (
                    try transaction.runEvents.read(
                        runID, after: after, limit: Self.batch, organization: caller.organization), isOpen
                )
            }
            for event in events { try await receive(event.data) }
            last = events.last?.seq ?? last
            if !isOpen, events.isEmpty { return }
            if events.isEmpty { try await Task.sleep(for: Self.pause) }
        }
    }

    /// The run of a thread whose events can be followed: the one named, or the newest in the background.
    package func followable(
        in place: ConversationPlace, runID: String?, otid: String?, by caller: Caller
    ) async throws -> Run {
        if let runID { return try await followable(runID, by: caller) }
        let newest = try await engine.read { transaction in
            if let otid {
                return try transaction.runs.byOTIDs(
                    [otid], ofAgent: place.agentID, conversation: place.conversationID,
                    organization: caller.organization)
            }
            var filter = RunFilter()
            filter.agentIDs = [place.agentID]
            filter.isBackground = true
            filter.conversation = place.filter
            return try transaction.runs.list(filter, PageRequest(limit: 1), organization: caller.organization).first
        }
        guard let newest else { throw Refusal.notFound("No active runs found for this conversation.") }
        return try await followable(newest.id, by: caller)
    }

    /// The run whose events can be followed.
    package func followable(_ runID: String, by caller: Caller) async throws -> Run {
        let run = try await engine.runs.find(runID, by: caller)
        guard run.isBackground else {
            throw Refusal.invalid("Run was not created in background mode, so it cannot be retrieved.")
        }
        if run.createdAt.adding(seconds: Runs.eventSeconds) < .now {
            throw Refusal(.expired, "Run was created more than 3 hours ago, and is now expired.")
        }
        return run
    }
}

extension Engine {
    package var runEvents: RunEvents { RunEvents(engine: self) }
}
