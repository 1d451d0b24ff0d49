import HTTP
import MCP
import Platform
import Wire

/// `prompt_agent` and `get_agent_messages`.
enum ClassicMessages {
    static let all: [MCPTool] = [prompt, messages]

    private static let prompt = MCPTool(
        "prompt_agent", title: "Prompt agent", "Sends a message to an agent and gives its answer.",
        input: [
            .agent, .required("message", .string()), .optional("stream", .boolean),
            .verbose,
        ],
        output: [
            .required("message", .string()), .required("reply", .string()),
            .optional("tool_calls", .array(.freeObject)),
            .optional("waits_for_approval", .array(.freeObject)), .optional("stop_reason", .string()),
            .optional("usage", .freeObject), .optional("run_id", .string()),
            .optional("messages", .array(.freeObject)),
        ], .changing
    ) { call in
        let messages = try MessageSending.messages(call.arguments)
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        let reply = try await MessageSending.send(
            messages, to: id, streaming: call.arguments.flag("stream"), client)
        var result = JSONObject([("message", .string(reply.summary))])
        result.add(reply.json(verbose: call.isVerbose))
        return .object(result)
    }

    private static let messages = MCPTool(
        "get_agent_messages", title: "Agent messages", "Lists an agent's messages, the newest first.",
        input: [
            .agent, .optional("limit", .integer(), note: "1 to 100; default 10"),
            .optional("before", .string(), note: "Id of a message: older ones only"),
            .verbose,
        ],
        output: [.required("messages", .array(.freeObject)), .optional("before", .string(), note: "For older ones")],
        .readOnly
    ) { call in
        let range = try PageArguments(call.arguments, standard: 10, most: AgentPage.most)
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        var query = [("limit", String(range.limit)), ("order", "desc")]
        // What is older comes after it in a list that begins with the newest.
        if let before = call.arguments.text("before") { query.append(("after", before)) }
        let found = try await client.get(APIPath.agent(id) + "/messages", query: query).array ?? []
        let shown = call.shown(found, MessageShape.compact)
        var result = JSONObject([("messages", .array(shown))])
        if let last = found.last?["id"] { result["before"] = last }
        return .object(result)
    }
}
