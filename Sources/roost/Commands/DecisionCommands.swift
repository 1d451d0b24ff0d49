import Client
import Platform

/// `roost team adr …`: the decisions in the shared block `architecture_decisions`.
enum DecisionCommands {
    static var all: [Command] { [add, list] }

    private static var add: Command {
        .overAPI(
            "team adr add", "Adds a decision to architecture_decisions, with the next number",
            [Operand("TITLE", "What was decided, in a few words", repeated: true)],
            options: [
                Option("status", "STATUS", "proposed, accepted, rejected, … (accepted)"),
                Option("context", "TEXT", "What made a decision necessary"),
                Option("decision", "TEXT", "What was decided"),
                Option("consequences", "TEXT", "What follows from it, good and bad"),
                Option("supersedes", "NUMBER", "A decision that this one replaces", kind: .integer(1...Int.max)),
                Option("block", "LABEL", "Another block than architecture_decisions"),
            ],
            examples: [
                "roost team adr add 'Use SQLite' --context 'One file, no server' --consequences 'One writer at a time'",
                "roost team adr add 'Use PostgreSQL' --supersedes 1",
            ]
        ) { session in
            let call = session.call
            var draft = DecisionLog.Draft(title: call.operands.joined(separator: " "), date: Timestamp.now.day)
            if let status = call.text("status") { draft.status = status }
            draft.context = call.text("context")
            draft.decision = call.text("decision")
            draft.consequences = call.text("consequences")
            draft.supersedes = call.integer("supersedes")
            let added = try await writing(session).add(draft)
            let moved = added.moved.map(\.name)
            if call.isJSON {
                return session.terminal.print(json: [
                    "adr": .string(added.decision.name), "title": .string(added.decision.title),
                    "block_id": added.block["id"] ?? .null, "version": added.block["version"] ?? .null,
                    "moved": .array(moved.map { .string($0) }),
                ])
            }
            session.terminal.print("Added \(added.decision.name): \(Table.oneLine(added.decision.title))")
            if let owner = added.owner {
                let label = session.call.text("block") ?? DecisionLog.label
                session.terminal.print(
                    "Made the block \(label) for \(owner); 'roost team attach \(label) --tag TAG' gives it to others.")
            }
            if !moved.isEmpty {
                session.terminal.print("Moved to archival memory for lack of room: \(moved.joined(separator: ", "))")
            }
        }
    }

    private static var list: Command {
        .overAPI(
            "team adr list", "Lists the decisions of architecture_decisions",
            options: [Option("block", "LABEL", "Another block than architecture_decisions")],
            examples: ["roost team adr list"]
        ) { session in
            let log = try await writing(session).log()
            var table = Table("NUMBER", "DATE", "STATUS", "TITLE")
            let items = log.decisions.map { decision -> JSONValue in
                table.add(decision.name, decision.date, decision.status, decision.title)
                return [
                    "adr": .string(decision.name), "date": .string(decision.date), "status": .string(decision.status),
                    "title": .string(decision.title), "text": .string(decision.text),
                ]
            }
            session.show(items, empty: "There is no decision yet. Add one: roost team adr add TITLE", table)
        }
    }

    private static func writing(_ session: Session) -> DecisionWriting {
        DecisionWriting(
            team: TeamBlocks(client: session.client), memory: session.memory,
            label: session.call.text("block") ?? DecisionLog.label)
    }
}
