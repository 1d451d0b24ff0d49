import Client
import HTTP
import Platform

/// `roost watch`: what changes in the memory, as it happens.
enum WatchCommand {
    static var command: Command {
        var command = Command.overAPI(
            "watch", "Shows what changes in the memory, as it happens",
            options: [
                Option("label", "LABEL", "Only blocks with this label"),
                Option("tag", "TAG", "Only blocks and passages with this tag"),
                Option(
                    "after", "NUMBER", "Begins after the change with this number instead of now; 0: all that are kept",
                    kind: .integer(0...Int.max)),
                Option("count", "NUMBER", "Ends after so many changes", kind: .integer(1...Int.max)),
            ],
            examples: [
                "roost watch", "roost watch --label team_standards", "roost watch --project web --json",
                "roost watch --after 0 --tag bug",
            ]
        ) { session in try await run(session) }
        command.detail =
            "With --project only the memory of that project. A connection that breaks is made again, and nothing is left out. "
            + "Ctrl-C ends it."
        return command
    }

    private static func run(_ session: Session) async throws {
        var following = ChangeFollowing(client: session.client)
        following.label = session.call.text("label")
        following.tag = session.call.text("tag")
        if let project = session.call.text("project") {
            guard let agent = try await ProjectAgent(client: session.client, project: project).find() else {
                throw Failure("The project '\(project)' has no memory yet. It begins with the first note.")
            }
            following.agentID = agent.id
        }
        let left = Lock(session.call.integer("count") ?? .max)
        let work = following
        let after = session.call.integer("after")
        try await Signals.untilStopped {
            do {
                try await work.run(since: after) { news in
                    show(news, session)
                    guard case .change = news else { return }
                    let rest = left.withLock { left in
                        left -= 1
                        return left
                    }
                    if rest == 0 { throw Enough() }
                }
            } catch is Enough {}
        }
    }

    private struct Enough: Error {}

    private static func show(_ news: ChangeFollowing.News, _ session: Session) {
        let terminal = session.terminal
        switch news {
        case .change(let change):
            terminal.print(session.call.isJSON ? change.json.text : line(change, terminal))
        case .gap(let text):
            if session.call.isJSON {
                terminal.print(JSONValue.object(["gap": .string(text)]).text)
            } else {
                terminal.printError(text)
            }
        case .lost(let text): terminal.printError("\(text) Trying again.")
        }
    }

    private static func line(_ change: WatchedChange, _ terminal: Terminal) -> String {
        let style = terminal.style
        let time = String(change.at.dropFirst(11).prefix(8))
        let what = "\(change.kind) \(Table.oneLine(change.label ?? change.id)) \(change.action)"
        let by = change.author.map { " by \(Table.oneLine($0))" } ?? ""
        let summary = Table.oneLine(change.summary(160))
        let head = "\(style.faint("\(change.seq) \(time)")) \(style.bold(what))\(by)"
        let room = terminal.width - "\(change.seq) \(time) \(what)\(by)  ".count
        return summary.isEmpty ? head : "\(head)  \(Table.cut(summary, to: max(20, room)))"
    }
}
