import Domain
import Platform
import Testing

@testable import Engine

@Suite struct CompactionPlanTests {
    private func message(_ role: Message.Role, _ bytes: Int = 40, step: String? = nil, calls: Bool = false) -> Message {
        var message = Message(
            id: Identifier.new(.message), agentID: "agent", role: role, createdAt: Timestamp(microseconds: 0))
        message.content = Message.textContent(String(repeating: "x", count: bytes))
        message.stepID = step
        if calls { message.toolCalls = JSONText([ChatToolCall(id: "c", name: "look", arguments: "{}").stored]) }
        return message
    }

    private var talk: [Message] { (0..<10).flatMap { _ in [message(.user), message(.assistant)] } }

    private func settings(_ value: JSONValue) -> CompactionSettings { CompactionSettings(JSONText(value)) }

    @Test func `a share of the messages goes, up to an answer`() throws {
        let plan = try #require(CompactionPlan(talk, settings(["sliding_window_percentage": 0.3]), window: 100_000))
        #expect(plan.evicted.count == 7)
        #expect(plan.kept.first?.role == .assistant)
    }

    @Test func `more goes until the rest is short enough`() throws {
        let long = (0..<10).flatMap { _ in [message(.user, 4_000), message(.assistant, 4_000)] }
        let plan = try #require(CompactionPlan(long, settings(["sliding_window_percentage": 0.3]), window: 10_000))
        #expect(plan.kept.reduce(0) { $0 + $1.estimatedTokens } <= 7_000)
        #expect(plan.kept.first?.role == .assistant)
    }

    @Test func `everything goes when asked for, or when nothing else helps`() throws {
        #expect(CompactionPlan(talk, settings(["mode": "all"]), window: 100_000)?.kept.isEmpty == true)
        let long = [message(.assistant, 100_000), message(.user)]
        #expect(CompactionPlan(long, settings([:]), window: 1_000)?.kept.map(\.role) == [.user])
        // What was said last stays: there is nothing else to answer.
        #expect(CompactionPlan([message(.user, 100_000)], settings([:]), window: 1_000) == nil)
        #expect(CompactionPlan([], settings([:]), window: 1_000) == nil)
    }

    @Test func `calls that wait stay with their turn`() throws {
        let waiting = [
            message(.user), message(.assistant, step: "s", calls: true), message(.tool, step: "s"),
            message(.approval, step: "s", calls: true),
        ]
        let plan = try #require(CompactionPlan(talk + waiting, settings(["mode": "all"]), window: 100_000))
        #expect(plan.kept.map(\.role) == [.user, .assistant, .tool, .approval])
        #expect(CompactionPlan([waiting[3]], settings(["mode": "all"]), window: 100_000) == nil)
    }
}
