import Platform

/// What a session was about, in the sentences of those who were there: docs/design/hooks.md, "The summary of a session".
struct SessionSummary: Sendable {
    let record: SessionRecord
    let project: String?

    private static let longest = 2400

    /// Nil when nothing happened that a later session could use.
    var text: String? {
        guard record.turns > 0, !record.prompts.isEmpty else { return nil }
        if record.done.isEmpty, record.findings.isEmpty, record.files.isEmpty, record.failures.isEmpty { return nil }
        var parts = [title]
        add("Asked", asked, to: &parts)
        add("Done", record.done.filter { !isFinding($0) }.suffix(6).map { $0 }, to: &parts)
        for (type, name) in [("decision", "Decided"), ("learning", "Learned"), ("preference", "The user wants")] {
            add(name, record.findings.filter { $0.type == type }.suffix(5).map(\.text), to: &parts)
        }
        add("Corrected by the user", record.corrections.filter { !isFinding($0) }.suffix(4).map { $0 }, to: &parts)
        add("Failed and then worked", record.failures.filter(\.isResolved).suffix(3).map(\.line), to: &parts)
        add("Still failing", record.failures.filter { !$0.isResolved }.suffix(3).map(\.line), to: &parts)
        if !record.files.isEmpty {
            let more = record.files.count > 12 ? " and \(record.files.count - 12) more" : ""
            parts.append("Files: " + record.files.prefix(12).joined(separator: ", ") + more)
        }
        return ShortText.beginning(of: parts.joined(separator: "\n"), Self.longest)
    }

    private var title: String {
        var facts = ["\(record.turns) \(record.turns == 1 ? "prompt" : "prompts")"]
        if seconds >= 60 { facts.insert("\(seconds / 60) min", at: 0) }
        let place = project.map { " in \($0)" } ?? ""
        return "Session of \(record.began.prefix(10))\(place) (\(facts.joined(separator: ", ")))"
    }

    private var asked: [String] { Array(record.prompts.prefix(1) + record.prompts.dropFirst().suffix(4)) }

    private func isFinding(_ text: String) -> Bool { record.findings.contains { Sentences.areAlike($0.text, text) } }

    private func add(_ name: String, _ lines: [String], to parts: inout [String]) {
        if !lines.isEmpty { parts.append(name + ":\n" + lines.map { "- " + $0 }.joined(separator: "\n")) }
    }

    /// From the first record to the last.
    var seconds: Int {
        guard let began = Timestamp(iso8601: record.began), let ended = Timestamp(iso8601: record.ended) else {
            return 0
        }
        return max(0, Int((ended.microseconds - began.microseconds) / 1_000_000))
    }

    var metadata: JSONObject {
        [
            "duration_seconds": .int(Int64(seconds)), "tools_count": .int(Int64(record.tools.count)),
            "tools": .array(record.tools.members.map { .string($0.name) }.prefix(30).map { $0 }),
            "files_count": .int(Int64(record.files.count)), "turns": .int(Int64(record.turns)),
        ]
    }
}

extension ToolFailure {
    /// On one line.
    fileprivate var line: String { ShortText.preview(text, 260) }
}
