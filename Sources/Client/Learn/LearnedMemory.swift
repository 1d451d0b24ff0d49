import HTTP
import Platform

/// The memory of a project as pipelines write to it: every event once, every failing test in one passage.
package struct LearnedMemory: Sendable {
    let session: ToolSession

    package init(_ session: ToolSession) { self.session = session }

    /// What tells an event from all others, the same in every process. It stands in `metadata.event`.
    static func key(_ type: String, _ identity: [String]) -> String {
        "\(type)-\(StableKey.of(identity))"
    }

    // MARK: Events

    /// Stores a note unless the event that its key names is there.
    package func learn(_ note: MemoryNote) async throws -> LearnOutcome.Entry {
        let place = try await writing()
        if let key = note.key, let known = try await place.passage(ofEvent: key) {
            return entry(.known, known)
        }
        return entry(.stored, try await place.create(note))
    }

    /// Stores a deployment. One that went well resolves those to the same place that had failed before.
    package func learn(_ deployment: LearnedDeployment, in run: CIRun) async throws -> LearnOutcome {
        let note = deployment.note(in: run)
        var outcome = LearnOutcome()
        outcome.entries = [try await learn(note)]
        guard deployment.hasSucceeded, outcome.entries[0].action == .stored,
            let environment = note.metadata["environment"]?.string
        else { return outcome }
        let place = try await writing()
        let open = try await place.passages([
            ("metadata.type", "deployment"), ("metadata.resolved", "false"), ("metadata.environment", environment),
        ])
        let version = note.metadata["version"]?.string ?? ""
        for passage in open {
            let changed = try await place.resolve(
                passage, "the deployment of \(version) went well.", commit: deployment.commit ?? run.commit,
                at: run.time)
            outcome.entries.append(entry(.resolved, changed))
        }
        return outcome
    }

    // MARK: Tests

    /// What can fail and pass again.
    package enum Kind: String, Sendable, CaseIterable {
        case test, workflow, check, job

        var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

        /// A test is one wherever it runs; a workflow is one for each branch. What a fork's change says never gets into a passage
        /// that is trusted more.
        func event(_ name: String, _ run: CIRun) -> String {
            let isOneForAll = self == .test && !run.isForeign
            return LearnedMemory.key("test_failure", [rawValue, name] + (isOneForAll ? [] : [run.branch ?? ""]))
        }
    }

    /// More failures of one report are one problem, and not that of the tests.
    private static let mostFailures = 200

    /// Counts what failed, and resolves what failed before and passes now.
    /// - Parameter occurrence: what tells this run from others, when the commit is not enough.
    package func learn(
        _ report: TestReport, _ kind: Kind = .test, in run: CIRun, occurrence: String? = nil
    ) async throws -> LearnOutcome {
        var outcome = LearnOutcome()
        if report.failures.isEmpty, try await session.agent(forReading: nil) == nil { return outcome }
        let place = try await writing()
        for test in report.failures.prefix(Self.mostFailures) {
            let occurrence = occurrence ?? run.occurrence(of: test.name)
            outcome.entries.append(try await fail(test, kind, run, occurrence, place))
        }
        if report.failures.count > Self.mostFailures {
            outcome.notes.append(
                "\(report.failures.count - Self.mostFailures) more failures were left out: a report keeps \(Self.mostFailures)."
            )
        }
        guard !report.passed.isEmpty else { return outcome }
        outcome.entries += try await pass(report.passed, kind, run, place)
        return outcome
    }

    private func fail(
        _ test: FailedTest, _ kind: Kind, _ run: CIRun, _ occurrence: String, _ place: Place
    ) async throws -> LearnOutcome.Entry {
        let event = kind.event(test.name, run)
        if let passage = try await place.passage(ofEvent: event), Self.record(passage) != nil {
            return try await count(test, kind, run, occurrence, passage, place)
        }
        var record = FailureRecord(test, at: run.time)
        _ = record.fail(test, in: run, occurrence: occurrence)
        var note = MemoryNote(
            record.text(of: kind.title), type: "test_failure",
            from: Provenance(source: "ci", trust: run.trust, tool: "roost learn", file: record.file), key: event)
        note.tags = ["source:ci"]
        note.metadata = record.metadata()
        note.metadata["kind"] = .string(kind.rawValue)
        if let repository = run.repository { note.metadata["repository"] = .string(LearnedText.line(repository, 200)) }
        let made = try await place.create(note)
        // Another process was faster, and what it stored knows nothing of this time.
        if let first = Self.record(made), first.seen != record.seen {
            return try await count(test, kind, run, occurrence, made, place)
        }
        return entry(.stored, made, title: Self.title(test, kind))
    }

    /// One more time that a known test failed.
    private func count(
        _ test: FailedTest, _ kind: Kind, _ run: CIRun, _ occurrence: String, _ passage: JSONValue, _ place: Place
    ) async throws -> LearnOutcome.Entry {
        let counted = try await place.update(passage, kind) { $0.fail(test, in: run, occurrence: occurrence) }
        guard let (changed, record) = counted else {
            return entry(.known, passage, title: "\(kind.title) \(test.name)")
        }
        var remark = "\(record.occurrences) times since \(FailureRecord.day(record.firstSeen))"
        if let before = record.earlier.last { remark += "; resolved before: \(before.resolution)" }
        return entry(.counted, changed, title: Self.title(test, kind), remark: remark)
    }

    private static func record(_ passage: JSONValue) -> FailureRecord? {
        passage["metadata"]?.object.flatMap { FailureRecord($0) }
    }

    private static func title(_ test: FailedTest, _ kind: Kind) -> String {
        "\(kind.title) \(test.name): \(ShortText.preview(test.error, 120))"
    }

    private func pass(
        _ passed: Set<String>, _ kind: Kind, _ run: CIRun, _ place: Place
    ) async throws -> [LearnOutcome.Entry] {
        let open = try await place.passages([
            ("metadata.type", "test_failure"), ("metadata.resolved", "false"), ("metadata.kind", kind.rawValue),
        ])
        var entries: [LearnOutcome.Entry] = []
        for passage in open {
            guard let known = Self.record(passage), passed.contains(known.name), Self.isSameBranch(known, run)
            else { continue }
            let passed = try await place.update(passage, kind) { Self.pass(&$0, kind, run) }
            guard let (changed, record) = passed else { continue }
            let title = "\(kind.title) \(record.name)"
            if record.isResolved {
                let by = run.commit.map { "passes with commit " + CIRun.short($0) } ?? "passes again"
                entries.append(entry(.resolved, changed, title: title, remark: by))
            } else {
                entries.append(entry(.flaky, changed, title: title))
            }
        }
        return entries
    }

    /// What a pass says of a test that had failed. False when it says nothing new.
    private static func pass(_ record: inout FailureRecord, _ kind: Kind, _ run: CIRun) -> Bool {
        guard !record.isResolved, isSameBranch(record, run) else { return false }
        let isSameCommit = run.commit.map(record.commits.contains) == true
        if isSameCommit, kind == .test {
            guard !record.isFlaky else { return false }
            record.isFlaky = true
            return true
        }
        // A second try of a workflow.
        if isSameCommit { record.isFlaky = true }
        record.resolve(
            isSameCommit ? "it passed with the same commit when it was tried again." : "it passes again.",
            commit: run.commit, at: run.time)
        return true
    }

    /// What passes on one branch may well fail on another one still.
    private static func isSameBranch(_ record: FailureRecord, _ run: CIRun) -> Bool {
        guard let branch = run.branch, let failing = record.branch else { return !run.isForeign }
        return LearnedText.line(branch, 100) == failing
    }

    // MARK: Resolutions

    /// Notes how something was mended.
    /// - Parameter reference: a passage's id, a test's name, or a part of the name that only one failing test has.
    /// Throws `ToolError` when it names nothing, or several.
    package func resolve(_ reference: String, _ text: String, in run: CIRun) async throws -> LearnOutcome.Entry {
        let place = Place(
            client: try await session.client(), agentID: try await session.requiredAgent().id, project: nil)
        let passage = try await place.passage(named: reference)
        let changed = try await place.resolve(passage, text, commit: run.commit, at: run.time)
        return entry(.resolved, changed, title: passage["metadata"]?["test_name"]?.string)
    }

    // MARK: The place

    private func writing() async throws -> Place {
        let agent = try await session.agent(forWriting: nil)
        return Place(client: try await session.client(), agentID: agent.id, project: await session.projectName())
    }

    private func entry(
        _ action: LearnOutcome.Action, _ passage: JSONValue, title: String? = nil, remark: String? = nil
    ) -> LearnOutcome.Entry {
        LearnOutcome.Entry(
            action: action, type: passage["metadata"]?["type"]?.string ?? "",
            title: title ?? ShortText.firstLine(of: passage["text"]?.string, 200) ?? "",
            id: passage["id"]?.string ?? "",
            remark: remark)
    }
}
