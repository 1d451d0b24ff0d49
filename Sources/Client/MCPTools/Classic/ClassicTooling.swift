import HTTP
import Platform
import Wire

/// The tools of agents, one verb a tool.
enum ClassicTooling {
    static let all = [listTools, listAgentTools, attachTool, detachTool, uploadTool, bulkAttach]

    private static let rows = Schema.array(.freeObject)

    private static let listTools = MCPTool(
        "list_tools", title: "List tools", "Tools on the server, newest first; filter is a part of the name.",
        input: [.optional("filter", .string())] + PageArguments.numbered,
        output: [.required("count", .integer()), .required("total", .integer()), .required("tools", rows)], .readOnly
    ) { call in
        let client = try await call.client()
        let page = try PageArguments(call.arguments, most: 1000)
        let filter = call.arguments.text("filter").map { [("search", $0)] } ?? []
        let tools = try await client.get("/v1/tools/", query: page.query + filter).array ?? []
        let total = try await client.get("/v1/tools/count", query: filter).int ?? tools.count
        return [
            "count": .int(Int64(tools.count)), "total": .int(Int64(total)), "tools": .array(tools.map(Summary.tool)),
        ]
    }

    private static let listAgentTools = MCPTool(
        "list_agent_tools", title: "List an agent's tools", "Tools that an agent has.",
        input: [.agent],
        output: [.required("agent_id", .string()), .required("count", .integer()), .required("tools", rows)], .readOnly
    ) { call in
        let client = try await call.client()
        let agent = try await client.id(of: .agent, try call.arguments.required("agent_id"))
        let tools = try await client.list(APIPath.agent(agent) + "/tools")
        return [
            "agent_id": .string(agent), "count": .int(Int64(tools.count)), "tools": .array(tools.map(Summary.tool)),
        ]
    }

    private static let attachTool = MCPTool(
        "attach_tool", title: "Attach tools", "Gives an agent tools, by ids or names, and says what came of each.",
        input: [
            .agent, .optional("tool_id", .string()),
            .optional("tool_ids", .array(.string())), .optional("tool_names", .array(.string())),
        ],
        output: [
            .required("agent_id", .string()), .required("attached", .integer()), .required("failed", .integer()),
            .required("tools", rows),
        ], .idempotent
    ) { call in
        let attachment = try await ToolAttachment(call)
        let references = try ToolAttachment.references(call.arguments)
        let agent = try await attachment.client.id(of: .agent, try call.arguments.required("agent_id"))
        let report = try await attachment.attach(references, to: agent)
        return [
            "agent_id": .string(agent), "attached": .int(Int64(report.done)),
            "failed": .int(Int64(report.failures.count)), "tools": .array(report.rows),
        ]
    }

    private static let detachTool = MCPTool(
        "detach_tool", title: "Detach a tool", "Takes a tool from an agent. The tool itself stays.",
        input: [
            .required("tool_id", .string(), note: "Id or name"), .agent,
        ],
        output: [.required("agent_id", .string()), .required("tool_id", .string())], .idempotent
    ) { call in
        let client = try await call.client()
        let tool = try await client.id(of: .tool, try call.arguments.required("tool_id"))
        let agent = try await client.id(of: .agent, try call.arguments.required("agent_id"))
        try await client.call(.patch, APIPath.agent(agent) + "/tools/detach/\(percentEncoded(tool))")
        return ["agent_id": .string(agent), "tool_id": .string(tool)]
    }

    private static let uploadTool = MCPTool(
        "upload_tool", title: "Upload a tool",
        "Stores a tool, replacing the one of that name, and gives it to an agent when one is named.",
        input: [
            .required("name", .string()), .required("description", .string()), .required("source_code", .string()),
            .optional("category", .string(), note: "Becomes a tag"),
            .optionalAgent,
            .optional("json_schema", .freeObject, note: "{name, description, parameters}"),
            .optional("args_json_schema", .freeObject, note: "parameters alone"),
        ],
        output: [
            .required("id", .string()), .required("name", .string()), .required("replaced", .boolean),
            .optional("attached_to", .string()),
        ], .destructive
    ) { call in
        let client = try await call.client()
        var body = try ToolDefinition.body(call.arguments)
        if let category = call.arguments.text("category") { body["tags"] = [.string(category)] }
        // Before anything is stored: an agent that is not there is a mistake in the call.
        var agent: String?
        if let reference = call.arguments.text("agent_id") { agent = try await client.id(of: .agent, reference) }
        let (tool, existed) = try await ToolDefinition.store(.post, body, client)
        guard let id = tool["id"]?.string else { throw ToolError("The server answered without the tool's id.") }
        var result = JSONObject([
            ("id", .string(id)), ("name", tool["name"] ?? ""), ("replaced", .bool(existed)),
        ])
        if let agent {
            _ = try await ToolAttachment(call).attach([id], to: agent)
            result["attached_to"] = .string(agent)
        }
        return .object(result)
    }

    private static let bulkAttach = MCPTool(
        "bulk_attach_tool_to_agents", title: "Attach a tool to many agents",
        "Gives a tool to every agent that meets all conditions given, and says what came of each.",
        input: [.required("tool_id", .string(), note: "Id or name")] + AgentSelection.fields,
        output: [
            .required("tool_id", .string()), .required("attached", .integer()), .required("failed", .integer()),
            .required("agents", rows),
        ], .idempotent
    ) { call in
        let attachment = try await ToolAttachment(call)
        let tool = try await attachment.client.id(of: .tool, try call.arguments.required("tool_id"))
        let report = try await attachment.attach(tool, toEach: try AgentSelection(call.arguments))
        return [
            "tool_id": .string(tool), "attached": .int(Int64(report.done)),
            "failed": .int(Int64(report.failures.count)), "agents": .array(report.rows),
        ]
    }
}
