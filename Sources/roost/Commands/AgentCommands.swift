import Client
import HTTP
import Platform

/// `roost agent …`.
enum AgentCommands {
    static var all: [Command] { [list, show, create, edit, delete, clone, export, importFile, count] }

    private static let operand = Operand("AGENT", "The agent, by id or by name")

    private static var list: Command {
        .overAPI(
            "agent list", "Lists agents, the newest first",
            options: [
                Option("name", "NAME", "Only agents of this name"),
                Option("query", "TEXT", "Only agents whose name contains this"), .tags,
                Option("all-tags", nil, "Only agents that have every tag given"), .limit(50),
            ], examples: ["roost agent list", "roost agent list --tag team:web --json"]
        ) { session in
            let call = session.call
            var query: [(String, String)] = call.texts("tag").map { ("tags", $0) }
            if call.flag("all-tags") { query.append(("match_all_tags", "true")) }
            if let name = call.text("name") { query.append(("name", name)) }
            if let text = call.text("query") { query.append(("query_text", text)) }
            let agents = try await session.client.list("/v1/agents/", query: query, limit: call.integer("limit") ?? 50)
            var table = Table("NAME", "ID", "CREATED", "MODEL", "BLOCKS", "TAGS")
            for agent in agents {
                let labels = blocks(of: agent).map { $0.shown("label") }.joined(separator: ",")
                table.add(
                    agent.shown("name"), agent.shown("id"), agent.shownTime("created_at"), agent.shown("model"), labels,
                    agent.shownList("tags"))
            }
            session.show(agents, empty: "There are no such agents. Make one: roost agent create --name NAME", table)
        }
    }

    private static var show: Command {
        .overAPI(
            "agent show", "Shows an agent with its memory blocks", [operand],
            examples: ["roost agent show demo", "roost agent show demo --json"]
        ) { session in
            let id = try await session.id(of: .agent)
            let agent = try await session.client.get("/v1/agents/\(id)")
            if session.call.isJSON {
                session.terminal.print(json: agent)
            } else {
                session.terminal.print(page(agent, session))
            }
        }
    }

    private static func page(_ agent: JSONValue, _ session: Session) -> String {
        let style = session.terminal.style
        var lines = ["\(style.bold(Table.oneLine(agent.shown("name"))))  \(agent.shown("id"))"]
        let tools = (agent["tools"]?.array ?? []).map { $0.shown("name") }.joined(separator: ", ")
        let rows = [
            ("description", agent.shown("description")), ("model", agent.shown("model")),
            ("embedding", agent.shown("embedding")), ("tags", agent.shownList("tags")), ("tools", tools),
            ("created", agent.shownTime("created_at")), ("updated", agent.shownTime("updated_at")),
        ]
        for (name, value) in rows where !value.isEmpty {
            lines.append("  \(style.faint(name.padded(to: 12)))\(Table.oneLine(value))")
        }
        for block in blocks(of: agent) {
            let value = block.shown("value")
            let isReadOnly = block["read_only"]?.bool == true ? ", read-only" : ""
            let size = "\(value.unicodeScalars.count) of \(block.shown("limit")) characters\(isReadOnly)"
            lines.append(
                "\n\(style.bold(Table.oneLine(block.shown("label"))))  \(block.shown("id"))  \(style.faint(size))")
            lines += value.split(separator: "\n", omittingEmptySubsequences: false).map {
                "  " + Table.oneLine(String($0))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func blocks(of agent: JSONValue) -> [JSONValue] {
        agent["blocks"]?.array ?? agent["memory"]?["blocks"]?.array ?? []
    }

    private static let bodyOptions: [Option] = [
        .description, Option("model", "HANDLE", "The model, such as openai/gpt-4.1"),
        Option("embedding", "HANDLE", "The embedding model"),
        Option("system", "TEXT", "The system prompt; - reads standard input"),
        Option("system-file", "FILE", "The system prompt from a file"), .tags, .metadata,
    ]

    private static func draft(_ session: Session) throws -> BodyDraft {
        let call = session.call
        var body = BodyDraft()
        body.set("name", call.text("name"))
        body.set("description", call.text("description"))
        body.set("model", call.text("model"))
        body.set("embedding", call.text("embedding"))
        body.set("system", try session.text(option: "system", fileOption: "system-file"))
        body.set("tags", call.texts("tag"))
        body.set("metadata", try session.json(option: "metadata"))
        return body
    }

    private static var create: Command {
        .overAPI(
            "agent create", "Makes an agent",
            options: [Option("name", "NAME", "Its name; one is made up when there is none")] + bodyOptions + [
                Option("block", "LABEL=TEXT", "A memory block; may be repeated", repeated: true),
                Option("block-file", "LABEL=FILE", "A memory block from a file; may be repeated", repeated: true),
                Option("attach", "BLOCK", "An existing block, by id or label; may be repeated", repeated: true),
                Option("tool", "NAME", "A tool by name; may be repeated", repeated: true),
                Option("identity", "IDENTITY", "An identity it acts for; may be repeated", repeated: true),
                Option("no-base-tools", nil, "Without the base tools"),
            ],
            examples: [
                "roost agent create --name demo --block human='Likes tea' --block persona='Helpful'",
                "roost agent create --name web --attach team_standards --tag team:web",
            ]
        ) { session in
            let call = session.call
            var body = try draft(session)
            body.set("tools", call.texts("tool"))
            if call.flag("no-base-tools") { body.set("include_base_tools", .bool(false)) }
            let blocks =
                try call.texts("block").map { try block($0, isFile: false) }
                + call.texts("block-file").map { try block($0, isFile: true) }
            if !blocks.isEmpty { body.set("memory_blocks", .array(blocks)) }
            body.set("block_ids", try await session.ids(of: .block, call.texts("attach")))
            body.set("identity_ids", try await session.ids(of: .identity, call.texts("identity")))
            let agent = try await make(body, session)
            session.report(agent, "Made the agent \(agent.shown("name")): \(agent.shown("id"))")
        }
    }

    static func make(_ draft: BodyDraft, _ session: Session) async throws -> JSONValue {
        var body = draft
        if body.object["model"] == nil { body.set("model", session.settings.defaultModel) }
        return try await session.client.createAgent(body.object).agent
    }

    private static func block(_ text: String, isFile: Bool) throws -> JSONValue {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw UsageError(
                message: "'\(text)' is not of the form LABEL=\(isFile ? "FILE" : "TEXT").", path: ["agent", "create"])
        }
        let rest = String(text[text.index(after: equals)...])
        return [
            "label": .string(String(text[..<equals])), "value": .string(isFile ? try FileText.readText(rest) : rest),
        ]
    }

    private static var edit: Command {
        .overAPI(
            "agent edit", "Changes an agent; what is not named stays", [operand],
            options: [Option("name", "NAME", "Its new name")] + bodyOptions + [
                Option("add-tag", "TAG", "One more tag; may be repeated", repeated: true),
                Option("remove-tag", "TAG", "One tag less; may be repeated", repeated: true),
            ],
            examples: ["roost agent edit demo --name demo2", "roost agent edit demo --add-tag project:web"]
        ) { session in
            let call = session.call
            let id = try await session.id(of: .agent)
            var body = try draft(session)
            if !call.texts("add-tag").isEmpty || !call.texts("remove-tag").isEmpty {
                let agent = try await session.client.get("/v1/agents/\(id)")
                let removed = Set(call.texts("remove-tag"))
                let tags = ((agent["tags"]?.strings ?? []) + call.texts("add-tag")).uniqued
                    .filter { !removed.contains($0) }
                body.set("tags", .array(tags.map { .string($0) }))
            }
            try session.requireChange(body)
            let agent = try await session.client.call(.patch, "/v1/agents/\(id)", body: body.json)
            session.report(agent, "Changed the agent \(agent.shown("name")): \(agent.shown("id"))")
        }
    }

    private static var delete: Command {
        .overAPI(
            "agent delete", "Deletes agents; their blocks and archives stay",
            [Operand("AGENT", "The agent, by id or by name", repeated: true)], options: [.yes],
            examples: ["roost agent delete demo", "roost agent delete agent-… agent-… --yes"]
        ) { session in
            let ids = try await session.ids(of: .agent, session.call.operands)
            try session.confirm("Delete \(session.call.operands.joined(separator: ", "))?")
            for id in ids { try await session.client.call(.delete, "/v1/agents/\(id)") }
            session.reportDeleted(ids)
        }
    }

    private static var clone: Command {
        .overAPI(
            "agent clone", "Copies an agent", [operand], options: [Option("name", "NAME", "The name of the copy")],
            examples: ["roost agent clone demo --name demo-2"]
        ) { session in
            let id = try await session.id(of: .agent)
            var body = BodyDraft()
            body.set("name", session.call.text("name"))
            let agent = try await session.client.call(.post, "/v1/agents/\(id)/clone", body: body.json)
            session.report(agent, "Made the agent \(agent.shown("name")): \(agent.shown("id"))")
        }
    }

    private static var export: Command {
        .overAPI(
            "agent export", "Writes an agent as an agent file (.af)", [operand],
            options: [Option("output", "FILE", "The file to write; standard output when there is none")],
            examples: ["roost agent export demo --output demo.af", "roost agent export demo > demo.af"]
        ) { session in
            let id = try await session.id(of: .agent)
            let bytes = try await session.client.send(.get, "/v1/agents/\(id)/export", type: "application/json")
            guard let path = session.call.text("output"), path != "-" else { return session.terminal.write(bytes) }
            try FileText.writePrivate(bytes, to: path)
            session.report(["file": .string(path), "bytes": .int(Int64(bytes.count))], "Wrote \(path).")
        }
    }

    private static var importFile: Command {
        .overAPI(
            "agent import", "Makes agents from an agent file (.af)",
            [Operand("FILE", "The agent file; - reads standard input")],
            options: [
                Option("name", "NAME", "The name of the agent"),
                Option("keep-name", nil, "Do not append _copy to names"),
                Option("strip-messages", nil, "Leave the conversation out"),
            ], examples: ["roost agent import demo.af", "roost agent import - --name demo < demo.af"]
        ) { session in
            let call = session.call
            let path = call.operand(0) ?? "-"
            var form = MultipartForm()
            let fileName = path == "-" ? "agent.af" : String(path.split(separator: "/").last ?? "agent.af")
            form.add("file", file: try FileText.read(path), fileName: fileName, type: "application/json")
            if let name = call.text("name") { form.add("name", name) }
            if call.flag("keep-name") { form.add("append_copy_suffix", "false") }
            if call.flag("strip-messages") { form.add("strip_messages", "true") }
            let bytes = try await session.client.send(
                .post, "/v1/agents/import", body: form.body, type: form.contentType)
            let reply = try JSONValue(parsing: bytes)
            session.report(reply, "Made " + (reply["agent_ids"]?.strings ?? []).joined(separator: ", "))
        }
    }

    private static var count: Command {
        .overAPI("agent count", "Says how many agents there are", examples: ["roost agent count"]) { session in
            session.terminal.print(try await session.client.get("/v1/agents/count").text)
        }
    }
}
