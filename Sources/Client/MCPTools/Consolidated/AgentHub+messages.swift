import HTTP
import Platform

/// Messages to agents, and those that are stored.
extension AgentHub {
    // MARK: Sending

    @Sendable static func sendMessage(_ call: ToolCall) async throws -> Hub.Answer {
        try await send(call, streaming: call.arguments.flag("stream"))
    }

    @Sendable static func stream(_ call: ToolCall) async throws -> Hub.Answer { try await send(call, streaming: true) }

    private static func send(_ call: ToolCall, streaming: Bool) async throws -> Hub.Answer {
        let messages = try MessageSending.messages(call.arguments)
        let client = try await call.client()
        let id = try await call.agent()
        let reply = try await MessageSending.send(messages, to: id, streaming: streaming, client)
        return Hub.Answer(reply.summary, data: .object(reply.json(verbose: call.isVerbose)))
    }

    @Sendable static func asyncMessage(_ call: ToolCall) async throws -> Hub.Answer {
        let run = try await post("messages/async", ["messages": MessageSending.messages(call.arguments)], call)
        let shown = ShortForm.members(["id", "status", "agent_id", "conversation_id", "created_at"], of: run)
        return Hub.Answer(
            "The message was taken; the agent works on it.", data: call.isVerbose ? run : .object(shown),
            hints: ["search_messages finds the answer once the run is completed."])
    }

    @Sendable static func cancelMessage(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        let runs = try await client.call(.post, APIPath.agent(id) + "/messages/cancel", body: .emptyObject)
        return Hub.Answer("Asked for the end of the agent's work.", data: runs)
    }

    @Sendable static func previewPayload(_ call: ToolCall) async throws -> Hub.Answer {
        let body: JSONObject = ["messages": try MessageSending.messages(call.arguments)]
        return Hub.Answer(
            "What the model would be sent.", data: try await post("messages/preview-raw-payload", body, call))
    }

    @Sendable static func summarize(_ call: ToolCall) async throws -> Hub.Answer {
        compaction(try await post("summarize", JSONObject(), call))
    }

    private static func post(_ path: String, _ body: JSONObject, _ call: ToolCall) async throws -> JSONValue {
        let client = try await call.client()
        let id = try await call.agent()
        return try await client.call(.post, APIPath.agent(id) + "/\(path)", body: .object(body))
    }

    static func compaction(_ reply: JSONValue) -> Hub.Answer {
        let before = reply["num_messages_before"]?.int ?? 0
        let after = reply["num_messages_after"]?.int ?? 0
        return Hub.Answer("Summarized: \(before) messages became \(after).", data: reply)
    }

    // MARK: Stored messages

    @Sendable static func resetMessages(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await call.agent(named: "agent_id")
        try await client.call(.patch, APIPath.agent(id) + "/reset-messages", body: .emptyObject)
        return Hub.Answer("Emptied the agent's messages. Its memory stays.", data: ["id": .string(id)])
    }

    @Sendable static func searchMessages(_ call: ToolCall) async throws -> Hub.Answer {
        let range = try PageArguments(call.arguments, standard: 20, most: AgentPage.most)
        let client = try await call.client()
        var body = JSONObject()
        if let id = try await call.agentIfAny() { body["agent_id"] = .string(id) }
        for name in ["query", "conversation_id"] {
            if let text = call.arguments.text(name) { body[name] = .string(text) }
        }
        for member in call.arguments.object("search_filters")?.members ?? [] where member.value.string != "" {
            switch member.name {
            case "start_date", "end_date": body[member.name] = member.value
            case "role": body["roles"] = [member.value]
            default: throw ToolError("search_filters has start_date, end_date and role, not '\(member.name)'.")
            }
        }
        let found = try await MessageSearch.results(body, range, client)
        let shown = call.shown(found) { MessageShape.compact($0["message"] ?? .null) }
        return Hub.Answer(
            "Found \(counted(shown.count, "message")).", data: .array(shown), count: shown.count,
            hints: MessageSearch.hints(range))
    }

    @Sendable static func getMessage(_ call: ToolCall) async throws -> Hub.Answer {
        let id = percentEncoded(try call.arguments.required("message_id"))
        // One stored message may be shown as several: a thought, a call, what was said.
        let parts = try await call.client().get("/v1/messages/\(id)").array ?? []
        return Hub.Answer(
            "One message.", data: .array(call.shown(parts, MessageShape.compact)), count: parts.count)
    }
}
