import Platform

/// A tool that failed, and what was different when it worked.
struct ToolFailure: Sendable, Equatable {
    let tool: String
    /// What has to work later for this to be solved: `swift test`, or the tool's name.
    let program: String
    var command: String
    var error: String
    /// Of the calls that failed like this.
    var ids: [String]
    let prompt: String
    var at: String
    /// Files that were changed since.
    var files: [String] = []
    /// Other commands that worked since.
    var steps: [String] = []
    /// The call that worked.
    var worked: String?
    var isWritten = false
    var wasWritten = false

    static let mostFiles = 5

    init(tool: String, program: String, command: String, error: String, id: String, prompt: String, at: String) {
        self.tool = tool
        self.program = program
        self.command = command
        self.error = error
        ids = [id]
        self.prompt = prompt
        self.at = at
    }

    var isResolved: Bool { worked != nil }

    /// The same for all failures of one kind.
    var fingerprint: String { StableKey.of([tool, program, Self.stable(error)]) }

    /// An error without what differs from one time to the next.
    private static func stable(_ error: String) -> String {
        String(error.prefix(300).map { $0.isNumber ? "0" : $0 })
    }

    /// The same failure again.
    mutating func join(_ later: ToolFailure) {
        let new = later.ids.filter { !ids.contains($0) }
        if new.isEmpty { return }
        ids = Array((ids + new).suffix(50))
        command = later.command
        at = later.at
        worked = nil
        isWritten = false
    }

    /// Only what may have changed something.
    mutating func noteStep(_ program: String, _ command: String) {
        guard !command.isEmpty, !ShellLine.searches.contains(program), !ShellLine.looks.contains(program) else {
            return
        }
        steps = Array((steps + [command]).uniqued.suffix(3))
    }

    var text: String {
        let times = ids.count > 1 ? " (\(ids.count) times)" : ""
        let call = command.isEmpty ? tool : "`\(command)`"
        var text = "\(call) failed\(times): \(error)"
        guard let worked else { return text }
        if worked != command, !worked.isEmpty {
            text += "\nIt worked as `\(worked)`."
        } else if files.isEmpty, !steps.isEmpty {
            text += "\nIt worked after \(steps.map { "`\($0)`" }.joined(separator: ", "))."
        } else if files.isEmpty {
            text += "\nIt worked when it was run again."
        }
        if !files.isEmpty { text += "\nIt worked after changes of \(files.joined(separator: ", "))." }
        return text
    }

    // MARK: In the session's file

    var json: JSONValue {
        var object: JSONObject = [
            "tool": .string(tool), "program": .string(program), "command": .string(command), "error": .string(error),
            "ids": .array(ids.map { .string($0) }), "prompt": .string(prompt), "at": .string(at),
            "files": .array(files.map { .string($0) }),
            "steps": .array(steps.map { .string($0) }), "written": .bool(isWritten), "was": .bool(wasWritten),
        ]
        if let worked { object["worked"] = .string(worked) }
        return .object(object)
    }

    init?(_ json: JSONValue) {
        guard let tool = json["tool"]?.string, let program = json["program"]?.string else { return nil }
        self.tool = tool
        self.program = program
        command = json["command"]?.string ?? ""
        error = json["error"]?.string ?? ""
        ids = json["ids"]?.strings ?? []
        prompt = json["prompt"]?.string ?? ""
        at = json["at"]?.string ?? ""
        files = json["files"]?.strings ?? []
        steps = json["steps"]?.strings ?? []
        worked = json["worked"]?.string
        isWritten = json["written"]?.bool ?? false
        wasWritten = json["was"]?.bool ?? false
    }
}

extension ToolFailure {
    /// Nil when it is no bug: a search that found nothing, a file that was not read before, a person who said no.
    /// - Parameters:
    ///   - hide: takes out what must not be kept.
    init?(
        tool: String, arguments: JSONObject, error: String, id: String, prompt: String, at: String,
        _ rules: IgnoreRules,
        hide: (String) -> String
    ) {
        let quiet: Set = [
            "Read", "Edit", "MultiEdit", "Write", "NotebookEdit", "Glob", "Grep", "LS", "ToolSearch", "TodoWrite",
            "Task",
            "Agent", "ExitPlanMode", "AskUserQuestion", "Skill", "SlashCommand",
        ]
        if quiet.contains(tool) || tool.hasPrefix("mcp__roost") { return nil }
        if Self.refusals.contains(where: error.contains) { return nil }
        var command = ""
        var program = tool
        if tool == "Bash" {
            let line = ShellLine(arguments["command"]?.string ?? "")
            guard let name = line.program, !ShellLine.searches.contains(name) else { return nil }
            program = name
            command = ShortText.preview(hide(line.text), 160)
            // The output may be the contents of what is not tracked.
            if line.words.contains(where: { rules.ignores($0) }) {
                self.init(
                    tool: tool, program: program, command: command, error: Self.exitCode(error), id: id, prompt: prompt,
                    at: at)
                return
            }
        }
        self.init(
            tool: tool, program: program, command: command, error: Self.digest(hide(error)), id: id, prompt: prompt,
            at: at)
    }

    private static let refusals = [
        "doesn't want to proceed", "doesn't want to take this action", "interrupted by user", "was rejected",
        "No such tool available", "Permission to use", "requires approval", "InputValidationError", "hook error",
    ]

    private static func exitCode(_ error: String) -> String {
        ShortText.firstLine(of: error).map { $0.hasPrefix("Exit code") ? $0 : "failed" } ?? "failed"
    }

    /// The lines of an error that name it.
    static func digest(_ error: String) -> String {
        let lines = error.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
        func isTelling(_ line: String) -> Bool {
            let line = line.lowercased()
            return [
                "error", "fail", "exception", "cannot", "not found", "undefined", "denied", "panic", "assert",
                "expected", "no such", "missing", "unable", "fatal",
            ].contains { line.contains($0) }
        }
        var chosen = Array(lines.filter(isTelling).prefix(4))
        if chosen.isEmpty { chosen = Array(lines.prefix(1) + lines.dropFirst().suffix(2)) }
        return ShortText.beginning(of: chosen.map { ShortText.beginning(of: $0, 200) }.joined(separator: "\n"), 600)
    }
}
