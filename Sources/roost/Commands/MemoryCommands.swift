import Client
import Platform

/// `roost memory`: what the memory holds, what of it is used, and moving old text out of blocks.
enum MemoryCommands {
    static let all: [Command] = [stats, stale, archive]

    private static let everywhere = Option("all", nil, "Of every archive, not of the project's memory alone")
    private static let age = Option("older-than", "TIME", "How old at least: 90d, 12w, 1y (90d)")

    // MARK: stats

    private static let stats: Command = .overAPI(
        "memory stats", "What the memory holds, how it grew, what is used most and never",
        options: [
            .agent, everywhere, Option("weeks", "NUMBER", "Weeks of growth (12)", kind: .integer(1...520)), .limit(10),
        ], examples: ["roost memory stats", "roost memory stats --all --json"]
    ) { session in
        let call = session.call
        let stats = try await upkeep(session).statistics(
            weeks: call.integer("weeks") ?? 12, limit: min(1000, call.integer("limit") ?? 10))
        if call.isJSON { return session.terminal.print(json: stats) }
        MemoryReport(terminal: session.terminal).show(statistics: stats)
    }

    private static func upkeep(_ session: Session) async throws -> MemoryUpkeep {
        session.call.flag("all") ? MemoryUpkeep(client: session.client, agent: nil) : try await session.memory.upkeep()
    }

    // MARK: stale

    private static let stale: Command = .overAPI(
        "memory stale", "Notes that were never used, not lately, are resolved, or are there twice",
        options: [.agent, everywhere, age, .limit(10)],
        examples: ["roost memory stale", "roost memory stale --older-than 26w --json"]
    ) { session in
        let call = session.call
        let days = Int(try seconds(call) / 86_400)
        let stale = try await upkeep(session).stale(days: days, limit: min(1000, call.integer("limit") ?? 10))
        if call.isJSON { return session.terminal.print(json: stale) }
        MemoryReport(terminal: session.terminal).show(stale: stale)
    }

    private static func seconds(_ call: Invocation) throws -> Double {
        let text = call.text("older-than") ?? "90d"
        guard let seconds = RecallTime.seconds(text), seconds <= 36_500 * 86_400 else {
            throw UsageError(
                message: "'\(text)' is no length of time for --older-than. Write 90d, 12w or 1y.",
                path: call.command.path)
        }
        return seconds
    }

    // MARK: archive

    private static var archive: Command {
        let percent = Option.Kind.integer(1...100)
        var command = Command.overAPI(
            "memory archive", "Moves old text of blocks to archival memory; shows what first",
            options: [
                .agent, Option("label", "LABEL", "Blocks that are called so", repeated: true),
                Option("tag", "TAG", "Blocks with this tag", repeated: true), age,
                Option("above", "PERCENT", "A block this full gives its oldest entries (80)", kind: percent),
                Option("down-to", "PERCENT", "Until it is this full (50)", kind: percent), .yes,
            ],
            examples: [
                "roost memory archive", "roost memory archive --yes",
                "roost memory archive --label sprint_goals --older-than 30d --yes",
            ]
        ) { session in
            try await archive(session)
        }
        command.detail = """
            Blocks that are kept as a log, with dated entries or entries below a line ---, give their oldest entries when they are
            nearly full. Whole blocks are moved only when --label or --tag names them and nobody changed them since --older-than.
            A text leaves its block when it has been read back from archival memory, not before.
            """
        return command
    }

    private static func archive(_ session: Session) async throws {
        let call = session.call
        var rule = BlockArchiving.Rule(before: Timestamp.now.adding(seconds: -(try seconds(call))))
        rule.labels = call.texts("label")
        rule.tags = call.texts("tag")
        rule.above = call.integer("above") ?? rule.above
        rule.downTo = call.integer("down-to") ?? min(rule.downTo, rule.above)
        guard rule.downTo <= rule.above else {
            throw UsageError(message: "--down-to must not be more than --above.", path: call.command.path)
        }
        let archiving = try await session.memory.archiving(rule)
        let planned = try await archiving.plan()
        let isSure = call.flag("yes")
        if !call.isJSON {
            for move in planned { show(move, session.terminal) }
            if planned.isEmpty { return session.terminal.printError("Nothing has to be moved.") }
            if !isSure, !session.terminal.isInputTerminal {
                return session.terminal.printError("Nothing was changed. Add --yes to move it.")
            }
            try session.confirm("Move this to archival memory?")
        }
        var moved: [BlockArchiving.Move] = []
        if isSure || !call.isJSON {
            for move in planned { if let done = try await archiving.perform(move) { moved.append(done) } }
        }
        if call.isJSON {
            let shown = isSure ? moved : planned
            return session.terminal.print(json: ["dry_run": .bool(!isSure), "blocks": .array(shown.map(json))])
        }
        let count = moved.reduce(0) { $0 + $1.texts.count }
        session.terminal.print(
            "\(count) \(count == 1 ? "passage" : "passages") stored; \(moved.count) \(moved.count == 1 ? "block" : "blocks") shortened."
        )
    }

    private static func show(_ move: BlockArchiving.Move, _ terminal: Terminal) {
        let what = move.isWhole ? "the whole block" : "its \(move.texts.count) oldest entries"
        terminal.print(
            terminal.style.bold(Table.oneLine(move.label))
                + "  \(what): \(move.size) of \(move.limit) characters, \(move.remainingSize) remain")
        for text in move.texts.prefix(5) {
            terminal.print("  \(Table.cut(Table.oneLine(text), to: min(100, terminal.width) - 2))")
        }
        if move.texts.count > 5 { terminal.print("  … and \(move.texts.count - 5) more") }
    }

    private static func json(_ move: BlockArchiving.Move) -> JSONValue {
        [
            "label": .string(move.label), "whole": .bool(move.isWhole), "size": .int(Int64(move.size)),
            "limit": .int(Int64(move.limit)), "remaining": .int(Int64(move.remainingSize)),
            "texts": .array(move.texts.map { .string($0) }),
        ]
    }
}

/// Statistics and stale notes, for people.
private struct MemoryReport {
    let terminal: Terminal

    private var style: Style { terminal.style }

    func show(statistics stats: JSONValue) {
        terminal.print(
            "\(stats.shown("passages")) notes, \(stats.shown("characters")) characters; \(stats.shown("used")) were used, "
                + "\(stats.shown("accesses")) times in all.")
        for (name, title) in [
            ("by_type", "Types"), ("by_tag", "Tags"), ("by_trust", "Words of"), ("by_source", "Came by"),
        ] {
            let counts = (stats[name]?.array ?? []).map { "\($0.shown("count")) \(Table.oneLine($0.shown("name")))" }
            if !counts.isEmpty {
                terminal.print("\(style.bold(title.padded(to: 9))) \(counts.joined(separator: ", "))")
            }
        }
        let weeks = stats["weeks"]?.array ?? []
        let most = weeks.compactMap { $0["added"]?.int }.max() ?? 1
        if !weeks.isEmpty { terminal.print("\n" + style.bold("WEEK OF     ADDED")) }
        for week in weeks {
            let added = week["added"]?.int ?? 0
            let bar = String(repeating: "#", count: max(1, added * 40 / max(1, most)))
            terminal.print("\(week.shown("start").prefix(10))  \(String(added).padded(to: 6)) \(bar)")
        }
        show("USED MOST", stats["most_used"]?.array ?? [])
        show("NEVER USED", stats["never_used"]?.array ?? [])
        var table = Table("BLOCK", "CHARACTERS", "LIMIT", "READ", "CHANGED")
        let blocks = stats["blocks"]?.array ?? []
        for block in blocks {
            table.add(
                block.shown("label"), block.shown("size"), block.shown("limit"), block.shown("accesses"),
                block.shownTime("updated_at"))
        }
        if !blocks.isEmpty { terminal.print("\n" + table.text(style: style, width: terminal.width)) }
    }

    func show(stale: JSONValue) {
        var count = 0
        let parts = [
            ("never_used", "NEVER USED"), ("unused_lately", "NOT USED LATELY"), ("resolved", "RESOLVED"),
        ]
        for (name, title) in parts {
            let part = stale[name] ?? .null
            count += part["count"]?.int ?? 0
            show("\(title): \(part.shown("count"))", part["passages"]?.array ?? [])
        }
        let duplicates = stale["duplicates"] ?? .null
        let groups = duplicates["groups"]?.array ?? []
        count += duplicates["count"]?.int ?? 0
        if !groups.isEmpty { terminal.print("\n" + style.bold("THERE TWICE: \(duplicates.shown("count"))")) }
        for group in groups {
            terminal.print("\(Table.cut(Table.oneLine(group.shown("text")), to: min(100, terminal.width)))")
            for id in group["ids"]?.strings ?? [] { terminal.print(style.faint("  \(id)")) }
        }
        if count == 0 {
            terminal.printError(
                "Nothing is stale: everything is newer than \(stale.shown("before").prefix(10)) or in use.")
        } else {
            terminal.printError("'roost forget ID' deletes one of them.")
        }
    }

    private func show(_ title: String, _ passages: [JSONValue]) {
        if passages.isEmpty { return }
        terminal.print("\n" + style.bold(title))
        for passage in passages {
            let used = passage["accesses"]?.int ?? 0
            let facts = "\(passage.shown("created_at").prefix(10))  \(String(used).padded(to: 4))"
            terminal.print(Table.cut("\(facts) \(Table.oneLine(passage.shown("text")))", to: min(120, terminal.width)))
            terminal.print(style.faint("                 \(passage.shown("id"))"))
        }
    }
}
