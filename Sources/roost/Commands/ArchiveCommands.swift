import Client
import HTTP
import Platform

/// `roost archive …` and `roost tag …`.
enum ArchiveCommands {
    static var all: [Command] { [list, show, create, edit, delete, tags] }

    private static let operand = Operand("ARCHIVE", "The archive, by id or by name")

    private static var list: Command {
        .overAPI(
            "archive list", "Lists archives, the newest first",
            options: [Option("agent", "AGENT", "Only archives of this agent"), .limit(50)],
            examples: ["roost archive list", "roost archive list --agent demo"]
        ) { session in
            var query: [(String, String)] = []
            if session.call.text("agent") != nil { query.append(("agent_id", try await session.agent())) }
            let archives = try await session.client.list(
                "/v1/archives/", query: query, limit: session.call.integer("limit") ?? 50)
            var table = Table("NAME", "ID", "CREATED", "DESCRIPTION")
            for archive in archives {
                table.add(
                    archive.shown("name"), archive.shown("id"), archive.shownTime("created_at"),
                    archive.shown("description"))
            }
            session.show(archives, empty: "There are no archives. The first passage of an agent makes one.", table)
        }
    }

    private static var show: Command {
        .overAPI("archive show", "Shows an archive", [operand], examples: ["roost archive show notes"]) { session in
            let id = try await session.id(of: .archive)
            session.terminal.print(json: try await session.client.get("/v1/archives/\(id)"))
        }
    }

    private static var create: Command {
        .overAPI(
            "archive create", "Makes an archive", [Operand("NAME", "Its name")],
            options: [.description, Option("embedding", "HANDLE", "The embedding model of its passages")],
            examples: ["roost archive create notes --description 'Meeting notes'"]
        ) { session in
            var body = BodyDraft()
            body.set("name", session.call.operand(0))
            body.set("description", session.call.text("description"))
            body.set("embedding", session.call.text("embedding"))
            let archive = try await session.client.call(.post, "/v1/archives/", body: body.json)
            session.report(archive, "Made the archive \(archive.shown("name")): \(archive.shown("id"))")
        }
    }

    private static var edit: Command {
        .overAPI(
            "archive edit", "Changes an archive", [operand],
            options: [Option("name", "NAME", "Its new name"), .description],
            examples: ["roost archive edit notes --name meeting-notes"]
        ) { session in
            var body = BodyDraft()
            body.set("name", session.call.text("name"))
            body.set("description", session.call.text("description"))
            try session.requireChange(body)
            let id = try await session.id(of: .archive)
            let archive = try await session.client.call(.patch, "/v1/archives/\(id)", body: body.json)
            session.report(archive, "Changed the archive \(archive.shown("name")).")
        }
    }

    private static var delete: Command {
        .overAPI(
            "archive delete", "Deletes an archive with its passages", [operand], options: [.yes],
            examples: ["roost archive delete notes --yes"]
        ) { session in
            let id = try await session.id(of: .archive)
            try session.confirm("Delete the archive \(session.call.operand(0) ?? "") with all its passages?")
            try await session.client.call(.delete, "/v1/archives/\(id)")
            session.reportDeleted([id])
        }
    }

    private static var tags: Command {
        .overAPI(
            "tag list", "Lists the tags in use", options: [Option("query", "TEXT", "Only tags that contain this")],
            examples: ["roost tag list", "roost tag list --query project: --json"]
        ) { session in
            // Cursors of this route are the tags themselves.
            var tags: [JSONValue] = []
            var after: String?
            repeat {
                var query = [("limit", "100")]
                if let text = session.call.text("query") { query.append(("query_text", text)) }
                if let after { query.append(("after", after)) }
                let page = try await session.client.get("/v1/tags/", query: query).array ?? []
                tags += page
                after = page.count == 100 ? page.last?.string : nil
            } while after != nil
            if session.call.isJSON { return session.terminal.print(json: .array(tags)) }
            if tags.isEmpty { return session.terminal.printError("No tags are in use.") }
            for tag in tags { session.terminal.print(Table.oneLine(tag.string ?? tag.text)) }
        }
    }
}
