import HTTP
import Platform
import Wire

/// `letta_tool_manager`: the tools that agents call.
enum ToolHub {
    static let tool = Hub(
        name: "letta_tool_manager", title: "Tools",
        description: """
            Tools that agents can call. tool_id and agent_id may be names. list: name? (part of it); get, delete: \
            tool_id; create, upsert: source_code, json_schema (or name, description, args_json_schema); update: \
            tool_id and what changes; attach, detach: agent_id, tool_id; bulk_attach: tool_id and agent_ids or a \
            filter; generate_schema: source_code or json_schema to check; generate_from_prompt: name, description; \
            run_from_source: source_code, args?, env_vars?, name?, json_schema?; add_base_tools.
            """,
        parameters: [
            .optional("tool_id", .string()), .optional("agent_id", .string()), .optional("name", .string()),
            .optional("description", .string()), .optional("source_code", .string()),
            .optional("source_type", .string(), note: "python, javascript, typescript"),
            .optional("json_schema", .freeObject, note: "{name, description, parameters}"),
            .optional("args_json_schema", .freeObject, note: "parameters alone"),
            .optional("tags", .array(.string())), .optional("return_char_limit", .integer()),
            .optional("args", .freeObject), .optional("env_vars", .freeObject),
        ] + AgentSelection.fields + PageArguments.fields + [.optional("verbose", .boolean, note: "Whole objects")],
        operations: [
            ("list", list), ("get", get), ("create", create), ("attach", attach), ("bulk_attach", bulkAttach),
            ("update", update), ("delete", delete), ("upsert", upsert), ("detach", detach),
            ("generate_from_prompt", ToolGeneration.fromPrompt), ("generate_schema", ToolGeneration.schema),
            ("run_from_source", runFromSource), ("add_base_tools", addBaseTools),
        ]
    ).tool

    private static func list(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments, most: 1000)
        var query = page.query
        if let name = call.arguments.text("name") { query.append(("search", name)) }
        let tools = try await call.client().get("/v1/tools/", query: query).array ?? []
        let rows = call.shown(tools, Summary.tool)
        return Hub.Answer(
            "\(tools.count) tools.", data: .array(rows), count: tools.count, hints: page.hints(after: tools.count))
    }

    private static func get(_ call: ToolCall) async throws -> Hub.Answer {
        let (client, id) = try await tool(call)
        let tool = try await client.get(APIPath.tool(id))
        let data =
            call.isVerbose
            ? tool
            : .object(
                ShortForm.members(
                    ["id", "name", "tool_type", "description", "tags", "source_type", "source_code", "json_schema"],
                    of: tool))
        return Hub.Answer("Tool '\(tool["name"]?.string ?? id)'.", data: data)
    }

    private static func create(_ call: ToolCall) async throws -> Hub.Answer { try await store(.post, call) }

    private static func upsert(_ call: ToolCall) async throws -> Hub.Answer { try await store(.put, call) }

    private static func store(_ method: HTTP.Method, _ call: ToolCall) async throws -> Hub.Answer {
        let body = try ToolDefinition.body(call.arguments)
        let (tool, existed) = try await ToolDefinition.store(method, body, try await call.client())
        let name = tool["name"]?.string ?? ""
        return Hub.Answer(
            existed ? "Tool '\(name)' was there and is changed." : "Tool '\(name)' is created.",
            data: shown(tool, call))
    }

    private static func update(_ call: ToolCall) async throws -> Hub.Answer {
        _ = try call.arguments.required("tool_id")
        let (client, id) = try await tool(call)
        let body = try await ToolDefinition.changes(call.arguments, of: id, client)
        let tool = try await client.call(.patch, APIPath.tool(id), body: .object(body))
        return Hub.Answer("Tool '\(tool["name"]?.string ?? id)' is changed.", data: shown(tool, call))
    }

    private static func delete(_ call: ToolCall) async throws -> Hub.Answer {
        _ = try call.arguments.required("tool_id")
        let (client, id) = try await tool(call)
        try await client.call(.delete, APIPath.tool(id))
        return Hub.Answer("The tool is deleted.", data: ["id": .string(id)])
    }

    private static func attach(_ call: ToolCall) async throws -> Hub.Answer {
        let attachment = try await ToolAttachment(call)
        let references = try ToolAttachment.references(call.arguments)
        let agent = try await attachment.client.id(of: .agent, try call.arguments.required("agent_id"))
        let report = try await attachment.attach(references, to: agent)
        return Hub.Answer(
            "\(report.done) of \(references.count) tools are attached.", data: .array(report.rows), count: report.done)
    }

    private static func bulkAttach(_ call: ToolCall) async throws -> Hub.Answer {
        let attachment = try await ToolAttachment(call)
        let (_, tool) = try await tool(call)
        let report = try await attachment.attach(tool, toEach: try AgentSelection(call.arguments))
        return Hub.Answer(
            "\(report.done) of \(report.rows.count) agents have the tool now.", data: .array(report.rows),
            count: report.done)
    }

    private static func detach(_ call: ToolCall) async throws -> Hub.Answer {
        let (client, tool) = try await tool(call)
        let agent = try await client.id(of: .agent, try call.arguments.required("agent_id"))
        try await client.call(
            .patch, APIPath.agent(agent) + "/tools/detach/\(percentEncoded(tool))")
        return Hub.Answer("Detached.", data: ["agent_id": .string(agent), "tool_id": .string(tool)])
    }

    private static func runFromSource(_ call: ToolCall) async throws -> Hub.Answer {
        var body = JSONObject([
            ("source_code", .string(try call.arguments.required("source_code"))),
            ("args", call.arguments["args"] ?? .emptyObject),
        ])
        for name in ["env_vars", "name", "source_type", "json_schema", "args_json_schema"] {
            if let value = call.arguments[name] { body[name] = value }
        }
        let secrets = Secrets(call.arguments.object("env_vars"))
        let client = try await call.client()
        let reply = try await secrets.guarding { [body] in
            try await client.call(.post, "/v1/tools/run", body: .object(body))
        }
        return FunctionRun.answer(
            reply, of: "The source", verbose: call.isVerbose, hiding: secrets)
    }

    private static func addBaseTools(_ call: ToolCall) async throws -> Hub.Answer {
        let tools = try await call.client().call(.post, "/v1/tools/add-base-tools").array ?? []
        let names = tools.compactMap { $0["name"] }
        return Hub.Answer("The built-in tools are there.", data: .array(names), count: names.count)
    }

    /// The tool that a call names by its id or name.
    private static func tool(_ call: ToolCall) async throws -> (RoostClient, id: String) {
        let client = try await call.client()
        return (client, try await client.id(of: .tool, try call.arguments.required(anyOf: "tool_id", "name")))
    }

    private static func shown(_ tool: JSONValue, _ call: ToolCall) -> JSONValue {
        call.shown(tool) { .object(ShortForm.members(["id", "name"], of: $0)) }
    }
}
