import Platform

/// What memory knows about one test, workflow or check that fails: one passage, however often it happened. All of it is in the
/// passage's metadata; the text is written anew from them.
struct FailureRecord: Sendable, Equatable {
    /// Something that failed and was mended.
    struct Mended: Sendable, Equatable {
        var error: String
        var resolution: String
        var date: String
    }

    var name: String
    var file: String?
    var line: Int?
    var error: String
    var trace: [String] = []
    /// `main`.
    var branch: String?
    var occurrences = 0
    var firstSeen: String
    var lastSeen: String
    /// The last ones it failed with.
    var commits: [String] = []
    /// What tells the last occurrences apart, so that none is counted twice.
    var seen: [String] = []
    /// How it was mended; nil while it fails.
    var resolution: String?
    var resolvedAt: String?
    var resolvedCommit: String?
    /// It passed with a commit that it failed with.
    var isFlaky = false
    /// Earlier rounds of failing and being mended.
    var earlier: [Mended] = []
    var url: String?

    private static let mostCommits = 10
    private static let mostSeen = 50
    private static let mostEarlier = 5

    init(_ test: FailedTest, at time: Timestamp) {
        name = test.name
        error = test.error
        firstSeen = time.iso8601
        lastSeen = time.iso8601
    }

    // MARK: What happens

    /// Notes that it failed.
    /// - Parameter occurrence: what tells this failure from others of the same test.
    /// - Returns: false when it was noted before.
    mutating func fail(_ test: FailedTest, in run: CIRun, occurrence: String) -> Bool {
        let occurrence = LearnedText.line(occurrence, 200)
        guard !seen.contains(occurrence) else { return false }
        if let resolution {
            earlier.append(
                Mended(error: ShortText.preview(error, 200), resolution: resolution, date: resolvedAt ?? lastSeen))
            earlier = Array(earlier.suffix(Self.mostEarlier))
            self.resolution = nil
            resolvedAt = nil
            resolvedCommit = nil
        }
        error = test.error
        trace = test.trace
        file = test.file ?? file
        line = test.line ?? (test.file == nil ? line : nil)
        branch = run.branch.map { LearnedText.line($0, 100) } ?? branch
        url = run.url.map { LearnedText.line($0, 500) } ?? url
        occurrences += 1
        lastSeen = run.time.iso8601
        if let commit = run.commit.map({ LearnedText.line($0, 64) }) {
            commits = Array((commits.filter { $0 != commit } + [commit]).suffix(Self.mostCommits))
        }
        seen = Array((seen + [occurrence]).suffix(Self.mostSeen))
        return true
    }

    mutating func resolve(_ text: String, commit: String?, at time: Timestamp) {
        resolution = ShortText.beginning(of: LearnedText.clean(text), 2000)
        resolvedAt = time.iso8601
        resolvedCommit = commit.map { LearnedText.line($0, 64) }
    }

    var isResolved: Bool { resolution != nil }

    // MARK: The text

    /// What search finds: the name first, then the error and the file, as somebody would paste them.
    func text(of kind: String) -> String {
        var lines = [
            "\(kind) failed: \(name)\(file.map { " (\($0)\(line.map { ":\($0)" } ?? ""))" } ?? "")", "Error: \(error)",
        ]
        if !trace.isEmpty { lines.append("At:\n" + trace.map { "  " + $0 }.joined(separator: "\n")) }
        let last = [commits.last.map { "commit " + CIRun.short($0) }, branch.map { "branch " + $0 }].compactMap { $0 }
        let place = last.isEmpty ? "" : " (\(last.joined(separator: ", ")))"
        lines.append(
            occurrences <= 1
                ? "Seen once: \(Self.day(lastSeen))\(place)."
                : "Seen \(occurrences) times: first \(Self.day(firstSeen)), last \(Self.day(lastSeen))\(place).")
        if isFlaky { lines.append("Flaky, or different by machine: it also passed with a commit that it failed with.") }
        if let resolution {
            let by = resolvedCommit.map { " with commit " + CIRun.short($0) } ?? ""
            lines.append("Resolved \(Self.day(resolvedAt ?? lastSeen))\(by): \(resolution)")
        } else {
            lines.append("Not resolved yet.")
        }
        for round in earlier.reversed() {
            lines.append(
                "Before, resolved \(Self.day(round.date)): \(round.resolution) (the error was: \(round.error))")
        }
        return lines.joined(separator: "\n")
    }

    static func day(_ time: String) -> String { String(time.prefix(10)) }
}

// MARK: As metadata

extension FailureRecord {
    /// Nil when these are not the metadata of one.
    init?(_ metadata: JSONObject) {
        guard metadata["type"]?.string == "test_failure", let name = metadata["test_name"]?.string else { return nil }
        let time = metadata["timestamp"]?.string ?? ""
        self.init(FailedTest(name: name, error: metadata["error"]?.string ?? ""), at: Timestamp(microseconds: 0))
        file = metadata["file_path"]?.string
        line = metadata["line"]?.int
        trace = metadata["trace"]?.strings ?? []
        branch = metadata["branch"]?.string
        occurrences = metadata["occurrences"]?.int ?? 1
        firstSeen = metadata["first_seen"]?.string ?? time
        lastSeen = metadata["last_seen"]?.string ?? time
        commits = metadata["commits"]?.strings ?? []
        seen = metadata["seen"]?.strings ?? []
        let isResolved = metadata["resolved"]?.bool == true
        resolution = isResolved ? metadata["resolution"]?.string ?? "not said how" : nil
        resolvedAt = metadata["resolved_at"]?.string
        resolvedCommit = metadata["resolved_commit"]?.string
        isFlaky = metadata["flaky"]?.bool == true
        url = metadata["url"]?.string
        earlier = (metadata["earlier"]?.array ?? []).compactMap { item in
            guard let resolution = item["resolution"]?.string else { return nil }
            return Mended(error: item["error"]?.string ?? "", resolution: resolution, date: item["date"]?.string ?? "")
        }
    }

    /// - Parameter old: what stands there already; members that are not ours stay.
    func metadata(over old: JSONObject = JSONObject()) -> JSONObject {
        var object = old
        object["type"] = "test_failure"
        object["test_name"] = .string(name)
        object["resolved"] = .bool(isResolved)
        object["error"] = .string(error)
        object["occurrences"] = .int(Int64(occurrences))
        object["first_seen"] = .string(firstSeen)
        object["last_seen"] = .string(lastSeen)
        object["timestamp"] = .string(lastSeen)
        let texts: [(String, String?)] = [
            ("file_path", file), ("branch", branch), ("commit", commits.last), ("resolution", resolution),
            ("resolved_at", resolvedAt), ("resolved_commit", resolvedCommit), ("url", url),
        ]
        for (name, value) in texts { object[name] = value.map { .string($0) } }
        object["line"] = line.map { .int(Int64($0)) }
        object["flaky"] = isFlaky ? true : nil
        for (name, list) in [("trace", trace), ("commits", commits), ("seen", seen)] {
            object[name] = list.isEmpty ? nil : .array(list.map { .string($0) })
        }
        let rounds = earlier.map { round -> JSONValue in
            ["error": .string(round.error), "resolution": .string(round.resolution), "date": .string(round.date)]
        }
        object["earlier"] = rounds.isEmpty ? nil : .array(rounds)
        return object
    }
}
