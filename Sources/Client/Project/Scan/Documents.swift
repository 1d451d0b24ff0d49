import Platform

/// What README and CLAUDE.md say at a glance.
enum Documents {
    /// The first paragraph that says something.
    static func readme(_ text: String) -> ProjectFacts {
        var facts = ProjectFacts()
        var paragraph: [Substring] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty || MarkdownSections.heading(line) != nil {
                if isProse(paragraph) { break }
                paragraph = []
            } else {
                paragraph.append(line.hasPrefix("> ") ? line.dropFirst(2) : line)
            }
        }
        if isProse(paragraph) { facts.about = paragraph.joined(separator: " ") }
        return facts
    }

    /// Not badges, pictures, tags, code, rules or lists.
    private static func isProse(_ lines: [Substring]) -> Bool {
        guard let first = lines.first?.first, let line = lines.first else { return false }
        return !"<![|`=*-+:".contains(first) && line.count { $0.isLetter } > 15
            || first == "*" && line.hasPrefix("**") && line.count { $0.isLetter } > 15
    }

    /// The commands that a guide names in its parts about building and testing.
    static func guide(_ name: String, _ text: String) -> ProjectFacts {
        var facts = ProjectFacts()
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for section in MarkdownSections.of(lines, limit: 100_000) {
            let heading = (section.headings.last ?? "").lowercased()
            guard ["build", "test", "command", "develop", "run"].contains(where: heading.contains) else { continue }
            facts.commands += commands(section.text)
        }
        facts.commands = Array(facts.commands.prefix(8))
        facts.guides = [name]
        return facts
    }

    /// Lines of shell code, and code at the beginning of a line of a list.
    private static func commands(_ text: String) -> [String] {
        var found: [String] = []
        var isShell: Bool?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.hasPrefix("```") {
                let language = line.dropFirst(3)
                isShell =
                    isShell == nil ? ["", "bash", "sh", "shell", "console", "zsh"].contains(String(language)) : nil
            } else if let isShell {
                let command = line.hasPrefix("$ ") ? line.dropFirst(2) : line
                if isShell, !command.hasPrefix("#"), !command.isEmpty { found.append(withoutComment(command)) }
            } else if line.hasPrefix("- `") || line.hasPrefix("* `") {
                let code = line.dropFirst(3).prefix { $0 != "`" }
                if code.contains(" ") { found.append(String(code)) }
            }
        }
        return found.filter { $0.count <= 80 }
    }

    private static func withoutComment(_ command: Substring) -> String {
        var text = command[..<(command.firstRange(of: " #")?.lowerBound ?? command.endIndex)]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
