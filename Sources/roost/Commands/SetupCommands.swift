import Client
import Glibc
import Platform

/// `roost setup claude-code`.
enum SetupCommands {
    static var all: [Command] { [claudeCode] }

    private static var claudeCode: Command {
        var command = Command("setup claude-code", "Gives Claude Code this memory: hooks, tools, commands, skills") {
            try run($0)
        }
        command.detail = """
            Writes .claude/settings.json (hooks, permissions), .mcp.json, CLAUDE.md (a few lines between marks), and the commands
            and skills into .claude. Everything that is there keeps its bytes. The changes are shown first, and made when you
            say so; --uninstall takes them back. Hooks and servers of the Letta guides are replaced, so that nothing runs twice.
            Without --server the memory is the local file, which no server has to run for.
            """
        command.options =
            [
                Option("project", nil, "In this folder, for everybody who works in it (the default)"),
                Option("user", nil, "In ~/.claude, for all your projects"),
                Option("server", "URL", "The memory of this server instead of the local file"),
                Option("plugin", nil, "Enable the plugin instead of writing hooks, commands and skills"),
                Option("dry-run", nil, "Show the changes and make none"),
                Option("uninstall", nil, "Take back what setup did"), .yes,
            ] + Setting.all.filter { ["home", "tools"].contains($0.name) }.map(\.option)
        command.examples = [
            "roost setup claude-code", "roost setup claude-code --dry-run",
            "roost setup claude-code --server http://memory.example:8283 --yes", "roost setup claude-code --uninstall",
        ]
        return command
    }

    private static func run(_ call: Invocation) throws {
        do {
            let options = try options(call)
            let isUndoing = call.flag("uninstall")
            let plan = isUndoing ? try SetupPlan.uninstall(options) : try SetupPlan.install(options)
            if !call.isJSON { show(plan, call.terminal) }
            let isMade = try plan.isEmpty ? false : carryOut(plan, options, call)
            if call.isJSON { call.terminal.print(json: json(plan, options, isMade: isMade, call)) }
            guard !call.isJSON else { return }
            if plan.isEmpty {
                call.terminal.print(isUndoing ? "Nothing of Roost's is here." : "Nothing to change: it is set up.")
            } else if call.flag("dry-run") {
                call.terminal.printError(
                    "Nothing was written. Without --dry-run it asks, and then makes these changes.")
            } else if isMade {
                for line in next(plan, options, call) { call.terminal.print(line) }
            }
        } catch let error as SetupError {
            throw Failure(error.description)
        } catch let error as FileError {
            throw Failure(error.description)
        }
    }

    // MARK: What was asked

    private static func options(_ call: Invocation) throws -> SetupOptions {
        let path = call.command.path
        guard !(call.flag("project") && call.flag("user")) else {
            throw UsageError(message: "--project or --user, not both.", path: path)
        }
        let environment = call.surroundings.environment
        // --project is a setting's name elsewhere.
        let settings = try Settings.read(
            flags: call.options.filter { $0.key != "project" }, environment: environment)
        guard [.memory, .all].contains(settings.toolProfile) else {
            throw UsageError(message: "The commands need the tools of --tools memory (the default) or all.", path: path)
        }
        guard var home = environment["HOME"], home.hasPrefix("/") else {
            throw Failure("HOME is not set. Set it to your home folder.")
        }
        // What is written is found again by its path.
        while home.count > 1, home.hasSuffix("/") { home.removeLast() }
        let configuration = environment["CLAUDE_CONFIG_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        let folder = ClientFolder.find(environment) ?? home
        guard call.flag("user") || folder != home else {
            throw Failure("This is your home folder. Go to a project, or use --user for all of them.", code: 2)
        }
        var server: String?
        do { server = try call.text("server").map { try ServerAddress($0).root } } catch let error as ClientError {
            throw UsageError(message: error.description, path: path)
        }
        // It was read a moment ago, so it is an address.
        if let server, server != (try? ServerAddress(server))?.shown {
            throw UsageError(
                message:
                    "The address holds a password, which would stand in your files. Leave it out and export LETTA_PASSWORD.",
                path: path)
        }
        return SetupOptions(
            scope: call.flag("user") ? .user : .project, folder: call.flag("user") ? home : folder,
            userFolder: configuration ?? home + "/.claude", userServers: (configuration ?? home) + "/.claude.json",
            command: OwnProgram.command(environment), server: server, usesPlugin: call.flag("plugin"),
            profile: settings.toolProfile, home: settings.home)
    }

    // MARK: Doing it

    /// False when it was not to be done.
    private static func carryOut(_ plan: SetupPlan, _ options: SetupOptions, _ call: Invocation) throws -> Bool {
        if call.flag("dry-run") { return false }
        if !call.flag("yes"), !(call.terminal.isInputTerminal && call.terminal.isErrorTerminal) {
            throw Failure("Nothing was changed. To make these changes: the same command with --yes.", code: 2)
        }
        try Confirmation(call).ask("Make these changes?")
        if options.usesPlugin, !call.flag("uninstall") {
            try PluginFiles.write(
                PluginFiles.all(command: options.command, folder: "roost"), below: options.marketplaceFolder)
        }
        try plan.carryOut()
        return true
    }

    // MARK: Telling

    private static func show(_ plan: SetupPlan, _ terminal: Terminal) {
        for change in plan.changes {
            for line in FileDiff(change.path, before: change.before, after: change.after).lines {
                let style = terminal.style
                switch line {
                case .head(let text): terminal.print(style.bold(text))
                case .place(let text): terminal.print(style.faint(text))
                case .kept: terminal.print(line.text)
                case .removed: terminal.print(style.red(line.text))
                case .added: terminal.print(style.green(line.text))
                }
            }
        }
        if !plan.changes.isEmpty { terminal.print("") }
        // The texts above are long; this is what a person looks at before saying yes.
        for change in plan.changes { terminal.print("\(action(of: change).padded(to: 7)) \(change.path)") }
        for note in plan.notes { terminal.printError("Note: \(note)") }
    }

    private static func action(of change: SetupPlan.Change) -> String {
        change.before == nil ? "create" : change.after == nil ? "remove" : "change"
    }

    private static func json(
        _ plan: SetupPlan, _ options: SetupOptions, isMade: Bool, _ call: Invocation
    ) -> JSONValue {
        let files = plan.changes.map { change -> JSONValue in
            let lines = FileDiff(change.path, before: change.before, after: change.after).lines
            return [
                "path": .string(change.path),
                "action": .string(action(of: change)),
                "diff": .string(lines.map { $0.text + "\n" }.joined()),
            ]
        }
        return [
            "changed": .bool(isMade), "files": .array(files), "notes": .array(plan.notes.map { .string($0) }),
            "server": plan.server.map { .string($0) } ?? .null,
            "next": .array(isMade ? next(plan, options, call).map { .string($0) } : []),
        ]
    }

    private static func next(_ plan: SetupPlan, _ options: SetupOptions, _ call: Invocation) -> [String] {
        if call.flag("uninstall") {
            return ["Undone. Running sessions keep their hooks until they end; the memory itself is untouched."]
        }
        let password = call.surroundings.environment["LETTA_PASSWORD"] ?? ""
        let needs =
            plan.server != nil && password.isEmpty
            ? " (with LETTA_PASSWORD exported, if the server has a password)" : ""
        let question = options.usesPlugin ? "install the plugin 'roost'" : "use the MCP server 'roost'"
        return [
            "Done; the memory is \(plan.server ?? "the local file"). Start Claude Code anew\(needs), and agree when it asks whether to \(question).",
            "/mcp shows that it is connected; /\(options.usesPlugin ? "roost:" : "")memory-status shows the memory, 'roost doctor' what is wrong with it.",
            "Try it: \"Remember that we deploy on Tuesdays.\" In the next session: \"When do we deploy?\"",
        ]
    }
}

/// How other programs start this one.
enum OwnProgram {
    /// `roost` when that is what the search path has under this name, else the whole path.
    static func command(_ environment: [String: String]) -> String {
        guard let own = FileText.resolved("/proc/self/exe") else { return "roost" }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = String(folder) + "/roost"
            guard access(path, X_OK) == 0 else { continue }
            return FileText.resolved(path) == own ? "roost" : own
        }
        return own
    }
}
