import Client
import HTTP
import Platform

/// One run of `roost project init`.
struct ProjectStart {
    private let session: Session
    private let setup: ProjectSetup
    private let isTrial: Bool

    init(_ session: Session) throws {
        self.session = session
        isTrial = session.call.flag("dry-run")
        let folder = session.call.operand(0) ?? ClientFolder.find(session.call.surroundings.environment) ?? "/"
        guard let mode = FileText.mode(folder), mode & 0o170000 == 0o040000 else {
            throw Failure("There is no folder \(folder).")
        }
        if session.call.operand(0) == nil, !session.call.flag("user"),
            folder == session.call.surroundings.environment["HOME"]
        {
            // Its file would be found from every project below that has none.
            throw Failure(
                "This is your home folder, and no project. Go to one, name its folder, or use --user.", code: 2)
        }
        setup = try ProjectSetup(
            client: session.client, folder: Project(folder: folder), project: session.settings.project,
            user: ProjectAgent.user)
    }

    private var call: Invocation { session.call }
    /// With --export standard output belongs to the shell.
    private func say(_ text: String) {
        if call.isJSON { return }
        if call.flag("export") { session.terminal.printError(text) } else { session.terminal.print(text) }
    }

    func run() async throws {
        let file = AgentFile(folder: setup.folder.top)
        session.warn(ofOtherServer: file)
        let settled = try await setup.agent(forUser: call.flag("user"), team: call.text("team"), isTrial: isTrial)
        if let lost = settled.lost {
            say("The agent \(Table.oneLine(lost)) that the project's file names is gone; a new one takes its place.")
        }
        say(
            "\(settled.isNew ? isTrial ? "Would make" : "Made" : "Uses") the agent \(Table.oneLine(settled.name)) in \(session.client.transport.place)."
        )
        var isWritten = false
        if let agent = settled.agent, !isTrial {
            isWritten = try file.write(agent, project: setup.project, server: session.settings.baseURL)
            if isWritten { say("Wrote \(file.path).") }
        }
        let context = try await self.context(settled.agent)
        let seeds = try await self.seeds(settled.agent)
        if let agent = settled.agent { tellOfShell(agent) }
        if call.isJSON { return report(settled, file, isWritten, context, seeds) }
        guard let agent = settled.agent else { return }
        let exports = ExportLines(agent: agent.id, project: setup.project, server: session.settings.baseURL)
        if call.flag("export") {
            for line in exports.lines { session.terminal.print(line) }
        } else {
            say("\nFor a shell that works elsewhere:\n" + exports.lines.map { "  \($0)" }.joined(separator: "\n"))
        }
    }

    private func tellOfShell(_ agent: MemoryAgent) {
        guard let other = session.settings.agent, other != agent.id, other != agent.name else { return }
        session.terminal.printError(
            "LETTA_AGENT_ID is set to \(Table.oneLine(other)) here, and wins over the project's file. Unset it, or use --export."
        )
    }

    // MARK: Context

    /// What was done about `project_context`: `filled`, `changed`, `kept`, `unchanged`, `missing`.
    private func context(_ agent: MemoryAgent?) async throws -> String {
        // The agent of a person knows many projects; its context is not the one of this.
        if call.flag("user") { return "kept" }
        let proposal = try await setup.context(for: agent)
        switch proposal.outcome {
        case .missing:
            say("The agent has no block project_context, so what the files say is not kept.")
            return "missing"
        case .unchanged:
            say("project_context says what the files say.")
            return "unchanged"
        case .fills:
            if let agent, !isTrial { try await setup.apply(proposal, to: agent) }
            say("project_context \(isTrial ? "would be" : "is") filled from the project's files:")
            show(proposal)
            return "filled"
        case .changes:
            guard call.flag("rescan") else {
                say("project_context was written by somebody and is kept. --rescan shows what the files say now.")
                return "kept"
            }
            say("project_context would change:")
            show(proposal)
            guard let agent, !isTrial else { return "kept" }
            if call.isJSON, !call.flag("yes") { return "kept" }
            try session.confirm("Change project_context?")
            try await setup.apply(proposal, to: agent)
            return "changed"
        }
    }

    private func show(_ proposal: ContextProposal) {
        let style = session.terminal.style
        for line in proposal.difference.removed { say(style.red("  - \(Table.oneLine(line))")) }
        for line in proposal.difference.added { say(style.green("  + \(Table.oneLine(line))")) }
    }

    // MARK: Documents

    private func seeds(_ agent: MemoryAgent?) async throws -> DocumentSeeds? {
        if call.flag("no-seed") { return nil }
        let line = ProgressLine(session.terminal)
        var listener = PassageImport.Listener()
        listener.progress = { count, part in line.show("\(count.read) sections read", done: count.read, part: part) }
        listener.problem = { problem in
            line.clear()
            session.terminal.printError(Table.oneLine(problem.description))
        }
        let seeds = try await setup.seed(agent, isTrial: isTrial, listener)
        line.clear()
        var text = "\(seeds.files) \(seeds.files == 1 ? "document" : "documents"): "
        let sections = "\(seeds.count.added) \(seeds.count.added == 1 ? "section" : "sections")"
        text += "\(sections) \(isTrial ? "would be stored" : "stored"), \(seeds.count.known) known already"
        if seeds.outdated > 0 { text += ", \(seeds.outdated) outdated \(isTrial ? "would go" : "removed")" }
        if seeds.count.failed > 0 { text += ", \(seeds.count.failed) left out" }
        say(text + ".")
        return seeds
    }

    private func report(
        _ settled: ProjectSetup.Settled, _ file: AgentFile, _ isWritten: Bool, _ context: String,
        _ seeds: DocumentSeeds?
    ) {
        var object: JSONObject = [
            "project": .string(setup.project), "agent_id": settled.agent.map { .string($0.id) } ?? .null,
            "agent_name": .string(settled.name), "created": .bool(settled.isNew && !isTrial),
            "replaces": settled.lost.map { .string($0) } ?? .null, "file": .string(file.path),
            "file_changed": .bool(isWritten), "context": .string(context), "dry_run": .bool(isTrial),
        ]
        if let seeds {
            object["documents"] = [
                "files": .int(Int64(seeds.files)), "added": .int(Int64(seeds.count.added)),
                "known": .int(Int64(seeds.count.known)), "failed": .int(Int64(seeds.count.failed)),
                "removed": .int(Int64(seeds.outdated)),
            ]
        }
        session.terminal.print(json: .object(object))
    }
}
