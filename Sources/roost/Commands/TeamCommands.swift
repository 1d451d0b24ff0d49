import Client
import HTTP
import Platform

/// `roost team …`: blocks that several agents have.
enum TeamCommands {
    static var all: [Command] {
        [share, attach, update, log, diff, revert, list, createAgents] + DecisionCommands.all
    }

    private static let operand = Operand("LABEL", "The block, by label or by id")
    private static let members: [Option] = [
        Option("tag", "TAG", "For every agent with this tag, such as team:backend; may be repeated", repeated: true),
        Option("agents", "A,B", "For these agents, by id or by name; may be repeated", repeated: true),
    ]
    private static let value = Option("value", "TEXT", "The value; - reads standard input")
    private static let file = Option("file", "FILE", "The value from a file; - reads standard input")
    private static let side: [Option] = [
        Option("ours", nil, "Where somebody else changed the same lines, yours count"),
        Option("theirs", nil, "Where somebody else changed the same lines, theirs count"),
    ]

    // MARK: Sharing

    private static var share: Command {
        .overAPI(
            "team share", "Makes a block that agents share, or shares one that is there",
            [Operand("LABEL", "Its label")],
            options: members + [
                Option("read-only", nil, "Agents cannot change it"), value,
                file,
                Option("template", nil, "Begins with our template: team_standards, architecture_decisions"),
                .description,
                Option("limit", "NUMBER", "The most characters", kind: .integer(1...100_000_000)),
            ],
            examples: [
                "roost team share team_standards --template --tag team:backend",
                "roost team share architecture_decisions --file adr.md --agents memory-web,memory-api --read-only",
            ]
        ) { session in
            let label = session.call.operand(0) ?? ""
            let team = TeamBlocks(client: session.client)
            var body = try draft(label, session).object
            // A template is only the beginning: a block that is there keeps its value.
            if session.call.flag("template"), try await team.find(label, onlyShared: true) != nil {
                body["value"] = nil
                if session.call.text("description") == nil { body["description"] = nil }
            }
            let (block, isNew) = try await team.share(label, body, tags: session.call.texts("tag"))
            let id = block.shown("id")
            if !session.call.isJSON {
                session.terminal.print(isNew ? "Made the block \(label): \(id)" : "Shared the block \(label): \(id)")
            }
            try await attach([block], session, requiresMembers: false)
        }
    }

    private static func draft(_ label: String, _ session: Session) throws -> BodyDraft {
        let call = session.call
        var body = BodyDraft()
        body.set("value", try session.text(option: "value", fileOption: "file"))
        body.set("description", call.text("description"))
        body.set("limit", call.integer("limit"))
        if call.flag("read-only") { body.set("read_only", .bool(true)) }
        guard call.flag("template") else { return body }
        guard let template = TeamTemplate.named(label) else {
            let known = TeamTemplate.all.map(\.label).joined(separator: ", ")
            throw UsageError(
                message: "There is no template for '\(label)'; there is one for \(known).", path: call.command.path)
        }
        guard body.object["value"] == nil else {
            throw UsageError(message: "Give a value or --template, not both.", path: call.command.path)
        }
        body.set("value", template.value)
        if call.text("description") == nil { body.set("description", template.description) }
        return body
    }

    private static var attach: Command {
        .overAPI(
            "team attach", "Gives blocks to agents, and reports for each what became of it",
            [Operand("BLOCK", "Blocks, by label or by id", repeated: true)], options: members,
            examples: ["roost team attach team_standards architecture_decisions --tag team:backend"]
        ) { session in
            let team = TeamBlocks(client: session.client)
            var blocks: [JSONValue] = []
            for reference in session.call.operands { blocks.append(try await team.required(reference)) }
            try await attach(blocks, session, requiresMembers: true)
        }
    }

    /// Exit code 1 when one agent could not get a block; the others have it.
    private static func attach(_ blocks: [JSONValue], _ session: Session, requiresMembers: Bool) async throws {
        let call = session.call
        let named = call.texts("agents").flatMap { $0.split(separator: ",").map(String.init) }
        var wanted: [TeamBlocks.Members] = []
        if !call.texts("tag").isEmpty { wanted.append(.tagged(call.texts("tag"))) }
        if !named.isEmpty { wanted.append(.named(named)) }
        if wanted.isEmpty, requiresMembers {
            throw UsageError(message: "For whom? Name agents with --agents or --tag.", path: call.command.path)
        }
        var report: [TeamBlocks.Attachment] = []
        for block in blocks {
            for members in wanted {
                report += try await TeamBlocks(client: session.client).attach(block, to: members)
            }
        }
        if call.isJSON {
            session.terminal.print(json: ["blocks": .array(blocks), "agents": .array(report.map(\.json))])
        } else {
            for line in report { session.terminal.print(text(line, session.terminal.style)) }
        }
        if report.contains(where: \.hasFailed) { throw ExitStatus(code: 1) }
    }

    private static func text(_ line: TeamBlocks.Attachment, _ style: Style) -> String {
        let name = "\(Table.oneLine(line.agent)): \(Table.oneLine(line.label))"
        return switch line.outcome {
        case .attached: "\(style.green("attached")) \(name)"
        case .already: "\(style.faint("has it  ")) \(name)"
        case .failed(let reason): "\(style.red("failed  ")) \(name): \(Table.oneLine(reason))"
        }
    }

    private static var list: Command {
        .overAPI(
            "team list", "Lists the blocks that agents share", examples: ["roost team list", "roost team list --json"]
        ) { session in
            let blocks = try await TeamBlocks(client: session.client).all()
            var items: [JSONValue] = []
            var table = Table("LABEL", "ID", "VERSION", "UPDATED", "BY", "AGENTS")
            for block in blocks {
                let agents = try await session.client.list(
                    "/v1/blocks/\(block.shown("id"))/agents", query: [("include", "agent.tags")])
                let names = agents.map { $0.shown("name") }
                var object = block.object ?? JSONObject()
                object["agents"] = .array(names.map { .string($0) })
                items.append(.object(object))
                table.add(
                    block.shown("label"), block.shown("id"), block.shown("version"), block.shownTime("updated_at"),
                    Author.name(block["last_updated_by_id"]) ?? "", names.joined(separator: ", "))
            }
            session.show(
                items, empty: "Nothing is shared yet. Begin: roost team share team_standards --template", table)
        }
    }

    private static var createAgents: Command {
        .overAPI(
            "team agent create", "Makes agents that have shared blocks from the beginning, each in one call",
            [Operand("NAME", "Names of the agents", repeated: true)],
            options: [
                Option("share", "LABEL", "A shared block; may be repeated", repeated: true), .tags,
                Option("model", "HANDLE", "The model, such as openai/gpt-4.1"),
            ],
            examples: ["roost team agent create web api --share team_standards --tag team:backend"]
        ) { session in
            let call = session.call
            let made = try await TeamBlocks(client: session.client).createAgents(
                call.operands, sharing: call.texts("share"), tags: call.texts("tag"),
                model: call.text("model") ?? session.settings.defaultModel)
            var hasFailed = false
            var items: [JSONValue] = []
            for (name, result) in made {
                switch result {
                case .success(let agent):
                    items.append(["name": .string(name), "id": agent["id"] ?? .null, "status": "created"])
                    if !call.isJSON { session.terminal.print("Made the agent \(name): \(agent.shown("id"))") }
                case .failure(let error):
                    hasFailed = true
                    items.append(["name": .string(name), "status": "failed", "error": .string(error.description)])
                    if !call.isJSON { session.terminal.printError("Not made: \(name): \(error.description)") }
                }
            }
            if call.isJSON { session.terminal.print(json: ["agents": .array(items)]) }
            if hasFailed { throw ExitStatus(code: 1) }
        }
    }

    // MARK: Changing

    private static var update: Command {
        .overAPI(
            "team update", "Changes a shared block; opens your editor when no value is given", [operand],
            options: [
                value, file,
                Option("base", "VERSION", "The version that your text was made from", kind: .integer(1...Int.max)),
            ] + side,
            examples: [
                "roost team update team_standards", "roost team update team_standards --file standards.md --base 3",
                "generate | roost team update build_status --value -",
            ]
        ) { session in
            let block = try await TeamBlocks(client: session.client).required(session.call.operand(0) ?? "")
            guard let new = try session.text(option: "value", fileOption: "file") else {
                return try await MergingEditRun(session: session).edit(block)
            }
            var base = (block["version"]?.int ?? 1, block.shown("value"))
            if let version = session.call.integer("base"), version != base.0 {
                let versions = try await BlockVersions(session.client, blockID: block.shown("id"), limit: 1000)
                base = (version, try versions.required(version).value)
            }
            try await MergingEditRun(session: session).save(new, of: block, madeFrom: base)
        }
    }

    private static var revert: Command {
        .overAPI(
            "team revert", "Writes an earlier value of a block again, as a new version",
            [operand, Operand("VERSION", "The version whose value comes back: see 'roost team log'")],
            examples: ["roost team revert team_standards 3"]
        ) { session in
            guard let number = session.call.operand(1).flatMap({ Int($0) }) else {
                throw UsageError(message: "VERSION should be a number.", path: session.call.command.path)
            }
            let versions = try await versions(session)
            let old = try versions.required(number)
            let current = versions.all[0]
            if old.value.utf8.elementsEqual(current.value.utf8) {
                return session.report(versions.block, "The block has the value of version \(number) already.")
            }
            let body: JSONValue = ["value": .string(old.value), "expected_version": .int(Int64(current.version))]
            let block = try await session.client.call(.patch, "/v1/blocks/\(versions.block.shown("id"))", body: body)
            session.report(
                block,
                "\(block.shown("label")) has the value of version \(number) again, as version "
                    + "\(block.shown("version")).")
        }
    }

    private static func versions(_ session: Session, limit: Int = 1000) async throws -> BlockVersions {
        let block = try await TeamBlocks(client: session.client).required(session.call.operand(0) ?? "")
        return try await BlockVersions(session.client, blockID: block.shown("id"), limit: limit)
    }

    // MARK: Looking

    private static var log: Command {
        .overAPI(
            "team log", "Shows who changed a block and when, the newest first", [operand], options: [.limit(20)],
            examples: ["roost team log team_standards"]
        ) { session in
            let limit = session.call.integer("limit") ?? 20
            let versions = try await versions(session, limit: limit)
            var table = Table("VERSION", "WHEN", "BY", "LINES", "CHANGE")
            var items: [JSONValue] = []
            for (place, version) in versions.all.prefix(limit).enumerated() {
                let before = versions.all.indices.contains(place + 1) ? versions.all[place + 1] : nil
                let diff = TextDiff(before?.value ?? "", version.value, context: 0)
                let counts = before == nil && version.version > 1 ? "" : "+\(diff.addedCount) -\(diff.removedCount)"
                table.add(
                    "\(version.version)", Table.time(version.writtenAt ?? ""), version.author ?? "unknown",
                    counts, before == nil && version.version > 1 ? "" : Table.cut(diff.firstChange, to: 100))
                items.append([
                    "version": .int(Int64(version.version)),
                    "written_at": version.writtenAt.map { .string($0) } ?? .null,
                    "author": version.author.map { .string($0) } ?? .null, "value": .string(version.value),
                    "current": .bool(version.isCurrent),
                ])
            }
            session.show(items, empty: "", table)
        }
    }

    private static var diff: Command {
        .overAPI(
            "team diff", "Shows what changed between two versions of a block; of one, what it changed",
            [
                operand, Operand("VERSION", "The older version; without it the last change", optional: true),
                Operand("VERSION", "The newer version; without it the present one", optional: true),
            ], examples: ["roost team diff team_standards", "roost team diff team_standards 2 5"]
        ) { session in
            let numbers = try session.call.operands.dropFirst().map { word in
                guard let number = Int(word) else {
                    throw UsageError(
                        message: "VERSION should be a number, not '\(word)'.", path: session.call.command.path)
                }
                return number
            }
            let versions = try await versions(session)
            let new = try numbers.count > 1 ? versions.required(numbers[1]) : versions.all[0]
            guard let number = numbers.first ?? versions.all.dropFirst().first?.version else {
                return session.report(["diff": ""], "The block has not been changed yet.")
            }
            let old = try versions.required(number)
            let diff = TextDiff(old.value, new.value)
            if session.call.isJSON {
                let text = diff.unified(old: "version \(old.version)", new: "version \(new.version)")
                return session.terminal.print(
                    json: ["old": .int(Int64(old.version)), "new": .int(Int64(new.version)), "diff": .string(text)])
            }
            if diff.lines.isEmpty { return session.terminal.printError("Both versions are the same.") }
            DiffText(style: session.terminal.style).print(diff, old, new, session.terminal)
        }
    }
}
