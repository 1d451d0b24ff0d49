import HTTP
import Platform

/// Conversations: threads of an agent with messages of their own.
extension AgentHub {
    @Sendable static func listConversations(_ call: ToolCall) async throws -> Hub.Answer {
        let range = try PageArguments(call.arguments, standard: 20, most: AgentPage.most)
        let client = try await call.client()
        var query = range.query
        if let id = try await call.agentIfAny() { query.append(("agent_id", id)) }
        let found = try await client.get("/v1/conversations/", query: query).array ?? []
        return Hub.Answer(
            counted(found.count, "conversation") + ".",
            data: .array(call.shown(found, conversation)), count: found.count,
            hints: range.hints(after: found.count))
    }

    @Sendable static func getConversation(_ call: ToolCall) async throws -> Hub.Answer {
        let found = try await call.client().get(path(call))
        return Hub.Answer("One conversation.", data: call.shown(found, conversation))
    }

    @Sendable static func sendConversationMessage(_ call: ToolCall) async throws -> Hub.Answer {
        let messages = try MessageSending.messages(call.arguments)
        let conversation = try call.arguments.required("conversation_id")
        let client = try await call.client()
        let agent = try await thread(call, client)
        let reply = try await MessageSending.send(
            messages, conversation: conversation, of: agent, streaming: call.arguments.flag("stream"), client)
        return Hub.Answer(reply.summary, data: .object(reply.json(verbose: call.isVerbose)))
    }

    @Sendable static func cancelConversation(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let query = try await thread(call, client).map { [("agent_id", $0)] } ?? []
        let runs = try await client.call(.post, path(call) + "/cancel", query: query)
        return Hub.Answer("Asked for the end of the work on the conversation.", data: runs)
    }

    @Sendable static func compactConversation(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let body = try await thread(call, client).map { JSONObject([("agent_id", .string($0))]) }
        return compaction(
            try await client.call(.post, path(call) + "/compact", body: .object(body ?? JSONObject())))
    }

    // MARK: Parts

    private static func path(_ call: ToolCall) throws -> String {
        "/v1/conversations/" + percentEncoded(try call.arguments.required("conversation_id"))
    }

    /// Whose own thread `default` is; nil for a conversation with an id, which knows its agent.
    private static func thread(_ call: ToolCall, _ client: RoostClient) async throws -> String? {
        call.arguments.text("conversation_id") == "default" ? try await call.agent() : nil
    }

    private static func conversation(_ conversation: JSONValue) -> JSONValue {
        var shown = ShortForm.members(
            ["id", "agent_id", "summary", "model", "created_at", "last_message_at"], of: conversation)
        if let count = conversation["in_context_message_ids"]?.array?.count {
            shown["messages_in_context"] = .int(Int64(count))
        }
        return .object(shown)
    }
}
