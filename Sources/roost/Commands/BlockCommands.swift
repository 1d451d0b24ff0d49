import Client
import HTTP
import Platform

/// `roost block …`.
enum BlockCommands {
    static var all: [Command] { [list, show, create, edit, delete, attach, detach, history] }

    private static let operand = Operand("BLOCK", "The block, by id or by label")

    /// The block that the first word names: of an agent when `--agent` is given, else by id or unique label.
    private static func id(_ session: Session) async throws -> String {
        let reference = session.call.operand(0) ?? ""
        if Identifier.isValid(reference, .block) { return reference }
        guard session.call.text("agent") != nil else { return try await session.client.id(of: .block, reference) }
        return try await id(reference, ofAgent: try await session.agent(), session)
    }

    private static func id(_ label: String, ofAgent agent: String, _ session: Session) async throws -> String {
        try await session.client.get("/v1/agents/\(agent)/core-memory/blocks/\(percentEncoded(label))").shown("id")
    }

    private static var list: Command {
        .overAPI(
            "block list", "Lists memory blocks",
            options: [
                .agent, Option("label", "LABEL", "Only blocks with this label"), .tags,
                Option("query", "TEXT", "Only blocks whose value contains this"), .limit(50),
            ], examples: ["roost block list", "roost block list --agent demo", "roost block list --label human --json"]
        ) { session in
            let call = session.call
            let limit = call.integer("limit") ?? 50
            let blocks: [JSONValue]
            if call.text("agent") != nil {
                let agent = try await session.agent()
                blocks = try await session.client.list("/v1/agents/\(agent)/core-memory/blocks", limit: limit)
            } else {
                var query = call.texts("tag").map { ("tags", $0) }
                if let label = call.text("label") { query.append(("label", label)) }
                if let text = call.text("query") { query.append(("value_search", text)) }
                blocks = try await session.client.list("/v1/blocks/", query: query, limit: limit)
            }
            var table = Table("LABEL", "ID", "UPDATED", "SIZE", "VALUE")
            for block in blocks {
                let value = block.shown("value")
                table.add(
                    block.shown("label"), block.shown("id"), block.shownTime("updated_at"),
                    "\(value.unicodeScalars.count)", Table.cut(value, to: 200))
            }
            session.show(
                blocks, empty: "There are no such blocks. Make one: roost block create LABEL --value TEXT", table)
        }
    }

    private static var show: Command {
        .overAPI(
            "block show", "Shows a block", [operand],
            options: [.agent, Option("value", nil, "The value alone, exactly as it is stored")],
            examples: ["roost block show human --agent demo", "roost block show block-… --value > human.md"]
        ) { session in
            let block = try await session.client.get("/v1/blocks/\(try await id(session))")
            if session.call.isJSON { return session.terminal.print(json: block) }
            if session.call.flag("value") { return session.terminal.write(Array(block.shown("value").utf8)) }
            let style = session.terminal.style
            let size = "\(block.shown("value").unicodeScalars.count) of \(block.shown("limit")) characters"
            let isReadOnly = block["read_only"]?.bool == true ? ", read-only" : ""
            session.terminal.print("\(style.bold(Table.oneLine(block.shown("label"))))  \(block.shown("id"))")
            session.terminal.print(style.faint("\(size)\(isReadOnly), changed \(block.shownTime("updated_at"))"))
            let description = Table.oneLine(block.shown("description"))
            if !description.isEmpty { session.terminal.print(style.faint(description)) }
            session.terminal.print("")
            for line in block.shown("value").split(separator: "\n", omittingEmptySubsequences: false) {
                session.terminal.print(Table.oneLine(String(line)))
            }
        }
    }

    private static let bodyOptions: [Option] = [
        Option("value", "TEXT", "The value; - reads standard input"), Option("file", "FILE", "The value from a file"),
        .description, Option("limit", "NUMBER", "The most characters", kind: .integer(1...100_000_000)), .tags,
        .metadata,
        Option("read-only", nil, "Agents cannot change it"), Option("writable", nil, "Agents can change it"),
    ]

    private static func draft(_ session: Session) throws -> BodyDraft {
        let call = session.call
        var body = BodyDraft()
        body.set("value", try session.text(option: "value", fileOption: "file"))
        body.set("description", call.text("description"))
        body.set("limit", call.integer("limit"))
        body.set("tags", call.texts("tag"))
        body.set("metadata", try session.json(option: "metadata"))
        if call.flag("read-only") { body.set("read_only", .bool(true)) }
        if call.flag("writable") { body.set("read_only", .bool(false)) }
        return body
    }

    private static var create: Command {
        .overAPI(
            "block create", "Makes a block", [Operand("LABEL", "Its label")],
            options: bodyOptions + [Option("agent", "AGENT", "Attach it to this agent")],
            examples: [
                "roost block create team_standards --file standards.md",
                "echo 'Likes tea' | roost block create human --value -",
            ]
        ) { session in
            var body = try draft(session)
            body.set("label", session.call.operand(0))
            if body.object["value"] == nil { body.set("value", "") }
            let agent = session.call.text("agent") == nil ? nil : try await session.agent()
            let block = try await session.client.call(.post, "/v1/blocks/", body: body.json)
            if let agent {
                try await session.client.call(
                    .patch, "/v1/agents/\(agent)/core-memory/blocks/attach/\(block.shown("id"))")
            }
            session.report(block, "Made the block \(block.shown("label")): \(block.shown("id"))")
        }
    }

    private static var edit: Command {
        .overAPI(
            "block edit", "Changes a block everywhere it is attached; opens your editor when no change is named",
            [operand],
            options: [.agent] + bodyOptions + [
                Option("label", "LABEL", "Its new label"),
                Option("ours", nil, "In the editor: where somebody else changed the same lines, yours count"),
                Option("theirs", nil, "In the editor: where somebody else changed the same lines, theirs count"),
            ],
            examples: [
                "roost block edit human --agent demo", "roost block edit team_standards --file standards.md",
                "roost block edit block-… --read-only",
            ]
        ) { session in
            let id = try await id(session)
            var body = try draft(session)
            body.set("label", session.call.text("label"))
            if body.isEmpty {
                // Somebody else may change it while the editor is open.
                return try await MergingEditRun(session: session).edit(try await session.client.get("/v1/blocks/\(id)"))
            }
            let block = try await session.client.call(.patch, "/v1/blocks/\(id)", body: body.json)
            session.report(block, "Changed the block \(block.shown("label")): \(block.shown("id"))")
        }
    }

    private static var delete: Command {
        .overAPI(
            "block delete", "Deletes a block and detaches it from every agent", [operand], options: [.agent, .yes],
            examples: ["roost block delete team_standards", "roost block delete human --agent demo --yes"]
        ) { session in
            let id = try await id(session)
            try session.confirm("Delete the block \(session.call.operand(0) ?? "")?")
            try await session.client.call(.delete, "/v1/blocks/\(id)")
            session.reportDeleted([id])
        }
    }

    private static var attach: Command {
        .overAPI(
            "block attach", "Shares a block with an agent", [operand, Operand("AGENT", "The agent, by id or by name")],
            examples: ["roost block attach team_standards demo"]
        ) { session in
            let block = try await session.id(of: .block)
            let agent = try await session.id(of: .agent, operand: 1)
            let reply = try await session.client.call(
                .patch, "/v1/agents/\(agent)/core-memory/blocks/attach/\(block)")
            session.report(reply, "Attached \(block) to \(agent).")
        }
    }

    private static var detach: Command {
        .overAPI(
            "block detach", "Takes a block from an agent; the block stays",
            [operand, Operand("AGENT", "The agent, by id or by name")],
            examples: ["roost block detach team_standards demo"]
        ) { session in
            let agent = try await session.id(of: .agent, operand: 1)
            var block = session.call.operand(0) ?? ""
            if !Identifier.isValid(block, .block) { block = try await id(block, ofAgent: agent, session) }
            let reply = try await session.client.call(
                .patch, "/v1/agents/\(agent)/core-memory/blocks/detach/\(block)")
            session.report(reply, "Detached \(block) from \(agent).")
        }
    }

    private static var history: Command {
        .overAPI(
            "block history", "Shows the earlier values of a block, the newest first", [operand],
            options: [.agent, .limit(20)], examples: ["roost block history human --agent demo"]
        ) { session in
            let limit = min(1000, session.call.integer("limit") ?? 20)
            let id = try await id(session)
            let revisions =
                try await session.client.get(
                    "/v1/roost/blocks/\(id)/history", query: [("limit", String(limit))]
                ).array ?? []
            var table = Table("WHEN", "VERSION", "ENDED BY", "VALUE")
            for revision in revisions {
                let by = [revision.shown("action"), revision.shown("source"), revision.shown("tool")]
                table.add(
                    revision.shownTime("changed_at"), revision.shown("version"),
                    by.filter { !$0.isEmpty }.joined(separator: " "), Table.cut(revision.shown("value"), to: 200))
            }
            session.show(revisions, empty: "The block has not been changed yet.", table)
        }
    }
}
