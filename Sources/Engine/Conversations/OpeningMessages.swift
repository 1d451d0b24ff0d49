import Domain
import Platform
import Storage

/// The messages that an agent starts with: its system message, then what its creator gave or its type brings.
extension WriteTransaction {
    /// Stores them and returns their ids, which are the agent's first context.
    func insertOpening(of agent: Agent, _ given: [NewAgent.InitialMessage]?) throws -> [String] {
        let rendering = try reading.rendering(of: agent, compiledAt: now)
        var opening = [message(of: agent, .system, rendering.systemMessage)]
        if let given {
            opening += given.map { item in
                var message = Message(id: Identifier.new(.message), agentID: agent.id, role: item.role, createdAt: now)
                message.content = item.content
                message.otid = item.otid
                message.name = item.name
                return message
            }
        } else if agent.type == .memgpt || agent.type == .memgptV2 || agent.type == .splitThread {
            opening += greeting(of: agent)
        }
        for message in opening { try messages.insert(message, by: actor) }
        return opening.map(\.id)
    }

    private func message(of agent: Agent, _ role: Message.Role, _ text: String) -> Message {
        var message = Message(id: Identifier.new(.message), agentID: agent.id, role: role, createdAt: now)
        message.content = Message.textContent(text)
        if role == .assistant { message.model = agent.model }
        return message
    }

    /// A first call of `send_message`, its result and a login event: an example of how these types speak.
    private func greeting(of agent: Agent) -> [Message] {
        let callID = Identifier.uuid()
        var call = message(
            of: agent, .assistant, "I am awake. I say hello with send_message, the only way to be heard.")
        call.toolCalls = JSONText([
            [
                "id": .string(callID), "type": "function",
                "function": [
                    "name": "send_message",
                    "arguments": "{\"message\": \"Hello! I remember what matters from now on.\"}",
                ],
            ]
        ])
        let result = JSONValue.object(
            JSONObject([("status", "OK"), ("message", nil), ("time", .string(now.modelText(in: agent.zone)))])
        ).text
        var toolReturn = message(of: agent, .tool, result)
        toolReturn.toolCallID = callID
        toolReturn.name = "send_message"
        let login = JSONValue.object(
            JSONObject([
                ("type", "login"), ("last_login", "Never (first login)"),
                ("time", .string(now.modelText(in: agent.zone))),
            ])
        ).text
        return [call, toolReturn, message(of: agent, .user, login)]
    }
}
