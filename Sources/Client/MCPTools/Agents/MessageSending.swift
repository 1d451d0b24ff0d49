import HTTP
import Platform

/// Messages to agents: what is sent, and over which route.
enum MessageSending {
    /// `messages`, or `message` as one of the user's. Throws `ToolError` when there is nothing to send.
    static func messages(_ arguments: ToolArguments) throws -> JSONValue {
        var messages = arguments["messages"]?.array ?? []
        if messages.isEmpty, let text = arguments.text("message") { messages = [["content": .string(text)]] }
        guard !messages.isEmpty else {
            throw ToolError("There is nothing to send.", hints: ["Give messages: [{role: user, content: ...}]."])
        }
        return .array(
            try messages.map { message in
                guard var object = message.object else { throw ToolError("A message is {role, content}.") }
                // Approvals and returns of tools have no role.
                if object["role"] == nil, object["type"] == nil { object["role"] = "user" }
                return .object(object)
            })
    }

    /// Sends to an agent's own thread and waits for the answer.
    static func send(
        _ messages: JSONValue, to agent: String, streaming: Bool, _ client: RoostClient
    ) async throws -> RunReply {
        let path = APIPath.agent(agent) + "/messages" + (streaming ? "/stream" : "")
        return try await reply(to: ["messages": messages], path, client)
    }

    /// - Parameter agent: whose thread `default` is.
    static func send(
        _ messages: JSONValue, conversation: String, of agent: String?, streaming: Bool, _ client: RoostClient
    ) async throws -> RunReply {
        // This route streams unless it is told not to.
        var body = JSONObject([("messages", messages), ("streaming", .bool(streaming))])
        if let agent { body["agent_id"] = .string(agent) }
        return try await reply(to: body, "/v1/conversations/\(percentEncoded(conversation))/messages", client)
    }

    private static func reply(to body: JSONObject, _ path: String, _ client: RoostClient) async throws -> RunReply {
        let bytes = try await client.send(
            .post, path, body: Array(JSONValue.object(body).text.utf8), type: "application/json")
        return try RunReply(bytes)
    }
}
