import Platform

/// A deployment and how it went.
package struct LearnedDeployment: Sendable {
    package var version: String
    package var environment: String
    /// `success`, `failure`, `error`, `rolled_back`, …: whatever the pipeline calls it.
    package var status: String
    package var seconds: Double?
    package var isRollback = false
    package var issues: [String] = []
    package var resolution: String?
    package var commit: String?
    package var detail: String?
    package var url: String?
    /// What tells it from others, such as the id that the pipeline gave it.
    package var identity: String?

    package init(version: String, environment: String, status: String) {
        self.version = version
        self.environment = environment
        self.status = status
    }

    package var hasFailed: Bool {
        ["failure", "failed", "error", "rolled_back", "aborted", "timed_out"].contains(status.lowercased())
    }
    package var hasSucceeded: Bool {
        ["success", "succeeded", "successful", "ok", "passed"].contains(status.lowercased())
    }

    /// The note; its key tells the event from all others.
    package func note(in run: CIRun) -> MemoryNote {
        let (version, environment) = (LearnedText.line(version, 200), LearnedText.line(environment, 100))
        let status = LearnedText.line(status, 50)
        var text = LearnedLines(
            "Deployment of \(version) to \(environment): \(status)\(isRollback ? ", rolled back" : "")")
        text.add("Duration", seconds.map { LearnedLines.duration($0) })
        text.add("Commit", (commit ?? run.commit).map(CIRun.short))
        text.add("What it said", detail.map { LearnedText.lines(LearnedText.clean($0), 5, 500) })
        for issue in issues { text.add("Issue", LearnedText.lines(LearnedText.clean(issue), 5, 500)) }
        text.add("Resolution", resolution.map { LearnedText.clean($0) })
        var note = LearnedNote(type: "deployment", run: run)
        note.set("version", version)
        note.set("environment", environment)
        note.set("status", status)
        note.set("duration_seconds", seconds.map { .double($0) })
        note.set("rollback", .bool(isRollback))
        if !issues.isEmpty { note.set("issues", .array(issues.map { .string(LearnedText.line($0, 500)) })) }
        note.set("commit", (commit ?? run.commit).map { LearnedText.line($0, 64) })
        note.set("url", (url ?? run.url).map { LearnedText.line($0, 500) })
        // Failures stay open until a later deployment goes well.
        if hasFailed { note.set("resolved", .bool(resolution != nil)) }
        note.set("resolution", resolution.map { LearnedText.clean($0) })
        return note.made(
            text, tags: ["environment:" + environment],
            identity: identity.map { [$0, status] } ?? [version, environment, status, run.occurrence(of: version)])
    }
}

/// An incident and what it taught.
package struct LearnedIncident: Sendable {
    package var title: String
    package var severity: String?
    package var description: String?
    package var rootCause: String?
    package var resolution: String?
    package var prevention: String?
    package var identity: String?

    package init(title: String) { self.title = title }

    package func note(in run: CIRun) -> MemoryNote {
        let title = LearnedText.line(title, 300)
        let severity = severity.map { LearnedText.line($0, 50) }
        var text = LearnedLines("Incident: \(title)\(severity.map { " (\($0))" } ?? "")")
        let parts = [
            ("What happened", description), ("Root cause", rootCause), ("Resolution", resolution),
            ("Prevention", prevention),
        ]
        for (name, part) in parts { text.add(name, part.map { LearnedText.clean($0) }) }
        var note = LearnedNote(type: "incident", run: run)
        note.set("title", title)
        note.set("severity", severity)
        note.set("root_cause", rootCause.map { LearnedText.line($0, 500) })
        note.set("resolution", resolution.map { LearnedText.line($0, 500) })
        note.set("prevention", prevention.map { LearnedText.line($0, 500) })
        note.set("resolved", .bool(resolution != nil))
        // The same incident described twice on one day is one; another day's may be another.
        return note.made(
            text, tags: severity.map { ["severity:" + $0] } ?? [],
            identity: identity.map { [$0] } ?? [title, run.time.day])
    }
}

/// A number that got worse.
package struct LearnedRegression: Sendable {
    package var metric: String
    package var baseline: Double
    package var current: Double
    package var unit: String?
    package var detail: String?
    package var identity: String?

    package init(metric: String, baseline: Double, current: Double) {
        self.metric = metric
        self.baseline = baseline
        self.current = current
    }

    /// Nil when it began at nothing.
    package var changePercent: Double? {
        guard baseline != 0 else { return nil }
        return ((current - baseline) / abs(baseline) * 1000).rounded() / 10
    }

    package func note(in run: CIRun) -> MemoryNote {
        let metric = LearnedText.line(metric, 200)
        let unit = unit.map { " " + LearnedText.line($0, 30) } ?? ""
        let change = changePercent.map { " (\($0 > 0 ? "+" : "")\(LearnedLines.number($0)) %)" } ?? ""
        var text = LearnedLines(
            "Performance regression: \(metric) went from \(LearnedLines.number(baseline))\(unit) to "
                + "\(LearnedLines.number(current))\(unit)\(change)")
        text.add("Since", run.place)
        text.add("What is known", detail.map { LearnedText.clean($0) })
        var note = LearnedNote(type: "performance_regression", run: run)
        note.set("metric", metric)
        note.set("baseline", .double(baseline))
        note.set("current", .double(current))
        note.set("change_percent", changePercent.map { .double($0) })
        note.set("commit", run.commit.map { LearnedText.line($0, 64) })
        note.set("url", run.url.map { LearnedText.line($0, 500) })
        return note.made(
            text, tags: ["metric:" + metric],
            identity: identity.map { [$0] } ?? [metric, LearnedLines.number(current), run.occurrence(of: metric)])
    }
}

// MARK: What they share

/// A text of lines: the first says it all, each other begins with what it is.
struct LearnedLines {
    private(set) var text: String

    init(_ first: String) { text = first }

    mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { text += "\n\(name): \(ShortText.beginning(of: value, 4000))" }
    }

    /// `3 min 20 s`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    /// Without `.0` behind a whole number.
    static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}

/// A note on its way.
private struct LearnedNote {
    let type: String
    let run: CIRun
    var metadata = JSONObject()

    init(type: String, run: CIRun) {
        self.type = type
        self.run = run
    }

    mutating func set(_ name: String, _ value: String?) { if let value { metadata[name] = .string(value) } }
    mutating func set(_ name: String, _ value: JSONValue?) { if let value { metadata[name] = value } }

    func made(_ text: LearnedLines, tags: [String], identity: [String]) -> MemoryNote {
        var note = MemoryNote(
            text.text, type: type, from: Provenance(source: "ci", trust: run.trust, tool: "roost learn"),
            key: LearnedMemory.key(type, identity))
        note.tags = ["source:ci"] + tags
        note.metadata = metadata
        note.metadata["timestamp"] = .string(run.time.iso8601)
        if let repository = run.repository { note.metadata["repository"] = .string(LearnedText.line(repository, 200)) }
        if let branch = run.branch { note.metadata["branch"] = .string(LearnedText.line(branch, 100)) }
        return note
    }
}

extension CIRun {
    /// What tells one report of a thing from the next one: the commit, else the run, else the day.
    func occurrence(of name: String) -> String { commit ?? run ?? time.day }
}
