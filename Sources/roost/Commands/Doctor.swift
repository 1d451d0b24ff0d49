import Client
import Platform

/// `roost doctor`: what is wrong with this installation, or with somebody's scripts.
enum Doctor {
    static var command: Command {
        var command = Command("doctor", "Finds what is wrong with this installation, or with scripts that use it") {
            call in
            if let path = call.text("scan") { return try scan(path, call) }
            try await examine(call)
        }
        command.detail = """
            Looks at ROOST_HOME, the database, the disk, the embedding model, the port, the environment and the server that
            LETTA_BASE_URL names; in a project, whether Claude Code has this memory. With --scan it reads scripts and settings instead, and names calls that no release of the
            SDK has, with the right ones. Nothing is changed. Exit code 1 when something has to be mended.
            """
        command.options =
            [Option("scan", "PATH", "Look for mistakes in a file, or in a folder and everything below it")]
            + Setting.all.filter { examined.contains($0.name) }.map(\.option)
            + Settings.fileOptions
        command.examples = ["roost doctor", "roost doctor --json", "roost doctor --scan ~/.claude"]
        return command
    }

    /// The settings that say what is looked at.
    private static let examined = ["home", "database", "embedding-model", "host", "port", "base-url", "ca-file"]

    // MARK: This installation

    private static func examine(_ call: Invocation) async throws {
        let findings = await Examination(call: call).findings()
        if call.isJSON {
            call.terminal.print(
                json: .array(
                    findings.map {
                        [
                            "check": .string($0.check), "state": .string($0.state.rawValue),
                            "message": .string($0.message),
                            "advice": $0.advice.map { .string($0) } ?? .null,
                        ]
                    }))
        } else {
            let style = call.terminal.style
            for finding in findings {
                let mark =
                    switch finding.state {
                    case .ok: style.green("✓")
                    case .warning: style.yellow("!")
                    case .error: style.red("✗")
                    }
                func text(_ words: String, from column: Int) -> String {
                    HelpText.wrapped(words, width: call.terminal.width - column)
                        .joined(separator: "\n" + String(repeating: " ", count: column))
                }
                call.terminal.print(
                    "\(mark) \(style.bold(finding.check.padded(to: 12))) \(text(finding.message, from: 15))")
                if let advice = finding.advice {
                    call.terminal.print("\(String(repeating: " ", count: 15))→ \(text(advice, from: 17))")
                }
            }
            let errors = findings.filter { $0.state == .error }.count
            call.terminal.print(errors == 0 ? "\nNothing has to be mended." : "\n\(errors) to mend.")
        }
        if findings.contains(where: { $0.state == .error }) { throw ExitStatus(code: 1) }
    }

    // MARK: Scripts

    private static func scan(_ path: String, _ call: Invocation) throws {
        let report = FolderScan().report(path)
        guard report.files > 0 || report.unreadable.isEmpty else {
            throw Failure("Cannot read \(report.unreadable[0]).")
        }
        let terminal = call.terminal
        if call.isJSON {
            terminal.print(
                json: [
                    "files": .int(Int64(report.files)),
                    "findings": .array(
                        report.findings.map {
                            [
                                "file": .string($0.path), "line": .int(Int64($0.line)), "rule": .string($0.rule),
                                "weight": .string($0.weight.rawValue), "mistake": .string($0.mistake),
                                "instead": .string($0.instead),
                            ]
                        }), "unreadable": .array(report.unreadable.map { .string($0) }),
                ])
        } else {
            for finding in report.findings {
                let mark = finding.weight == .error ? terminal.style.red("error") : terminal.style.yellow("warning")
                terminal.print("\(terminal.style.bold("\(finding.path):\(finding.line)")) \(mark): \(finding.mistake)")
                terminal.print("    → \(finding.instead)")
            }
            for path in report.unreadable { terminal.printError("Cannot read \(path).") }
            let errors = report.findings.filter { $0.weight == .error }.count
            terminal.print(
                "\(report.files) files: \(errors) errors, \(report.findings.count - errors) warnings."
                    + (report.findings.isEmpty ? "" : " The whole table is in docs/guides-to-roost.md."))
        }
        if report.findings.contains(where: { $0.weight == .error }) { throw ExitStatus(code: 1) }
    }
}
