import Client
import Glibc
import Platform

/// `roost sync`: the same memory in the local file and on a server.
enum SyncCommand {
    static var command: Command {
        var command = Command("sync", "Brings the local file and a server to the same memory of a project") { call in
            try await run(call)
        }
        command.detail = """
            What was written, changed or deleted on either side since the last time goes over to the other; blocks that both
            changed are merged line by line. Of two that contradict each other the newer one stands and the other is kept as a
            note tagged sync-conflict. May be interrupted at any point. See docs/team-and-sync.md.
            """
        command.options =
            [
                Option("server", "URL", "The server (LETTA_BASE_URL)"),
                Option("direction", "both|push|pull", "push: only to the server; pull: only from it (both)"),
                Option("watch", nil, "Goes on with every change, until it is stopped"),
                Option("dry-run", nil, "Tells what would be done, and does nothing"),
            ] + Session.options
        command.examples = [
            "roost sync --server http://memory.example.org:8283", "roost sync --project web --dry-run",
            "LETTA_BASE_URL=http://memory:8283 roost sync --watch",
        ]
        return command
    }

    private static func run(_ call: Invocation) async throws {
        var settings = try Settings.read(call)
        if let server = call.text("server") { settings.baseURL = server }
        guard let direction = Sync.Direction(rawValue: call.text("direction") ?? "both") else {
            throw UsageError(message: "'--direction' is both, push or pull.", path: call.command.path)
        }
        guard settings.baseURL != nil else {
            throw UsageError(
                message: "With which server? Name it with --server URL, or set LETTA_BASE_URL.", path: call.command.path
            )
        }
        // An agent's id is one side's own, so the project alone says whose memory is meant.
        let scope = ToolSession.Scope(
            project: settings.project, folder: ClientFolder.find(call.surroundings.environment, of: settings.project))
        let folder = settings.home + "/sync"
        let chosen = settings
        try await Session.sayingWhy {
            guard let remote = try RoostClient.elsewhere(chosen) else { return }
            try await Session.withLocalFile(chosen, call) { local in
                var sync = Sync(
                    local: ToolSession(scope: scope, client: local), remote: ToolSession(scope: scope, client: remote),
                    folder: folder)
                sync.direction = direction
                sync.isDry = call.flag("dry-run")
                try await run(sync, call)
            }
        }
    }

    private static func run(_ sync: Sync, _ call: Invocation) async throws {
        guard call.flag("watch") else {
            let report = try await sync.run()
            show(report, call)
            if report.hasFailed { throw ExitStatus(code: 1) }
            return
        }
        if !call.isJSON { call.terminal.printError("Synchronizing with every change. Ctrl-C ends it.") }
        try await Signals.untilStopped {
            try await SyncFollowing(sync).run { news in
                switch news {
                case .report(let report): show(report, call, isLine: true)
                case .lost(let reason): call.terminal.printError("\(reason) Trying again.")
                }
            }
        }
    }

    private static func show(_ report: SyncReport, _ call: Invocation, isLine: Bool = false) {
        if call.isJSON {
            return isLine ? call.terminal.print(report.json.text) : call.terminal.print(json: report.json)
        }
        if report.isElsewhere {
            return call.terminal.printError(
                "Another process is synchronizing this project, so this one had nothing to do.")
        }
        if report.hasNoMemory {
            return call.terminal.printError(
                "There is nothing to synchronize: this project has no memory on either side. It begins with the first note."
            )
        }
        let style = call.terminal.style
        var parts: [String] = []
        for (place, name) in [(SyncPlace.remote, "server"), (.local, "local file")] {
            guard let counts = report.written[place], !counts.isEmpty else { continue }
            let words = [(counts.created, "new"), (counts.updated, "changed"), (counts.deleted, "deleted")]
                .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            parts.append("\(name): \(words.joined(separator: ", "))")
        }
        if parts.isEmpty, report.waitingCount == 0 { parts.append("Both sides are the same.") }
        if !parts.isEmpty { call.terminal.print(parts.joined(separator: "; ")) }
        for conflict in report.conflicts { call.terminal.print("\(style.yellow("conflict:")) \(conflict)") }
        for problem in report.problems { call.terminal.printError("\(style.red("not done:")) \(problem)") }
        if report.waitingCount > 0 {
            let reason = call.flag("dry-run") ? "to be done" : "left for a run in both directions"
            let count = report.waitingCount == 1 ? "1 change" : "\(report.waitingCount) changes"
            call.terminal.print("\(count) \(reason):")
            for line in report.waiting { call.terminal.print("  \(Table.oneLine(line))") }
        }
    }
}

extension Signals {
    /// Runs something that does not end by itself until the process is asked to stop, which is a good end.
    static func untilStopped(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let stops = stream(of: [SIGINT, SIGTERM])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in stops { return }
            }
            // Whichever ends first: the work by an error, the other by a signal.
            do { try await group.next() } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            do { for try await _ in group {} } catch is CancellationError {}
        }
    }
}
