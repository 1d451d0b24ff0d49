import Client
import HTTP
import Platform

/// `roost tool …`.
enum ToolCommands {
    static var all: [Command] { [list, show, add, delete, run, test] }

    private static var list: Command {
        .overAPI(
            "tool list", "Lists tools, the newest first",
            options: [
                Option("agent", "AGENT", "Only tools of this agent, by its id or name"),
                Option("search", "TEXT", "Only tools whose name contains this"),
                Option("own", nil, "Without the tools that Roost brings"), .limit(100),
            ], examples: ["roost tool list --own", "roost tool list --agent demo --json"]
        ) { session in
            let call = session.call
            var query: [(String, String)] = []
            if let text = call.text("search") { query.append(("search", text)) }
            if call.flag("own") { query.append(("exclude_letta_tools", "true")) }
            let path = call.text("agent") == nil ? "/v1/tools/" : "/v1/agents/\(try await session.agent())/tools"
            let tools = try await session.client.list(path, query: query, limit: call.integer("limit") ?? 100)
            var table = Table("NAME", "KIND", "ID", "DESCRIPTION")
            for tool in tools {
                table.add(
                    tool.shown("name"), ToolCommands.kind(of: tool), tool.shown("id"), tool.shown("description"))
            }
            session.show(tools, empty: "There are no such tools.", table)
        }
    }

    private static func kind(of tool: JSONValue) -> String {
        let type = tool.shown("tool_type")
        if type == "custom" { return tool["source_type"]?.string ?? "custom" }
        return type == "external_mcp" ? "mcp" : "built in"
    }

    private static var show: Command {
        .overAPI(
            "tool show", "Shows a tool with its schema", [Operand("TOOL", "The tool, by id or by name")],
            examples: ["roost tool show memory_insert"]
        ) { session in
            let id = try await session.id(of: .tool)
            session.terminal.print(json: try await session.client.get("/v1/tools/\(id)"))
        }
    }

    private static var add: Command {
        .overAPI(
            "tool add", "Stores a tool from its source, or changes the one of its name",
            [Operand("FILE", "Its source: .py, .js, .ts; - is Python from standard input")],
            options: [
                Option("schema", "FILE", "Its JSON schema; TypeScript needs one"),
                Option("requires", "PACKAGE", "A Python package it needs; may be repeated", repeated: true), .tags,
                Option("ask", nil, "Agents that get it ask for approval before each call"),
                Option("agent", "AGENT", "Give it to this agent too"),
            ],
            examples: [
                "roost tool add roll_dice.py --agent demo", "roost tool add fetch.py --requires requests --ask",
            ]
        ) { session in
            let (call, file) = (session.call, session.call.operand(0) ?? "")
            var body = BodyDraft()
            body.set("source_code", try FileText.readText(file))
            guard let type = file == "-" ? "python" : ToolRun.sourceType(file) else {
                throw Failure("'\(file)' should end in .py, .js or .ts, so that its language is known.")
            }
            body.set("source_type", type)
            if let path = call.text("schema") {
                body.set("json_schema", try JSONValue(parsing: try FileText.readText(path)))
            }
            body.set("pip_requirements", call.texts("requires"))
            body.set("tags", call.texts("tag"))
            if call.flag("ask") { body.set("default_requires_approval", .bool(true)) }
            let tool = try await session.client.call(.put, "/v1/tools/", body: body.json)
            if call.text("agent") != nil {
                let agent = try await session.agent()
                try await session.client.call(.patch, "/v1/agents/\(agent)/tools/attach/\(tool.shown("id"))")
            }
            session.report(tool, "Stored the tool \(tool.shown("name")): \(tool.shown("id"))")
        }
    }

    private static var delete: Command {
        .overAPI(
            "tool delete", "Deletes a tool and takes it from every agent",
            [Operand("TOOL", "The tool, by id or by name")], options: [.yes],
            examples: ["roost tool delete roll_dice --yes"]
        ) { session in
            let id = try await session.id(of: .tool)
            try session.confirm("Delete the tool \(session.call.operand(0) ?? "")?")
            try await session.client.call(.delete, "/v1/tools/\(id)")
            session.reportDeleted([id])
        }
    }

    // MARK: Running

    private static let target = Operand("TOOL", "A tool by name or id, or a file with its source: .py, .js, .ts")

    private static var run: Command {
        .overAPI(
            "tool run", "Runs a tool once, in the sandbox, and prints what it returns", [target],
            options: [
                Option("args", "JSON", "Its arguments, an object; - reads standard input"),
                Option(
                    "arg", "NAME=VALUE", "One argument, as JSON or as a text; may be repeated",
                    repeated: true),
                Option("env", "NAME=VALUE", "A variable of its environment; may be repeated", repeated: true),
                Option("requires", "PACKAGE", "A Python package it needs; may be repeated", repeated: true),
                Option("agent", "AGENT", "Run it as this agent's, with its secrets and memory"),
                Option("dry-run", nil, "Check the arguments and say what would be run; run nothing"),
            ],
            examples: [
                "roost tool run add.py --arg a=1 --arg b=2", "roost tool run roll_dice --args '{\"sides\": 6}' --json",
                "roost tool run fetch.py --requires requests --dry-run",
            ]
        ) { session in
            let outcome = try await ToolRun(session).run(
                session.call.operand(0) ?? "", try ToolCommands.arguments(session.call))
            if session.call.isJSON { return session.terminal.print(json: outcome.reply) }
            if !outcome.stdout.isEmpty { session.terminal.print(outcome.stdout) }
            if !outcome.stderr.isEmpty { session.terminal.printError(outcome.stderr) }
            if outcome.isError { throw Failure(outcome.text) }
            session.terminal.print(outcome.text)
        }
    }

    private static func arguments(_ call: Invocation) throws -> JSONObject {
        var arguments = JSONObject()
        if let text = call.text("args") {
            let text = text == "-" ? try FileText.readText("-") : text
            let given: JSONValue
            do { given = try JSONValue(parsing: text) } catch { throw Failure("--args is not JSON: \(error).") }
            guard let object = given.object else { throw Failure("--args should be an object: {\"name\": value}.") }
            arguments = object
        }
        for pair in call.texts("arg") {
            let (name, value) = try ToolRun.pair(pair, option: "arg")
            // What is not JSON is a text.
            arguments[name] = (try? JSONValue(parsing: value)) ?? .string(value)
        }
        return arguments
    }

    private static var test: Command {
        .overAPI(
            "tool test", "Runs a tool's cases, and says which it fails", [target],
            options: [
                Option(
                    "cases", "FILE",
                    "A list of {\"name\", \"args\", \"returns\" | \"contains\" | \"error\"}; NAME.cases.json beside the source"
                ),
                Option("env", "NAME=VALUE", "A variable of its environment; may be repeated", repeated: true),
                Option("requires", "PACKAGE", "A Python package it needs; may be repeated", repeated: true),
                Option("agent", "AGENT", "Run it as this agent's, with its secrets and memory"),
            ], examples: ["roost tool test add.py", "roost tool test roll_dice --cases dice.json --json"]
        ) { session in
            let target = session.call.operand(0) ?? ""
            let cases = try ToolCase.read(session.call.text("cases") ?? ToolCase.file(beside: target))
            var results: [JSONValue] = []
            var table = Table("CASE", "RESULT", "WHY")
            for one in cases {
                let why = one.fault(try await ToolRun(session).run(target, one.arguments))
                results.append([
                    "name": .string(one.name), "passed": .bool(why == nil), "why": why.map { .string($0) } ?? .null,
                ])
                table.add(one.name, why == nil ? "passed" : "failed", why ?? "")
            }
            session.show(results, empty: "The file has no cases.", table)
            let failed = results.filter { $0["passed"] == false }.count
            if failed > 0 { throw Failure("\(failed) of \(results.count) cases failed.") }
        }
    }
}
