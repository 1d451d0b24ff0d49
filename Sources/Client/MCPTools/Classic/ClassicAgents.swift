import HTTP
import MCP
import Platform
import Wire

/// `create_agent` … `bulk_delete_agents`.
enum ClassicAgents {
    static let all: [MCPTool] = [
        create, list, retrieve, get, summary, modify, delete, clone, export, importFile, bulkDelete,
    ]

    private static let agent: [Field] = [.required("message", .string()), .required("agent", .freeObject)]

    private static func answer(_ message: String, _ agent: JSONValue, hints: [String] = []) -> JSONValue {
        var object = JSONObject([("message", .string(message)), ("agent", agent)])
        object.add(hints: hints)
        return .object(object)
    }

    // MARK: One agent

    private static let create = MCPTool(
        "create_agent", title: "Create agent", "Creates an agent with its memory blocks.",
        input: [
            .required("name", .string()), .required("description", .string()),
            .optional("model", .string(), note: "provider/model"), .optional("embedding", .string()),
            .optional("memory_blocks", .array(.freeObject), note: "[{label, value, description?, limit?}]"),
            .optional("system", .string(), note: "System prompt"), .optional("tags", .array(.string())),
            .optional("tool_ids", .array(.string()), note: "Ids or names"), .verbose,
        ], output: agent + [.hints], .adding
    ) { call in
        let client = try await call.client()
        let made = try await AgentBody.create(try await AgentBody.new(call.arguments, client), client)
        let shown = call.shown(made.agent, AgentShape.summary, whole: AgentShape.whole)
        return answer("Made the agent.", shown, hints: made.hints)
    }

    private static let retrieve = MCPTool(
        "retrieve_agent", title: "Retrieve agent", "Shows one agent: settings, memory blocks, tools.",
        input: [.agent, .verbose], output: [.required("agent", .freeObject)], .readOnly
    ) { call in try await show(call, by: "agent_id") }

    private static let get = MCPTool(
        "get_agent", title: "Get agent", "Shows one agent by its name or id.",
        input: [.required("alias", .string(), note: "Name or id"), .verbose],
        output: [.required("agent", .freeObject)], .readOnly
    ) { call in try await show(call, by: "alias") }

    private static func show(_ call: ToolCall, by name: String) async throws -> JSONValue {
        let client = try await call.client()
        let found = try await client.get(APIPath.agent(call.agent(named: name)))
        return ["agent": call.shown(found, AgentShape.detail, whole: AgentShape.whole)]
    }

    private static let summary = MCPTool(
        "get_agent_summary", title: "Agent summary", "Shows one agent shortly.", input: [.agent],
        output: [.required("agent", .freeObject)], .readOnly
    ) { call in
        let client = try await call.client()
        let found = try await client.get(APIPath.agent(call.agent(named: "agent_id")))
        guard var shown = AgentShape.summary(found).object else { throw ToolError("The server showed no agent.") }
        shown["blocks"] = .array((found["blocks"]?.array ?? []).compactMap { $0["label"] })
        shown["tools"] = .array((found["tools"]?.array ?? []).compactMap { $0["name"] })
        return ["agent": .object(shown)]
    }

    private static let modify = MCPTool(
        "modify_agent", title: "Modify agent", "Changes an agent; what is not named stays.",
        input: [
            .agent,
            .optional("update_data", .freeObject, note: "name, description, system, model, tags, tool_ids, ..."),
            .optional("name", .string()), .optional("description", .string()), .optional("system", .string()),
            .optional("model", .string()), .optional("embedding", .string()), .optional("tags", .array(.string())),
            .optional("tool_ids", .array(.string())), .verbose,
        ], output: agent, .destructive
    ) { call in
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        let body = try await AgentBody.change(call.arguments, client)
        let changed = try await client.call(.patch, APIPath.agent(id), body: .object(body))
        let names = body.members.map(\.name).joined(separator: ", ")
        return answer(
            "Changed the agent's \(names).", call.shown(changed, AgentShape.summary, whole: AgentShape.whole))
    }

    private static let delete = MCPTool(
        "delete_agent", title: "Delete agent", "Deletes an agent; its blocks and archives stay.", input: [.agent],
        output: [.required("message", .string()), .required("agent_id", .string())], .destructive
    ) { call in
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        try await client.call(.delete, APIPath.agent(id))
        return ["message": "Deleted the agent. Its blocks and archives stay.", "agent_id": .string(id)]
    }

    private static let clone = MCPTool(
        "clone_agent", title: "Clone agent", "Copies an agent with its own copies of the memory blocks.",
        input: [
            .optional("source_agent_id", .string(), note: "Id or name"),
            .optional("agent_id", .string(), note: "The same"),
            .optional("new_agent_name", .string(), note: "Default: the name and _copy"),
            .optional("new_name", .string(), note: "The same"),
            .optional("override_existing_tools", .boolean, note: "No effect: copies share tools"),
            .optional("project_id", .string()), .verbose,
        ], output: agent, .adding
    ) { call in
        let client = try await call.client()
        let id = try await call.agent(named: "source_agent_id", "agent_id")
        let name = call.arguments.text("new_agent_name") ?? call.arguments.text("new_name")
        let copy = try await AgentCopy.clone(id, named: name, project: call.arguments.text("project_id"), client)
        return answer("Copied the agent.", call.shown(copy, AgentShape.summary, whole: AgentShape.whole))
    }

    // MARK: Files

    private static let export = MCPTool(
        "export_agent", title: "Export agent",
        "Gives an agent as an agent file (.af), without secrets: its content, or a file on this machine.",
        input: [
            .agent, .optional("output_path", .string(), note: "A .af or .json file in the working folder; stdio only"),
            .optional("return_base64", .boolean),
        ],
        output: [
            .required("agent_id", .string()), .required("bytes", .integer()), .optional("path", .string()),
            .optional("base64_data", .string()), .optional("export_data", .freeObject),
        ], .changing
    ) { call in .object(try await AgentTransfer.export(call, call.client())) }

    private static let importFile = MCPTool(
        "import_agent", title: "Import agent", "Makes agents from an agent file (.af).",
        input: [
            .optional("file_path", .string(), note: "In the working folder; stdio only"),
            .optional("backup_data", .any, note: "The file's content: object, JSON text or base64"),
            .optional("append_copy_suffix", .boolean, note: "Default true"),
            .optional("override_existing_tools", .boolean, note: "Default true"), .optional("project_id", .string()),
        ],
        output: [.required("message", .string()), .required("agent_ids", .array(.string()))], .changing
    ) { call in
        let ids = try await AgentTransfer.importFile(call, content: "backup_data", call.client())
        return [
            "message": .string("Made \(ids.count) agent\(ids.count == 1 ? "" : "s")."),
            "agent_ids": .array(ids.map { .string($0) }),
        ]
    }

    // MARK: Several agents

    private static let list = MCPTool(
        "list_agents", title: "List agents", "Lists agents, the newest first.",
        input: [
            .optional("filter", .string(), note: "Part of the name or description"),
            .optional("page", .integer(), note: "From 1"),
            .optional("pageSize", .integer(), note: "1 to 100; default 10"),
        ],
        output: [.required("agents", .array(.freeObject)), .required("pagination", .freeObject), .hints], .readOnly
    ) { call in
        let filter = AgentPage.filter(text: call.arguments.text("filter"), tags: [])
        let page = try await AgentPage(
            call.client(), filter, PageArguments(call.arguments, standard: 10, most: AgentPage.most))
        return [
            "agents": .array(page.agents.map(AgentShape.summary)), "pagination": page.pagination,
            "hints": .array(page.pageHints.map { .string($0) }),
        ]
    }

    private static let bulkDelete = MCPTool(
        "bulk_delete_agents", title: "Delete agents",
        "Deletes the agents that fit every filter given, 100 at most; their blocks and archives stay.",
        input: AgentSelection.fields,
        output: [
            .required("message", .string()), .required("deleted", .array(.freeObject)),
            .required("failed", .array(.freeObject)), .hints,
        ], .destructive
    ) { call in
        let deletion = try await AgentDeletion(
            try AgentSelection(call.arguments), call.client(), call.context)
        var result = JSONObject([("message", .string(deletion.message))])
        result.add(deletion.json)
        result.add(hints: deletion.hints)
        return .object(result)
    }
}
