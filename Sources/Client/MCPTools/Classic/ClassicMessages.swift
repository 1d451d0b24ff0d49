import HTTP
import MCP
import Platform
import Wire

/// `prompt_agent` and `get_agent_messages`.
enum ClassicMessages {
    static let all: [MCPTool] = [prompt, messages]

    private static let agentID = Field.required("agent_id", .string(), note: "Id or name")

    private static let prompt = MCPTool(
        "prompt_agent", title: "Prompt agent", "Sends a message to an agent and gives its answer.",
        input: [
            agentID, .required("message", .string()), .optional("stream", .boolean),
            .optional("verbose", .boolean, note: "Every message of the run"),
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
        for member in reply.json(verbose: call.arguments.flag("verbose")).object?.members ?? [] {
            result[member.name] = member.value
        }
        return .object(result)
    }

    private static let messages = MCPTool(
        "get_agent_messages", title: "Agent messages", "Lists an agent's messages, the newest first.",
        input: [
            agentID, .optional("limit", .integer(), note: "1 to 100; default 10"),
            .optional("before", .string(), note: "Id of a message: older ones only"),
            .optional("verbose", .boolean, note: "Uncut"),
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
        let found = try await client.get("/v1/agents/\(id)/messages", query: query).array ?? []
        let shown = call.arguments.flag("verbose") ? found : found.map(MessageShape.compact)
        var result = JSONObject([("messages", .array(shown))])
        if let last = found.last?["id"] { result["before"] = last }
        return .object(result)
    }
}
