import Client
import HTTP
import Platform

/// `roost passage …`: archival memory.
enum PassageCommands {
    static var all: [Command] { [list, add, edit, delete] }

    private static var list: Command {
        .overAPI(
            "passage list", "Lists the passages of an agent, the oldest first",
            options: [
                .agent, Option("query", "TEXT", "Only passages that contain this"),
                Option("newest", nil, "The newest first"), .limit(50),
            ], examples: ["roost passage list --agent demo", "roost passage list --agent demo --newest --limit 5"]
        ) { session in
            let agent = try await session.agent()
            var query = [("ascending", session.call.flag("newest") ? "false" : "true")]
            if let text = session.call.text("query") { query.append(("search", text)) }
            let passages = try await session.client.list(
                "/v1/agents/\(agent)/archival-memory", query: query, limit: session.call.integer("limit") ?? 50)
            var table = Table("CREATED", "ID", "TAGS", "TEXT")
            for passage in passages {
                table.add(
                    passage.shownTime("created_at"), passage.shown("id"), passage.shownList("tags"),
                    Table.cut(passage.shown("text"), to: 300))
            }
            session.show(
                passages, empty: "There are no such passages. Add one: roost passage add TEXT --agent NAME", table)
        }
    }

    private static var add: Command {
        .overAPI(
            "passage add", "Stores a passage", [Operand("TEXT", "What to remember; - reads standard input")],
            options: [
                .agent, Option("archive", "ARCHIVE", "Into this archive instead of an agent's"), .tags, .metadata,
                Option("created-at", "TIME", "When it was learned"),
            ],
            examples: [
                "roost passage add 'Deploys happen on Tuesdays' --agent demo --tag type:decision",
                "git log -1 --format=%B | roost passage add - --agent demo",
            ]
        ) { session in
            let call = session.call
            let text = call.operand(0) == "-" ? try FileText.readText("-") : call.operand(0)
            var body = BodyDraft()
            body.set("text", text)
            body.set("tags", call.texts("tag"))
            body.set("metadata", try session.json(option: "metadata"))
            body.set("created_at", call.text("created-at"))
            let path: String
            if let archive = call.text("archive") {
                path = "/v1/archives/\(try await session.client.id(of: .archive, archive))/passages"
            } else {
                path = "/v1/agents/\(try await session.agent())/archival-memory"
            }
            let reply = try await session.client.call(.post, path, body: body.json)
            let ids = (reply.array ?? [reply]).map { $0.shown("id") }
            session.report(reply, "Stored \(ids.joined(separator: ", "))")
        }
    }

    private static var edit: Command {
        .overAPI(
            "passage edit", "Changes a passage of an agent", [Operand("PASSAGE", "The passage's id")],
            options: [.agent, Option("text", "TEXT", "Its new text; - reads standard input"), .tags, .metadata],
            examples: ["roost passage edit passage-… --agent demo --text 'Deploys happen on Mondays'"]
        ) { session in
            let call = session.call
            var body = BodyDraft()
            body.set("text", call.text("text") == "-" ? try FileText.readText("-") : call.text("text"))
            body.set("tags", call.texts("tag"))
            body.set("metadata", try session.json(option: "metadata"))
            try session.requireChange(body)
            let id = percentEncoded(call.operand(0) ?? "")
            let agent = try await session.agent()
            let reply = try await session.client.call(
                .patch, "/v1/agents/\(agent)/archival-memory/\(id)", body: body.json)
            session.report(reply, "Changed \(id).")
        }
    }

    private static var delete: Command {
        .overAPI(
            "passage delete", "Deletes a passage of an agent", [Operand("PASSAGE", "The passage's id")],
            options: [.agent, .yes], examples: ["roost passage delete passage-… --agent demo --yes"]
        ) { session in
            let id = percentEncoded(session.call.operand(0) ?? "")
            let agent = try await session.agent()
            try session.confirm("Delete \(id)?")
            try await session.client.call(.delete, "/v1/agents/\(agent)/archival-memory/\(id)")
            session.reportDeleted([id])
        }
    }
}
