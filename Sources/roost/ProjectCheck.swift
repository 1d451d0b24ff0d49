import Client
import Glibc
import Platform

/// What `roost doctor` says of the project that it is called in: whether Claude Code has this memory, and which it is.
struct ProjectCheck: Sendable {
    let settings: Settings
    let environment: [String: String]

    func findings() async -> [Examination.Finding] {
        guard let folder = ClientFolder.find(environment), let home = environment["HOME"] else { return [] }
        let configuration = environment["CLAUDE_CONFIG_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        let setup = InstalledSetup(
            folder: folder, userFolder: configuration ?? home + "/.claude",
            userServers: (configuration ?? home) + "/.claude.json")
        guard !setup.hooks.isEmpty || !setup.servers.isEmpty || setup.usesPlugin else {
            return [
                .init(
                    check: "claude code", state: .ok,
                    message: "Not set up in \(folder); 'roost setup claude-code' does that.")
            ] + mistakes(folder, configuration ?? home + "/.claude")
        }
        var findings = [hooks(setup), tools(setup)]
        findings += await memory(setup, folder)
        findings += outbox()
        findings.append(context(setup))
        findings += mistakes(folder, configuration ?? home + "/.claude")
        return findings
    }

    // MARK: What is set up

    private func hooks(_ setup: InstalledSetup) -> Examination.Finding {
        if setup.usesPlugin, setup.hooks.isEmpty {
            return .init(check: "hooks", state: .ok, message: "The plugin 'roost' brings them.")
        }
        let paths = setup.hooks.map(\.path).uniqued
        if setup.hooks.isEmpty {
            return .init(
                check: "hooks", state: .warning, message: "None is set up: nothing is kept or brought back by itself.",
                advice: "roost setup claude-code")
        }
        let commands = setup.hooks.map(\.command).uniqued
        if let missing = commands.first(where: { !isThere($0) }) {
            return .init(
                check: "hooks", state: .error, message: "\(paths[0]) runs \(missing), which is not there.",
                advice: "roost setup claude-code, or put roost on the PATH")
        }
        if paths.count > 1 || setup.usesPlugin {
            return .init(
                check: "hooks", state: .error,
                message: "Set up twice: " + (paths + (setup.usesPlugin ? ["the plugin"] : [])).joined(separator: ", ")
                    + ".",
                advice: "Take one back: roost setup claude-code --uninstall, or with --user")
        }
        if !setup.missingEvents.isEmpty {
            return .init(
                check: "hooks", state: .warning,
                message: "\(paths[0]) has none for \(setup.missingEvents.joined(separator: ", ")).",
                advice: "roost setup claude-code")
        }
        return .init(check: "hooks", state: .ok, message: "\(setup.hooks.count) events, in \(paths[0]).")
    }

    /// Whether a hook's command can be started.
    private func isThere(_ command: String) -> Bool {
        let program = command.split(separator: " ").first.map(String.init) ?? command
        if program.contains("/") { return access(program, X_OK) == 0 }
        return (environment["PATH"] ?? "").split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    private func tools(_ setup: InstalledSetup) -> Examination.Finding {
        guard let place = setup.servers.first else {
            return .init(
                check: "tools", state: .warning, message: "Claude Code has no MCP server 'roost' here.",
                advice: "roost setup claude-code")
        }
        return .init(check: "tools", state: .ok, message: "The MCP server 'roost', from \(place).")
    }

    private func context(_ setup: InstalledSetup) -> Examination.Finding {
        .init(
            check: "context", state: .ok,
            message:
                "About \(setup.contextBytes / 4) tokens a session for tools, commands, skills and notes; what a start brings "
                + "back is at most \(settings.hooks.startBudget) characters more.")
    }

    /// What Claude Code reads in vain. Of the user's folder only what is settings: it also has every conversation.
    private func mistakes(_ folder: String, _ userFolder: String) -> [Examination.Finding] {
        let user = ["settings.json", "hooks", "commands"].map { "\(userFolder)/\($0)" }
        let own = ["\(folder)/.claude", "\(folder)/.mcp.json"].filter { $0 != userFolder }
        var found: [ScanFinding] = []
        var places: [String] = []
        for path in own + user where FileText.exists(path) {
            let findings = FolderScan().report(path).findings
            if !findings.isEmpty { places.append(path) }
            found += findings
        }
        guard !found.isEmpty else { return [] }
        let hooks = found.count { $0.rule.hasPrefix("hook-") || $0.rule.hasPrefix("matcher-") }
        let dead = hooks == 0 ? "" : ", \(hooks) of them about hooks that do not do what they are for"
        return [
            .init(
                check: "settings", state: .warning,
                message:
                    "\(found.count) \(found.count == 1 ? "mistake" : "mistakes") in what Claude Code reads\(dead).",
                advice: places.map { "roost doctor --scan \($0)" }.joined(separator: "; "))
        ]
    }

    // MARK: The memory

    private func memory(_ setup: InstalledSetup, _ folder: String) async -> [Examination.Finding] {
        let memory: RoostClient?
        let assembly: Assembly?
        do {
            (memory, assembly) = try client(setup)
        } catch {
            return [.init(check: "memory", state: .error, message: "\(error)")]
        }
        guard let memory else {
            return [.init(check: "memory", state: .ok, message: "Nothing is stored yet; the first session begins it.")]
        }
        let scope = ToolSession.Scope(agent: settings.agent, project: settings.project, folder: folder)
        let status: Result<JSONValue, any Error>
        do { status = .success(try await ToolSession(scope: scope, client: memory).status()) } catch {
            status = .failure(error)
        }
        await assembly?.close()
        do { return [finding(try status.get())] } catch {
            return [.init(check: "memory", state: .error, message: "\(error)")]
        }
    }

    private func finding(_ status: JSONValue) -> Examination.Finding {
        guard status["reachable"] == true else {
            return .init(
                check: "memory", state: .error, message: status["error"]?.string ?? "The memory does not answer.",
                advice: "Start its server, or set LETTA_BASE_URL to where it is.")
        }
        if let error = status["error"]?.string { return .init(check: "memory", state: .error, message: error) }
        let place = status["server"]?.string ?? ""
        guard let agent = status["agent"]?["name"]?.string else {
            let project = status["project"]?.string.map { "The project '\($0)'" } ?? "This project"
            return .init(
                check: "memory", state: .ok,
                message: "\(project) has no memory in \(place) yet; it is made when something is stored.")
        }
        return .init(check: "memory", state: .ok, message: "The agent \(agent), in \(place).")
    }

    /// What hooks would use: the server of the environment or of the settings, else the local file when it is there.
    private func client(_ setup: InstalledSetup) throws -> (RoostClient?, Assembly?) {
        if let server = settings.baseURL ?? setup.server {
            let transport = ClientTransport.remote(
                try ServerAddress(server), certificateAuthorities: settings.certificateAuthorities, timeout: 5)
            return (
                RoostClient(transport: transport, password: settings.clientPassword, project: settings.project), nil
            )
        }
        guard FileText.exists(settings.database) else { return (nil, nil) }
        let assembly = try Assembly(settings: settings, log: .silent)
        return (RoostClient(transport: assembly.transport(), project: settings.project), assembly)
    }

    /// What hooks could not deliver.
    private func outbox() -> [Examination.Finding] {
        let outbox = Outbox(home: settings.home)
        let (waiting, refused) = outbox.counts
        var findings: [Examination.Finding] = []
        if waiting > 0 {
            findings.append(
                .init(
                    check: "outbox", state: .warning,
                    message: "\(waiting) \(waiting == 1 ? "note waits for its" : "notes wait for their") server.",
                    advice: "Nothing to do once the server answers: the next hook delivers them."))
        }
        if refused > 0 {
            findings.append(
                .init(
                    check: "outbox", state: .warning,
                    message: "The memory refused \(refused) \(refused == 1 ? "note" : "notes").",
                    advice: "\(outbox.rejectedPath) has them with the reasons; delete it when you have looked."))
        }
        return findings
    }
}
