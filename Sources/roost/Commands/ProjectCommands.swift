import Client
import HTTP
import Platform

/// `roost project`: which agent keeps the memory of a folder, and what it begins with.
enum ProjectCommands {
    static let all: [Command] = [initialize, switchTo, list, status]

    // MARK: init

    private static var initialize: Command {
        var command = Command.overAPI(
            "project init", "Gives a project its memory: an agent, its context, its documents",
            [Operand("PATH", "The project's folder; else the one you are in", optional: true)],
            options: [
                Option("user", nil, "Use the one agent that keeps what you do in all projects"),
                Option("team", "NAME", "Tag the agent as the team's"),
                Option("no-seed", nil, "Leave the documents out of archival memory"),
                Option("rescan", nil, "Bring what the files say into a context that somebody wrote, after showing it"),
                Option("dry-run", nil, "Only say what would be done"), .yes, export,
            ],
            examples: [
                "roost project init", "roost project init --team backend --dry-run",
                "roost project init --export",
            ]
        ) { session in
            let start = try ProjectStart(session)
            try await start.run()
        }
        command.detail = """
            Writes .claude/letta_agent.json, fills the block project_context from package.json, pyproject.toml, Cargo.toml, go.mod,
            pom.xml, build.gradle, Package.swift, Makefile, README and CLAUDE.md while nobody wrote into it, and stores the
            sections of README, CLAUDE.md, docs and decision records as passages. A second time changes only what changed.
            """
        return command
    }

    fileprivate static let export = Option(
        "export", nil, "Print the export lines alone; everything else goes to standard error")

    // MARK: switch

    private static var switchTo: Command {
        var command = Command.overAPI(
            "project switch", "Makes the memory of another project the one of this folder, or of this shell",
            [Operand("PROJECT", "A project, a project's folder, or an agent")],
            options: [
                Option("export", nil, "Change no file: print only the export lines, for eval"),
                Option("dry-run", nil, "Only say what would be done"),
            ],
            examples: ["roost project switch web", "roost project switch ../api --export"]
        ) { session in
            try await ProjectSwitch(session).run()
        }
        command.detail = """
            For a shell alone: eval "$(roost project switch PROJECT --export)". An agent that the other folder's file names and that
            was deleted is made anew.
            """
        return command
    }

    // MARK: list and status

    private static let list: Command = .overAPI(
        "project list", "Lists projects with their agents, notes and last use", options: [],
        examples: ["roost project list", "roost project list --json"]
    ) { session in
        let projects = try await ProjectList(client: session.client).json()["projects"]?.array ?? []
        var table = Table("PROJECT", "NOTES", "LAST USED", "AGENT")
        for project in projects {
            table.add(
                project.shown("project"), project.shown("passages"), project.shownTime("last_used"),
                project.shown("agent_name"))
        }
        session.show(projects, empty: "There is no project yet. Make one with 'roost project init'.", table)
    }

    private static let status: Command = .overAPI(
        "project status", "Whose memory this folder has, why, and what it holds", options: [.agent],
        examples: ["roost project status"]
    ) { session in
        let status = try await session.memory.projectStatus()
        if session.call.isJSON { return session.terminal.print(json: status) }
        show(status, session.terminal)
    }

    private static func show(_ status: JSONValue, _ terminal: Terminal) {
        let style = terminal.style
        func line(_ name: String, _ text: String) {
            terminal.print("\(style.bold(name.padded(to: 9)))\(Table.oneLine(text))")
        }
        line("Project", "\(status.shown("project"))  \(status.shown("folder"))")
        let agent = status["agent"] ?? .null
        line("Agent", agent.isNull ? "none yet" : "\(agent.shown("name"))  \(agent.shown("id"))")
        line("Why", status.shown("why"))
        line("Server", status.shown("server"))
        if !agent.isNull {
            let types = (status["by_type"]?.array ?? []).map { "\($0.shown("count")) \($0.shown("name"))" }
            line(
                "Notes",
                ([status.shown("passages")] + (types.isEmpty ? [] : [types.joined(separator: ", ")])).joined(
                    separator: ": "))
            line("Used", status.shownTime("last_used_at").isEmpty ? "never" : status.shownTime("last_used_at"))
            var table = Table("BLOCK", "CHARACTERS", "LIMIT", "CHANGED")
            for block in status["blocks"]?.array ?? [] {
                table.add(block.shown("label"), block.shown("size"), block.shown("limit"), block.shownTime("updated"))
            }
            terminal.print("\n" + table.text(style: style, width: terminal.width))
            let newest = status["newest_notes"]?.array ?? []
            if !newest.isEmpty { terminal.print("\n" + style.bold("NEWEST")) }
            for note in newest {
                terminal.print(
                    Table.cut(
                        Table.oneLine("\(note.shownTime("date"))  \(note.shown("text"))"), to: min(120, terminal.width))
                )
            }
        }
        for hint in status["hints"]?.strings ?? [] { terminal.printError(Table.oneLine(hint)) }
    }
}

/// The lines that make a shell use the memory of an agent.
struct ExportLines {
    let lines: [String]

    init(agent: String, project: String, server: String?) {
        var values = [("LETTA_AGENT_ID", agent), ("LETTA_PROJECT", project)]
        if let server { values.append(("LETTA_BASE_URL", server)) }
        lines = values.map { "export \($0)=\(ShellWord.quoted($1))" }
    }
}
