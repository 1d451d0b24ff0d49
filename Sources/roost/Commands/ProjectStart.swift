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
        if let server = file.server, server != session.settings.baseURL {
            session.terminal.printError(
                "\(file.path) was written for \(Table.oneLine(server)); this is \(session.client.transport.place). "
                    + "LETTA_BASE_URL says which one is meant.")
        }
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
        text +=
            "\(seeds.count.added) \(isTrial ? "sections would be stored" : "sections stored"), \(seeds.count.known) known already"
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

/// One run of `roost project switch`.
struct ProjectSwitch {
    private let session: Session

    init(_ session: Session) { self.session = session }

    private var call: Invocation { session.call }

    func run() async throws {
        let reference = call.operand(0) ?? ""
        let isTrial = call.flag("dry-run")
        let target = try await ProjectTarget.find(reference, session, isTrial: isTrial)
        let server = session.settings.baseURL
        var path: String?
        if !call.flag("export") {
            let here = Project(folder: ClientFolder.find(call.surroundings.environment) ?? "/")
            let file = AgentFile(folder: here.top)
            path = file.path
            if !isTrial, let agent = target.agent { try file.write(agent, project: target.project, server: server) }
        }
        if let lost = target.lost {
            session.terminal.printError(
                "The agent \(Table.oneLine(lost)) of that project is gone; a new one takes its place.")
        }
        if call.isJSON {
            return session.terminal.print(json: [
                "project": .string(target.project), "agent_id": target.agent.map { .string($0.id) } ?? .null,
                "agent_name": .string(target.name), "file": path.map { .string($0) } ?? .null,
                "dry_run": .bool(isTrial),
            ])
        }
        if let path {
            session.terminal.printError(
                "\(path) \(isTrial ? "would name" : "names") \(Table.oneLine(target.name)), the memory of \(Table.oneLine(target.project))."
            )
            if let other = session.settings.agent, other != target.agent?.id {
                session.terminal.printError("LETTA_AGENT_ID is set in this shell and wins; the lines below change it.")
            }
        }
        guard let agent = target.agent else { return }
        for line in ExportLines(agent: agent.id, project: target.project, server: server).lines {
            session.terminal.print(line)
        }
    }
}

/// The project that somebody names: by its folder, its name, or an agent.
private struct ProjectTarget {
    let agent: MemoryAgent?
    let name: String
    let project: String
    var lost: String?

    static func find(_ reference: String, _ session: Session, isTrial: Bool) async throws -> ProjectTarget {
        if isFolder(reference) { return try await of(folder: reference, session, isTrial: isTrial) }
        if let agent = try await ProjectAgent(client: session.client, project: reference).find() {
            return ProjectTarget(agent: agent, name: agent.name, project: reference)
        }
        do {
            let id = try await session.client.id(of: .agent, reference)
            let json = try await session.client.get(APIPath.agent(id))
            guard let agent = MemoryAgent(json) else { throw Failure("The server's answer is not an agent.") }
            return ProjectTarget(agent: agent, name: agent.name, project: agent.project ?? agent.name)
        } catch let error as ClientError where error.status == 404 {
            let known = try await ProjectList(client: session.client).names()
            throw Failure(
                "There is no project, folder or agent '\(reference)'.\(NearMatch.question(reference, in: known)) "
                    + "'roost project list' shows the projects; 'roost project init' makes one.")
        }
    }

    /// A word alone is a project, unless there is no such folder to be confused with: `web` may be both, `./web` is not.
    private static func isFolder(_ reference: String) -> Bool {
        let isPath = reference.contains("/") || reference == "." || reference == ".."
        return isPath && FileText.mode(reference).map { $0 & 0o170000 == 0o040000 } == true
    }

    private static func of(folder: String, _ session: Session, isTrial: Bool) async throws -> ProjectTarget {
        let setup = try ProjectSetup(
            client: session.client, folder: Project(folder: folder), project: nil, user: ProjectAgent.user)
        let file = AgentFile(folder: setup.folder.top)
        if let server = file.server, server != session.settings.baseURL {
            session.terminal.printError(
                "\(file.path) was written for \(Table.oneLine(server)); this is \(session.client.transport.place). "
                    + "LETTA_BASE_URL says which one is meant.")
        }
        let settled = try await setup.agent(forUser: false, team: nil, isTrial: true)
        if settled.agent == nil, settled.lost == nil {
            throw Failure("\(folder) has no memory yet. Run 'roost project init \(ShellWord.quoted(folder))' first.")
        }
        let made = isTrial ? settled : try await setup.agent(forUser: false, team: nil, isTrial: false)
        if !isTrial, settled.lost != nil, let agent = made.agent {
            try AgentFile(folder: setup.folder.top).write(
                agent, project: setup.project, server: session.settings.baseURL)
        }
        return ProjectTarget(agent: made.agent, name: made.name, project: setup.project, lost: settled.lost)
    }
}
