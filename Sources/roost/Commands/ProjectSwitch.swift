import Client
import HTTP
import Platform

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
        session.warn(ofOtherServer: file)
        let settled = try await setup.agent(forUser: false, team: nil, isTrial: true)
        if settled.agent == nil, settled.lost == nil {
            throw Failure("\(folder) has no memory yet. Run 'roost project init \(ShellWord.quoted(folder))' first.")
        }
        let made = isTrial ? settled : try await setup.agent(forUser: false, team: nil, isTrial: false)
        if !isTrial, settled.lost != nil, let agent = made.agent {
            try file.write(agent, project: setup.project, server: session.settings.baseURL)
        }
        return ProjectTarget(agent: made.agent, name: made.name, project: setup.project, lost: settled.lost)
    }
}

extension Session {
    /// Tells when a project's file is about an agent of another server than the one that is asked.
    func warn(ofOtherServer file: AgentFile) {
        guard let server = file.server, server != settings.baseURL else { return }
        terminal.printError(
            "\(file.path) was written for \(Table.oneLine(server)); this is \(client.transport.place). "
                + "LETTA_BASE_URL says which one is meant.")
    }
}
