import Domain
import Platform
import Testing

@testable import Engine

@Suite struct MessageEditTests {
    private func message(_ role: Message.Role, _ content: JSONText?, calls: JSONText? = nil) -> Message {
        var message = Message(
            id: "message-1", agentID: "agent-1", role: role, createdAt: Timestamp(microseconds: 0))
        message.content = content
        message.toolCalls = calls
        return message
    }

    @Test func `what a user said is replaced`() throws {
        let edited = try MessageEdit.content(.user, Message.textContent("new")).applied(
            to: message(.user, Message.textContent("old")))
        #expect(edited.plainText == "new")
    }

    @Test func `an assistant's reasoning stays beside new words`() throws {
        let content = JSONText([["type": "reasoning", "reasoning": "why"], ["type": "text", "text": "old"]])
        let edited = try MessageEdit.content(.assistant, Message.textContent("new")).applied(
            to: message(.assistant, content))
        #expect(
            edited.content?.value == [["type": "reasoning", "reasoning": "why"], ["type": "text", "text": "new"]])
        let thought = try MessageEdit.reasoning("because").applied(to: message(.assistant, content))
        #expect(thought.content?.value.array?[0]["reasoning"] == "because")
        #expect(thought.plainText == "old")
    }

    @Test func `words spoken by a tool are changed in its arguments, and only there`() throws {
        let calls = JSONText([
            [
                "id": "c", "type": "function",
                "function": ["name": "send_message", "arguments": "{\"message\":\"old\",\"request_heartbeat\":false}"],
            ]
        ])
        let edited = try MessageEdit.content(.assistant, Message.textContent("new")).applied(
            to: message(.assistant, Message.textContent("thought"), calls: calls))
        let arguments = edited.toolCalls?.value.array?[0]["function"]?["arguments"]?.string
        #expect(arguments == "{\"message\":\"new\",\"request_heartbeat\":false}")
        #expect(edited.plainText == "thought")
    }

    @Test func `an edit in the words of another role is refused`() {
        let said = message(.user, Message.textContent("old"))
        #expect(throws: Refusal.self) {
            try MessageEdit.content(.assistant, Message.textContent("new")).applied(to: said)
        }
        #expect(throws: Refusal.self) { try MessageEdit.reasoning("new").applied(to: said) }
        #expect(throws: Refusal.self) { try MessageEdit.reasoning("new").applied(to: message(.assistant, nil)) }
    }
}
