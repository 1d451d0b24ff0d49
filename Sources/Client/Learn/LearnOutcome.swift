package import Platform

/// What memory holds now that it did not hold before, for people, for programs and for the summary of a pipeline's step.
package struct LearnOutcome: Sendable, Equatable {
    package enum Action: String, Sendable, CaseIterable {
        /// A passage of its own.
        case stored
        /// It was known; it happened once more.
        case counted
        /// Nothing was changed: this very event is there already.
        case known
        case resolved
        /// It passed with a commit that it failed with.
        case flaky
    }

    package struct Entry: Sendable, Equatable {
        package let action: Action
        /// `test_failure`, `deployment`, …
        package let type: String
        package let title: String
        package let id: String
        /// What memory knew about it.
        package var remark: String?
    }

    package var entries: [Entry] = []
    /// What was not done, and why.
    package var notes: [String] = []

    package init() {}

    package mutating func add(_ other: LearnOutcome) {
        entries += other.entries
        notes += other.notes
    }

    package func count(_ action: Action) -> Int { entries.count { $0.action == action } }

    /// One line each. Texts of strangers are in them: none can begin a line, or hold what a runner takes for a command.
    package var lines: [String] {
        entries.map { entry in
            let remark = entry.remark.map { " (\($0))" } ?? ""
            return Self.harmless("\(Self.words[entry.action] ?? ""): \(entry.title)\(remark)")
        } + notes.map(Self.harmless)
    }

    package var json: JSONValue {
        let items = entries.map { entry -> JSONValue in
            var item: JSONObject = [
                "action": .string(entry.action.rawValue), "type": .string(entry.type),
                "title": .string(Self.harmless(entry.title)), "id": .string(entry.id),
            ]
            if let remark = entry.remark { item["remark"] = .string(Self.harmless(remark)) }
            return .object(item)
        }
        return ["learned": .array(items), "notes": .array(notes.map { .string(Self.harmless($0)) })]
    }

    /// Markdown for `GITHUB_STEP_SUMMARY`; nil when there is nothing to tell.
    package var markdown: String? {
        guard !entries.isEmpty || !notes.isEmpty else { return nil }
        var text = "### Roost: what memory learned\n\n"
        for entry in entries {
            text += "- \(Self.words[entry.action] ?? ""): \(Self.code(entry.title))"
            text += entry.remark.map { ", \(Self.code($0))\n" } ?? "\n"
        }
        for note in notes { text += "- \(Self.code(note))\n" }
        return text + "\n"
    }

    /// For `GITHUB_OUTPUT`: numbers and ids, none of it a stranger's text.
    package var outputs: String {
        var text = Action.allCases.map { "\($0.rawValue)=\(count($0))\n" }.joined()
        text += "passages=\(entries.map(\.id).filter { Identifier.isValid($0, .passage) }.joined(separator: " "))\n"
        return text
    }

    private static let words: [Action: String] = [
        .stored: "Stored", .counted: "Seen again", .known: "Known already", .resolved: "Resolved", .flaky: "Flaky",
    ]

    /// GitHub's runner takes `##[command]` for a command wherever it stands in a line.
    private static func harmless(_ text: String) -> String {
        var text = LearnedText.line(text, 300)
        text.replace("##[", with: "## [")
        return text
    }

    /// As code, so that nothing in it is a link, an image or a mention.
    private static func code(_ text: String) -> String {
        var text = harmless(text)
        text.replace("`", with: "'")
        return "`" + text + "`"
    }
}
