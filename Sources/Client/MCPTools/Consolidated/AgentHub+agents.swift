import HTTP
import MCP
import Platform

/// Agents themselves.
extension AgentHub {
    @Sendable static func list(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try await AgentPage(
            call.client(), filter(call), PageArguments(call.arguments, standard: 20, most: AgentPage.most))
        let shown = call.shown(page.agents, AgentShape.summary, whole: AgentShape.whole)
        return Hub.Answer(
            "\(shown.count) of \(counted(page.total, "agent")).", data: .array(shown), count: page.total,
            hints: page.hints)
    }

    @Sendable static func search(_ call: ToolCall) async throws -> Hub.Answer {
        guard !filter(call).isEmpty else {
            throw ToolError("'query' or 'tags' is missing.", hints: ["The operation list shows all agents."])
        }
        return try await list(call)
    }

    @Sendable static func count(_ call: ToolCall) async throws -> Hub.Answer {
        let count = try await AgentPage.count(call.client(), filter(call))
        return Hub.Answer("There \(count == 1 ? "is" : "are") \(counted(count, "agent")).", count: count)
    }

    private static func filter(_ call: ToolCall) -> [(String, String)] {
        AgentPage.filter(text: call.arguments.text("query"), tags: call.arguments.texts("tags"))
    }

    @Sendable static func create(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let body = try await AgentBody.new(call.arguments, client)
        let made = try await AgentBody.create(body, client)
        return Hub.Answer("Made the agent.", data: changed(made.agent, call), hints: made.hints)
    }

    @Sendable static func get(_ call: ToolCall) async throws -> Hub.Answer {
        let agent = try await agent(call)
        return Hub.Answer("One agent.", data: call.shown(agent, AgentShape.detail, whole: AgentShape.whole))
    }

    @Sendable static func config(_ call: ToolCall) async throws -> Hub.Answer {
        Hub.Answer("How the agent works.", data: AgentShape.config(try await agent(call)))
    }

    @Sendable static func update(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        let body = try await AgentBody.change(call.arguments, client)
        let agent = try await client.call(.patch, APIPath.agent(id), body: .object(body))
        let names = body.members.map(\.name).joined(separator: ", ")
        return Hub.Answer("Changed the agent's \(names).", data: changed(agent, call))
    }

    @Sendable static func delete(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        try await client.call(.delete, APIPath.agent(id))
        return Hub.Answer("Deleted the agent. Its blocks and archives stay.", data: ["id": .string(id)])
    }

    @Sendable static func bulkDelete(_ call: ToolCall) async throws -> Hub.Answer {
        let selection = try AgentSelection(call.arguments)
        let deletion = try await AgentDeletion(selection, call.client(), call.context)
        return Hub.Answer(
            deletion.message, data: .object(deletion.json), count: deletion.deleted.count, hints: deletion.hints)
    }

    @Sendable static func clone(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        let copy = try await AgentCopy.clone(
            id, named: call.arguments.text("name"), project: call.arguments.text("project_id"), client)
        return Hub.Answer("Copied the agent.", data: changed(copy, call))
    }

    @Sendable static func export(_ call: ToolCall) async throws -> Hub.Answer {
        let result = try await AgentTransfer.export(call, call.client())
        let message = result["path"]?.string.map { "Wrote \($0)." } ?? "The agent as an agent file."
        return Hub.Answer(message, data: .object(result))
    }

    @Sendable static func importFile(_ call: ToolCall) async throws -> Hub.Answer {
        let ids = try await AgentTransfer.importFile(call, content: "export_data", call.client())
        return Hub.Answer(
            "Made \(counted(ids.count, "agent")).", data: ["agent_ids": .array(ids.map { .string($0) })],
            count: ids.count)
    }

    @Sendable static func listTools(_ call: ToolCall) async throws -> Hub.Answer {
        let range = try PageArguments(call.arguments, standard: 20, most: AgentPage.most)
        let client = try await call.client()
        let id = try await call.agent()
        let tools = try await client.list(APIPath.agent(id) + "/tools")
        let page = range.part(of: tools)
        return Hub.Answer(
            "\(page.count) of \(counted(tools.count, "tool")).",
            data: .array(call.shown(page, Summary.tool)), count: tools.count, hints: range.hints(of: tools.count))
    }

    @Sendable static func context(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await call.agent()
        let query = call.arguments.text("conversation_id").map { [("conversation_id", $0)] } ?? []
        let window = try await client.get(APIPath.agent(id) + "/context", query: query)
        let used = window["context_window_size_current"]?.int ?? 0
        let size = window["context_window_size_max"]?.int ?? 0
        // The numbers tell what fills the window; the texts are to be had elsewhere.
        let numbers = window.object?.members.filter { $0.value.int != nil }.map { ($0.name, $0.value) } ?? []
        return Hub.Answer(
            "About \(used) of \(size) tokens are used.", data: call.isVerbose ? window : .object(JSONObject(numbers)))
    }

    // MARK: Parts

    private static func agent(_ call: ToolCall) async throws -> JSONValue {
        let client = try await call.client()
        return try await client.get(APIPath.agent(call.agent()))
    }

    /// A short confirmation of what an agent is now.
    private static func changed(_ agent: JSONValue, _ call: ToolCall) -> JSONValue {
        call.shown(agent, AgentShape.summary, whole: AgentShape.whole)
    }
}
