import Platform

/// The side of the hooks that keeps what a session does: docs/design/hooks.md, "What is kept".
extension HookRun {
    private var recording: SessionRecording {
        SessionRecording(
            session: input.session ?? "unknown", file: sessionFile, surroundings: surroundings,
            until: began + .seconds((surroundings.timeLimit ?? event.timeLimit) * 0.9))
    }

    /// What an event that is only recorded is answered with.
    func recorded() async throws -> HookOutput {
        let recording = recording
        switch event {
        case .postToolUse:
            try await recording.note(change: input)
            return HookOutput()
        case .postToolUseFailure:
            try await recording.note(failure: input)
            return HookOutput()
        case .stop:
            try await recording.take(input.transcriptPath, said: input.lastAssistantMessage)
        case .subagentStop:
            // An empty name is Claude Code's own agent, which makes room.
            guard let type = input.agentType, !type.isEmpty, let answer = input.lastAssistantMessage else {
                return HookOutput()
            }
            try await recording.take(answer: answer)
        case .preCompact, .sessionEnd:
            try await recording.take(input.transcriptPath, withSummary: true)
        case .postCompact:
            try await recording.take(input.transcriptPath, isTurnOver: false, compaction: input.compactSummary)
        default: return HookOutput()
        }
        return try await delivered(recording)
    }

    /// Sends what waits in the outbox, then what this session has, in this order.
    private func delivered(_ recording: SessionRecording) async throws -> HookOutput {
        let waiting: DeliveryRun.Outcome?
        do {
            waiting = try await recording.outbox.deliver(
                recording.run(await recording.identity()), place: surroundings.place)
        } catch let error as FileError {
            // What waits has to wait on; it does not stand in the way of what is new.
            let outcome = try await recording.deliver()
            return HookOutput(message: tellsOfTrouble() ? "Roost: \(error)" : report([outcome]).message)
        }
        // Behind what is older, and could not be sent either.
        if let waiting, waiting.problem != nil { return report([waiting, try recording.putOff(waiting.problem)]) }
        let outcomes = [waiting, try await recording.deliver()].compactMap { $0 }
        // A memory that cannot be written to is not asked again.
        if outcomes.allSatisfy({ $0.problem == nil }) { await countUse() }
        return report(outcomes)
    }

    private func report(_ outcomes: [DeliveryRun.Outcome]) -> HookOutput {
        var texts = [takeNews(), refusal(outcomes)].compactMap { $0 }
        let lost = outcomes.reduce(0) { $0 + $1.lost }
        let problem = outcomes.lazy.compactMap(\.problem).first
        if problem != nil || lost > 0, tellsOfTrouble() {
            let reason = problem.map { " \($0)" } ?? ""
            texts.append(
                "Roost: the memory cannot be reached; what this session learned is kept and stored later.\(reason)")
            if lost > 0 { texts.append("There was no room left for \(lost) of its notes: the outbox is full.") }
        }
        return HookOutput(message: texts.isEmpty ? nil : texts.joined(separator: "\n"))
    }

    private func refusal(_ outcomes: [DeliveryRun.Outcome]) -> String? {
        let rejected = outcomes.flatMap(\.rejected)
        guard let first = rejected.first else { return nil }
        return "Roost: the memory refused \(rejected.count) \(rejected.count == 1 ? "note" : "notes") "
            + "(\(ShortText.preview(first.reason, 160))). They are in \(Outbox(home: surroundings.home).rejectedPath)."
    }

    /// Before a prompt is answered: private parts are to be known to the hooks after it.
    func noteWhatIsPrivate() {
        guard event == .userPromptSubmit, let prompt = input.prompt, PrivateText.mentions(prompt) else { return }
        // Without it the reader of the transcript still finds them, later.
        try? recording.note(privatePrompt: input)
    }

    /// After a session's start: what sessions before it left behind, because they were killed or the memory was away. What
    /// there is to tell of it is told by the next hook that has something to say.
    func catchUp() async {
        guard event == .sessionStart else { return }
        let recording = recording
        var outcomes: [DeliveryRun.Outcome] = []
        do {
            let waiting = try await recording.outbox.deliver(
                recording.run(await recording.identity()), place: surroundings.place)
            outcomes = [waiting].compactMap { $0 }
            outcomes += try await SessionSweep(recording: recording).run()
        } catch {
            // The start itself succeeded or told of its trouble; the next one tries this again.
        }
        // That the memory is away was told, or will be by a hook that writes.
        guard let news = refusal(outcomes) else { return }
        do { try sessionFile.change { $0[Self.news] = .string(news) } } catch {
            // 'roost doctor' names the file of what was refused as well.
        }
    }

    private static let news = "news"

    /// What a hook had to tell after its answer was out.
    private func takeNews() -> String? {
        guard let news = sessionFile.read()[Self.news]?.string else { return nil }
        do { try sessionFile.change { $0[Self.news] = nil } } catch {
            // Told once more by the next one, which is better than never.
        }
        return news
    }
}

extension SessionRecording {
    /// Everything pending goes to the outbox, unsent.
    func putOff(_ problem: (any Error)?) throws -> DeliveryRun.Outcome {
        var outcome = DeliveryRun.Outcome()
        outcome.problem = problem
        let pending = SessionRecord(file.read()[SessionRecord.part]).pending
        outcome.lost = try outbox.add(pending)
        try change { record in record.pending.removeAll { pending.contains($0) } }
        return outcome
    }
}
