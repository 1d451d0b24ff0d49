/// Help, made from the table of commands.
struct HelpText: Sendable {
    let commands: [Command]
    let style: Style

    /// - Parameter path: the words of a command or of a group; none for the overview.
    func text(for path: [String]) -> String {
        if let command = commands.first(where: { $0.path == path }) { return page(of: command) }
        return path.isEmpty ? overview() : group(path)
    }

    private func overview() -> String {
        var text = """
            Roost keeps the long-term memory of AI agents and serves it over the Letta V1 API.

            \(style.bold("Usage:")) roost COMMAND [OPTIONS]

            """
        for (title, names) in Self.sections {
            text += "\n\(style.bold(title))\n"
            let known = names.filter { $0 == "help" || !members(of: [$0]).isEmpty }
            text += rows(known.map { name in (name, summary(of: name)) })
        }
        text += """

            \(style.bold("Start here:"))
              roost setup claude-code          in a project: from then on Claude Code remembers
              roost serve                      the server, on http://127.0.0.1:8283
              roost agent create --name demo   an agent; works with and without a running server
              roost help agent                 the commands of a group

            Documentation: docs/start.md, docs/claude-code.md. No telemetry, no automatic updates.

            """
        return text
    }

    private static let sections: [(String, [String])] = [
        ("Server", ["serve", "mcp", "doctor", "db", "bench", "version", "help"]),
        (
            "Working with a coding agent",
            [
                "setup", "project", "remember", "recall", "log-error", "forget", "memory", "team", "sync", "watch",
                "learn", "hook",
            ]
        ),
        (
            "Memory",
            [
                "search", "agent", "block", "passage", "archive", "tag", "identity", "tool", "model", "provider",
                "import", "embed", "embeddings",
            ]
        ),
    ]

    /// What the commands of a group are about.
    private static let groups: [String: String] = [
        "agent": "Agents", "block": "Memory blocks", "passage": "Archival memory", "archive": "Archives of passages",
        "tag": "Tags in use", "identity": "Identities that agents act for", "tool": "Tools that agents can have",
        "model": "Models that agents can have", "provider": "Services of models, with keys of their own",
        "embeddings": "Vectors of passages", "db": "The database file", "import": "Passages from other programs",
        "bench": "Measurements", "setup": "Connects an editor (others than Claude Code: 'roost help mcp')",
        "project": "The memory of a project",
        "memory": "What the memory holds", "team": "Memory that agents share", "learn": "What CI and operations taught",
    ]

    private func summary(of name: String) -> String {
        if name == "help" { return "This text, or help about a command: roost help agent create" }
        let members = members(of: [name]).map { $0.path.dropFirst().joined(separator: " ") }.filter { !$0.isEmpty }
        if let command = commands.first(where: { $0.path == [name] }) {
            return members.isEmpty ? command.summary : "\(command.summary); also: \(members.joined(separator: ", "))"
        }
        return "\(Self.groups[name] ?? name): \(members.joined(separator: ", "))"
    }

    private func members(of group: [String]) -> [Command] {
        commands.filter { $0.path.starts(with: group) && !$0.isHidden }
    }

    private func group(_ path: [String]) -> String {
        let members = members(of: path)
        let name = path.joined(separator: " ")
        return """
            \(summary(of: name))

            \(style.bold("Usage:")) roost \(name) COMMAND [OPTIONS]

            \(style.bold("Commands"))
            \(rows(members.map { ($0.path.dropFirst(path.count).joined(separator: " "), $0.summary) }))
            'roost \(name) COMMAND --help' shows options and examples.

            """
    }

    private func page(of command: Command) -> String {
        let operands = command.operands.map { " " + $0.shown }.joined()
        var text = "\(command.summary).\n\n\(style.bold("Usage:")) \(command.name)\(operands) [OPTIONS]\n"
        if !command.detail.isEmpty { text += "\n" + Self.paragraphs(command.detail) }
        if !command.operands.isEmpty {
            text += "\n\(style.bold("Arguments"))\n" + rows(command.operands.map { ($0.name, $0.help) })
        }
        text += "\n\(style.bold("Options"))\n" + rows(command.allOptions.map { ($0.shown, $0.help) })
        if !command.examples.isEmpty {
            text += "\n\(style.bold("Examples"))\n" + command.examples.map { "  \($0)\n" }.joined()
        }
        return text
    }

    /// Two columns, the second wrapped.
    private func rows(_ rows: [(String, String)]) -> String {
        let width = min(30, rows.map { $0.0.count }.max() ?? 0)
        return rows.map { left, right in
            let lines = Self.wrapped(right, width: 76 - width)
            let indent = String(repeating: " ", count: width + 4)
            let gap = left.count > width ? "\n" + indent : String(repeating: " ", count: width - left.count + 2)
            return "  \(left)\(gap)\(lines.joined(separator: "\n" + indent))\n"
        }.joined()
    }

    /// Prose for a terminal of 80 columns; lines that begin with a space keep their form.
    private static func paragraphs(_ text: String) -> String {
        var lines: [String] = []
        var words = ""
        func end() {
            if !words.isEmpty { lines += wrapped(words, width: 78) }
            words = ""
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.hasPrefix(" ") {
                end()
                lines.append(String(line))
            } else {
                words += (words.isEmpty ? "" : " ") + line
            }
        }
        end()
        return lines.map { $0 + "\n" }.joined()
    }

    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 1 > max(20, width) {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
