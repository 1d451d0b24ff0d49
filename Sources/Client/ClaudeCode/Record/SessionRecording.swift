import Glibc
import Platform

/// One session as the recording hooks see it: its file, its transcript, its memory.
struct SessionRecording: Sendable {
    let session: String
    let file: SessionFile
    let surroundings: HookSurroundings
    /// When everything has to be done.
    let until: ContinuousClock.Instant

    var rules: IgnoreRules { IgnoreRules(folder: surroundings.folder) }
    var outbox: Outbox { Outbox(home: surroundings.home) }

    /// Changes what is known of the session, in one step.
    func change<Value>(_ body: (inout SessionRecord) throws -> Value) throws -> Value {
        try file.change { object in
            let before = SessionRecord(object[SessionRecord.part])
            var record = before
            let value = try body(&record)
            if record != before { object[SessionRecord.part] = record.json }
            return value
        }
    }

    // MARK: What tools did

    func note(change input: HookInput) async throws {
        let rules = rules
        guard let tool = input.toolName else { return }
        if let path = FileChange.path(of: input), ["Edit", "MultiEdit", "Write", "NotebookEdit"].contains(tool) {
            guard !rules.ignores(path),
                var made = FileChange(input, path: Redaction.redacted(rules.name(path)), at: surroundings.now)
            else { return }
            let identity = await identity()
            try change { record in
                note(input, in: &record)
                // Killed before its first end of a turn, a session is finished by another one, which has to know whose it is.
                record.identityOfMemory = identity
                made.remove(hidden(record))
                record.add(made)
            }
            return
        }
        // A success is news only where something failed before.
        let line = ShellLine(input.toolInput["command"]?.string ?? "")
        guard let program = tool == "Bash" ? line.program : tool,
            SessionRecord(file.read()[SessionRecord.part]).failures.contains(where: {
                $0.program == program && !$0.isResolved
            })
        else { return }
        try change { record in
            let text = hidden(record).removed(from: line.text)
            record.resolve(program, command: ShortText.preview(Redaction.redacted(text), 160))
        }
    }

    func note(failure input: HookInput) async throws {
        guard let tool = input.toolName, let error = input.error, input.json["is_interrupt"]?.bool != true else {
            return
        }
        let rules = rules
        let identity = await identity()
        try change { record in
            note(input, in: &record)
            record.identityOfMemory = identity
            let hidden = hidden(record)
            let failure = ToolFailure(
                tool: tool, arguments: input.toolInput, error: error, id: input.toolUseID ?? Identifier.uuid(),
                prompt: input.promptID ?? "", at: surroundings.now.iso8601, rules
            ) { Redaction.redacted(hidden.removed(from: $0)) }
            if let failure { record.add(failure) }
        }
    }

    /// Where private parts of a prompt will stand that is about to be written.
    func note(privatePrompt input: HookInput) throws {
        try change { record in
            note(input, in: &record)
            record.notePrivate(input.transcriptPath.map { TranscriptFile(path: $0).size } ?? 0)
        }
    }

    private func note(_ input: HookInput, in record: inout SessionRecord) {
        if let path = input.transcriptPath { record.transcript = path }
    }

    /// Private parts of earlier prompts. They are kept nowhere but in the transcript.
    private func hidden(_ record: SessionRecord) -> PrivateText {
        var hidden = PrivateText()
        guard let path = record.transcript else { return hidden }
        for offset in record.privateOffsets {
            for line in TranscriptFile(path: path).lines(from: offset, most: 256 << 10) {
                let entry = line.withUnsafeBufferPointer { TranscriptEntry.line($0, needs: { _ in false }) }
                guard let read = entry else { continue }
                for case .prompt(let text) in read.entries where PrivateText.mentions(text) {
                    hidden.add(PrivateText(of: text))
                }
            }
        }
        return hidden
    }

    // MARK: What was said

    /// Reads the transcript to its end and makes notes of it, and a summary if asked for.
    func take(
        _ transcript: String?, isTurnOver: Bool = true, said: String? = nil, withSummary: Bool = false,
        compaction: String? = nil
    ) async throws {
        let rules = rules
        let identity = await identity()
        let notes = SessionNotes(session: session, identity: identity, now: surroundings.now)
        openBeside(transcript)
        let readUntil = ContinuousClock.now + ContinuousClock.now.duration(to: until) * 0.45
        try change { record in
            if let transcript { record.transcript = transcript }
            record.identityOfMemory = identity
            var reading = TranscriptReading(record, rules: rules, hidden: hidden(record))
            let hasRead = record.transcript.map {
                reading.read(TranscriptFile(path: $0), until: readUntil, isTurnOver: isTurnOver)
            }
            if let said, hasRead != true { reading.add(answer: said, at: surroundings.now) }
            record = reading.record
            if let compaction {
                let text = reading.hidden.removed(from: PrivateText.removed(from: compaction))
                notes.writeCompaction(Redaction.redacted(text), &record)
            }
            notes.write(&record)
        }
        guard withSummary else { return }
        let text = try await modelSummary()
        try change { record in notes.writeSummary(&record, text: text) }
    }

    /// Opens the memory while a transcript is read of which so much is new that hardly nothing of it will be stored.
    private func openBeside(_ transcript: String?) {
        guard surroundings.isMemoryThere, let transcript else { return }
        let offset = SessionRecord(file.read()[SessionRecord.part]).offset
        guard TranscriptFile(path: transcript).size - offset >= Self.longReading else { return }
        let memory = surroundings.memory
        // Who needs the memory later tries again, and tells what is wrong.
        Task { _ = try? await memory.client() }
    }

    private static let longReading = 256 << 10

    /// Words of an agent that has no transcript of its own here.
    func take(answer: String) async throws {
        let notes = SessionNotes(session: session, identity: await identity(), now: surroundings.now)
        try change { record in
            var reading = TranscriptReading(record, rules: rules, hidden: hidden(record))
            reading.add(answer: answer, at: surroundings.now)
            record = reading.record
            notes.write(&record)
        }
    }

    /// What a model makes of the extractive summary; nil without one, or when it takes too long or fails.
    private func modelSummary() async throws -> String? {
        let record = SessionRecord(file.read()[SessionRecord.part])
        guard let summarize = surroundings.summarize,
            let text = SessionSummary(record: record, project: await identity().scope.project).text,
            StableKey.of(text) != record.summaryDigest
        else { return nil }
        let end = min(until - .milliseconds(700), ContinuousClock.now + surroundings.summaryPatience)
        let answer = await Self.first(before: end) { try await summarize(text) }
        guard let answer, !answer.allSatisfy(\.isWhitespace) else { return nil }
        return Redaction.redacted(hidden(record).removed(from: ShortText.beginning(of: answer.trimmed, 4000)))
    }

    /// The body's value; nil when it throws, or does not come in time. It may go on meanwhile: nobody waits for it.
    private static func first<Value: Sendable>(
        before end: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Value
    ) async -> Value? {
        let answers = AsyncStream<Value?> { stream in
            let work = Task {
                // A model that fails is as good as none: the extractive summary stands.
                stream.yield(try? await body())
                stream.finish()
            }
            let clock = Task {
                // Ends when it is cancelled.
                try? await Task.sleep(until: end)
                stream.yield(nil)
                stream.finish()
            }
            stream.onTermination = { _ in
                work.cancel()
                clock.cancel()
            }
        }
        for await answer in answers { return answer }
        return nil
    }

    // MARK: Delivery

    func identity() async -> Delivery.Identity {
        var scope = surroundings.memory.scope
        scope.project = await surroundings.memory.projectName()
        return Delivery.Identity(place: surroundings.place, scope: scope)
    }

    /// Sends what is pending; what cannot be sent goes to the outbox.
    func deliver() async throws -> DeliveryRun.Outcome {
        let pending = SessionRecord(file.read()[SessionRecord.part]).pending
        let mine = pending.filter { $0.identity.place == surroundings.place }
        if mine.isEmpty { return DeliveryRun.Outcome() }
        let outcome = await run(await identity()).send(mine)
        try outbox.setAside(outcome.rejected)
        let lost = outcome.problem == nil ? 0 : try outbox.add(outcome.left)
        let gone = outcome.done + outcome.rejected.map(\.delivery) + (outcome.problem == nil ? [] : outcome.left)
        try change { record in record.pending.removeAll { gone.contains($0) } }
        var counted = outcome
        counted.lost = lost
        return counted
    }

    func run(_ identity: Delivery.Identity) -> DeliveryRun {
        DeliveryRun(
            memory: surroundings.memory, scope: identity.scope, now: surroundings.now, until: until - .milliseconds(200)
        )
    }
}
