import Domain
import Platform
import Testing

@testable import Engine

/// What a model is shown of stored messages.
@Suite struct ModelTurnsTests {
    private func message(_ role: Message.Role, _ text: String? = nil, step: String? = nil) -> Message {
        var message = Message(
            id: Identifier.new(.message), agentID: "agent", role: role, createdAt: Timestamp(microseconds: 0))
        message.content = text.map(Message.textContent)
        message.stepID = step
        return message
    }

    private func calling(_ ids: [String], _ role: Message.Role = .assistant, step: String? = nil) -> Message {
        var message = message(role, step: step)
        message.toolCalls = JSONText(
            .array(ids.map { ChatToolCall(id: $0, name: "look", arguments: "{}").stored }))
        return message
    }

    private func returning(_ results: [(String, String)]) -> Message {
        var message = message(.tool)
        message.toolReturns = JSONText(
            .array(
                results.map { id, text in
                    ["tool_call_id": .string(id), "status": "success", "func_response": .string(text)]
                }))
        return message
    }

    private func turns(_ messages: [Message]) -> [ChatTurn] { ModelTurns(messages).complete }

    private func results(_ turn: ChatTurn?) -> [String] {
        if case .tools(let results)? = turn { results.map { "\($0.callID)=\($0.text)" } } else { [] }
    }

    @Test func `calls are followed by their results`() {
        let turns = turns([message(.user, "hi"), calling(["1", "2"]), returning([("1", "a"), ("2", "b")])])
        #expect(turns.count == 3)
        #expect(turns.first == .user("hi"))
        #expect(results(turns.last) == ["1=a", "2=b"])
    }

    @Test func `a call without a result gets one`() {
        let turns = turns([calling(["1", "2"]), returning([("2", "b")]), message(.user, "next")])
        #expect(turns.count == 3)
        #expect(results(turns[1]) == ["2=b", "1=" + ModelTurns.interrupted])
        #expect(turns.last == .user("next"))
    }

    @Test func `a result without a call is left out`() {
        #expect(turns([message(.user, "hi"), returning([("9", "x")])]) == [.user("hi")])
    }

    @Test func `calls of one answer that were stored apart are one turn`() {
        let turns = turns([
            calling(["1"], step: "s"), returning([("1", "a")]), calling(["2"], .approval, step: "s"),
            message(.approval), returning([("2", "b")]),
        ])
        #expect(turns.count == 2)
        guard case .assistant(_, let calls)? = turns.first else {
            Issue.record("no call")
            return
        }
        #expect(calls.map(\.id) == ["1", "2"])
        #expect(results(turns.last) == ["1=a", "2=b"])
    }

    @Test func `an envelope of older types is opened`() {
        var old = message(.tool, #"{"status": "Failed", "message": "no", "time": "now"}"#)
        old.toolCallID = "1"
        let turns = turns([calling(["1"]), old])
        #expect(results(turns.last) == ["1=no"])
    }

    @Test func `what is added one by one is what is made at once`() {
        let messages = [
            message(.user, "hi"), calling(["1"]), returning([("1", "a")]), message(.assistant, "done"),
            message(.system, "alert"), message(.summary, "before"),
        ]
        var grown = ModelTurns([])
        for (index, message) in messages.enumerated() {
            grown.add(message)
            #expect(grown.complete == turns(Array(messages[...index])))
        }
    }

    @Test func `images and thoughts are kept`() {
        var picture = message(.user)
        picture.content = JSONText([
            ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "AA=="]],
            ["type": "text", "text": "what is it"],
        ])
        var thought = message(.assistant)
        thought.content = JSONText([
            ["type": "reasoning", "reasoning": "hm", "signature": "sig"], ["type": "redacted_reasoning", "data": "x"],
            ["type": "text", "text": "a cat"],
        ])
        #expect(
            turns([picture, thought]) == [
                .user([.image(.inline(mediaType: "image/png", data: "AA==")), .text("what is it")]),
                .assistant(
                    [.reasoning("hm", signature: "sig"), .redactedReasoning("x"), .text("a cat")], calls: []),
            ])
    }
}
