import Domain
import Platform
import Testing

@testable import API

@Suite struct MessageMappingTests {
    private let id = "message-7e8fb663-167c-4d47-8777-0b48e4f57d87"

    private func message(_ role: Message.Role, _ content: JSONValue? = nil) -> Message {
        var message = Message(
            id: id, agentID: "agent-0", role: role, createdAt: Timestamp(iso8601: "2026-11-20T20:30:17.9Z")!)
        message.content = content.map { JSONText($0) }
        return message
    }

    private func shown(
        _ message: Message, _ type: AgentType = .lettaV1, _ presentation: MessagePresentation = .init()
    ) -> [JSONValue] {
        presentation.messages(of: message, agentType: type).map { shown in
            var json = JSONWriter()
            shown.write(to: &json)
            return (try? JSONValue(parsing: json.bytes)) ?? .null
        }
    }

    private static func call(_ name: String, _ arguments: String) -> JSONValue {
        ["id": "call_1", "type": "function", "function": ["name": .string(name), "arguments": .string(arguments)]]
    }

    @Test func `the common members stand on every message`() {
        let shown = shown(message(.system, [["type": "text", "text": "prompt"]]))
        #expect(shown.count == 1)
        #expect(
            shown.first == [
                "id": .string(id), "date": "2026-11-20T20:30:17+00:00", "name": nil, "message_type": "system_message",
                "otid": "7e8fb663-167c-4d47-8777-0b48e4f57d80", "sender_id": nil, "step_id": nil, "is_err": nil,
                "seq_id": nil, "run_id": nil, "content": "prompt",
            ])
    }

    @Test func `the low seven bits of the otid are the place in the turn`() {
        #expect(MessagePresentation.otid("message-7e8fb663-167c-4d47-8777-0b48e4f57d07", 0).hasSuffix("57d00"))
        #expect(MessagePresentation.otid("message-7e8fb663-167c-4d47-8777-0b48e4f57dff", 2).hasSuffix("57d82"))
    }

    @Test func `what a client sent as otid is kept for its message`() {
        var sent = message(.user, [["type": "text", "text": "hello"]])
        sent.otid = "mine"
        #expect(shown(sent).first?["otid"] == "mine")
    }

    @Test func `envelopes are unwrapped, events are not`() {
        let envelope = #"{"type": "user_message", "message": "hello", "time": "now"}"#
        #expect(shown(message(.user, [["type": "text", "text": .string(envelope)]])).first?["content"] == "hello")
        let login = #"{"type": "login", "last_login": "Never"}"#
        #expect(shown(message(.user, [["type": "text", "text": .string(login)]])).first?["content"] == .string(login))
        #expect(shown(message(.user, [["type": "text", "text": "{not json"]])).first?["content"] == "{not json")
    }

    @Test func `an image keeps its parts`() {
        let parts: JSONValue = [
            ["type": "text", "text": "see"], ["type": "image", "source": ["type": "url", "url": "u"]],
        ]
        #expect(shown(message(.user, parts)).first?["content"] == parts)
    }

    @Test func `reasoning, words and calls of one turn share the id and count up`() {
        var turn = message(
            .assistant,
            [
                ["type": "reasoning", "reasoning": "hm", "is_native": true, "signature": "sig"],
                ["type": "redacted_reasoning", "data": "x"], ["type": "text", "text": "Let me look."],
            ])
        turn.toolCalls = JSONText([Self.call("roll", "{}"), Self.call("flip", "{}")])
        let shown = shown(turn)
        #expect(
            shown.compactMap { $0["message_type"]?.string } == [
                "reasoning_message", "hidden_reasoning_message", "assistant_message", "tool_call_message",
            ])
        #expect(Set(shown.compactMap { $0["id"]?.string }) == [id])
        #expect(shown.compactMap { $0["otid"]?.string?.suffix(2) } == ["80", "81", "82", "83"])
        #expect(shown[0]["source"] == "reasoner_model" && shown[0]["signature"] == "sig")
        #expect(shown[3]["tool_calls"]?.array?.count == 2)
        #expect(shown[3]["tool_call"] == ["name": "roll", "arguments": "{}", "tool_call_id": "call_1"])
    }

    @Test func `older types think in text and speak by send_message`() {
        var turn = message(.assistant, [["type": "text", "text": "greet them"]])
        turn.toolCalls = JSONText([Self.call("send_message", #"{"message": "Hello!"}"#)])
        let spoken = shown(turn, .memgpt)
        #expect(spoken.compactMap { $0["message_type"]?.string } == ["reasoning_message", "assistant_message"])
        #expect(spoken[0]["source"] == "non_reasoner_model" && spoken[1]["content"] == "Hello!")
        var plain = MessagePresentation()
        plain.usesAssistantMessage = false
        #expect(shown(turn, .memgpt, plain).last?["message_type"] == "tool_call_message")
        var other = MessagePresentation()
        other.messageTool = "speak"
        #expect(shown(turn, .memgpt, other).last?["message_type"] == "tool_call_message")
    }

    @Test func `the return of send_message is hidden only where its call is`() {
        var turn = message(.tool, [["type": "text", "text": #"{"status": "OK", "message": null, "time": "t"}"#]])
        turn.name = "send_message"
        turn.toolCallID = "call_1"
        #expect(shown(turn, .memgpt).isEmpty)
        var plain = MessagePresentation()
        plain.usesAssistantMessage = false
        #expect(shown(turn, .memgpt, plain).first?["tool_return"] == "None")
    }

    @Test func `tool returns are unwrapped, with their failure`() {
        var turn = message(.tool, [["type": "text", "text": "unused"]])
        turn.toolReturns = JSONText([
            [
                "tool_call_id": "call_1", "status": "error", "stdout": ["a"], "stderr": nil,
                "func_response": #"{"status": "Failed", "message": "no", "time": "t"}"#,
            ],
            ["tool_call_id": "call_2", "status": "success", "func_response": "plain"],
        ])
        let first = shown(turn).first
        #expect(first?["tool_return"] == "no" && first?["status"] == "error" && first?["tool_call_id"] == "call_1")
        #expect(first?["stdout"] == ["a"] && first?["tool_returns"]?.array?.count == 2)
        #expect(first?["tool_returns"]?.array?.last?["tool_return"] == "plain")
    }

    @Test func `an approval is asked for under the message's whole id and answered with the reason`() {
        var request = message(.approval, [["type": "text", "text": "May I?"]])
        request.toolCalls = JSONText([Self.call("delete", "{}")])
        let asked = shown(request)
        #expect(asked.compactMap { $0["message_type"]?.string } == ["assistant_message", "approval_request_message"])
        #expect(asked.last?["otid"] == .string(id))
        var answer = message(.approval)
        answer.approvals = JSONText([["type": "approval", "tool_call_id": "call_1", "approve": false, "reason": "no"]])
        let answered = shown(answer).first
        #expect(answered?["message_type"] == "approval_response_message")
        #expect(answered?["approve"] == false && answered?["reason"] == "no")
        #expect(answered?["approval_request_id"] == "call_1")
    }

    @Test func `only the wanted types are shown`() {
        var turn = message(.assistant, [["type": "reasoning", "reasoning": "hm"], ["type": "text", "text": "a"]])
        turn.toolCalls = nil
        var presentation = MessagePresentation()
        presentation.types = ["assistant_message"]
        let shown = shown(turn, .lettaV1, presentation)
        #expect(shown.compactMap { $0["message_type"]?.string } == ["assistant_message"])
        #expect(shown.first?["otid"]?.string?.hasSuffix("81") == true)
    }
}
