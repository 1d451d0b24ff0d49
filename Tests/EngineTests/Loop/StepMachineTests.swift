import Domain
import Platform
import Testing

@testable import Engine

@Suite struct StepMachineTests {
    private static let talking = LoopStyle(actsByTools: false)
    private static let acting = LoopStyle(actsByTools: true)

    private func machine(
        _ style: LoopStyle, _ names: [String] = ["look", "note", "send_message"], rules: JSONValue = [],
        client: Set<String> = [], parallel: Bool = false, steps: Int = 10
    ) -> StepMachine {
        StepMachine(
            style: style, tools: .init(names: names, client: client, allowsParallel: parallel),
            rules: ToolRules(JSONText(rules)), maximumSteps: steps)
    }

    private func answer(_ text: String = "", _ calls: [(String, String)] = [], end: ChatAnswer.End = .finished)
        -> ChatAnswer
    {
        var answer = ChatAnswer()
        if !text.isEmpty { answer.add(.text(text)) }
        for (index, call) in calls.enumerated() {
            answer.add(.call(index: index, id: "c\(index)", name: call.0, arguments: call.1, signature: nil))
        }
        answer.add(.end(calls.isEmpty ? end : .toolCalls))
        return answer
    }

    private func result(
        _ name: String, _ text: String = "done", refused: Bool = false, failed: Bool = false, heartbeat: Bool = false
    ) -> StepMachine.Result {
        .init(name: name, returned: text, wasRefused: refused, failed: failed, wantsHeartbeat: heartbeat)
    }

    // MARK: Types that talk

    @Test func `an answer in text ends the turn`() {
        var machine = machine(Self.talking)
        #expect(machine.proceed() == .callModel(offered: machine.tools.names, choice: .automatic, heartbeat: nil))
        #expect(machine.plan(answer("hello")).next == .finish(.endTurn))
    }

    @Test func `an answer that is too long ends with that reason`() {
        var machine = machine(Self.talking)
        _ = machine.proceed()
        #expect(machine.plan(answer("hel", end: .tooLong)).next == .finish(.maxTokensExceeded))
    }

    @Test func `an empty answer is no answer, but after a tool it ends the turn`() {
        var machine = machine(Self.talking)
        _ = machine.proceed()
        #expect(machine.plan(answer()).next == .finish(.invalidLLMResponse))
        _ = machine.ran([result("look")])
        #expect(machine.plan(answer()).next == .finish(.endTurn))
    }

    @Test(arguments: [false, true])
    func `a call goes on, also when it failed`(failed: Bool) {
        var machine = machine(Self.talking)
        _ = machine.proceed()
        let plan = machine.plan(answer("", [("look", "{}")]))
        #expect(plan.next == nil)
        #expect(plan.calls.map(\.fate) == [.run])
        guard case .callModel = machine.ran([result("look", failed: failed)]) else {
            Issue.record("the turn ended")
            return
        }
    }

    @Test func `the last step ends the run`() {
        var machine = machine(Self.talking, steps: 2)
        _ = machine.proceed()
        _ = machine.ran([result("look")])
        #expect(machine.ran([result("look")]) == .finish(.maxSteps))
    }

    @Test func `a tool that ends the loop ends it`() {
        var machine = machine(Self.talking, rules: [["type": "exit_loop", "tool_name": "note"]])
        _ = machine.proceed()
        #expect(machine.ran([result("note")]) == .finish(.toolRule))
    }

    @Test func `several calls are cut to the first unless they may be parallel`() {
        let calls = [("look", "{}"), ("note", "{}")]
        var single = machine(Self.talking)
        #expect(single.plan(answer("", calls)).calls.map(\.call.name) == ["look"])
        var parallel = machine(Self.talking, parallel: true)
        #expect(parallel.plan(answer("", calls)).calls.map(\.call.name) == ["look", "note"])
        var ruled = machine(
            Self.talking, rules: [["type": "max_count_per_step", "tool_name": "look", "max_count_limit": 3]],
            parallel: true)
        #expect(ruled.plan(answer("", calls)).calls.count == 1)
        var approved = machine(
            Self.talking, rules: [["type": "requires_approval", "tool_name": "note"]], parallel: true)
        #expect(approved.plan(answer("", calls)).calls.map(\.fate) == [.run, .approval])
    }

    @Test func `calls of the client wait for it`() {
        var machine = machine(Self.talking, client: ["note"])
        #expect(machine.plan(answer("", [("note", "{}")])).calls.map(\.fate) == [.client])
    }

    @Test func `an unknown tool and broken arguments are refused with a text`() throws {
        var machine = machine(Self.talking)
        let unknown = try #require(machine.plan(answer("", [("lok", "{}")])).calls.first)
        #expect(unknown.fate == .refused("There is no tool named lok. Did you mean 'look'?"))
        let broken = try #require(machine.plan(answer("", [("look", "{\"a\": ")])).calls.first)
        #expect(
            broken.fate == .refused("The arguments of look are not a JSON object. Call it again with valid JSON."))
        let empty = try #require(machine.plan(answer("", [("look", "")])).calls.first)
        #expect(empty.fate == .run)
    }

    @Test func `a turn cannot end before the tool that it needs`() {
        var machine = machine(Self.talking, rules: [["type": "required_before_exit", "tool_name": "note"]], steps: 3)
        _ = machine.proceed()
        guard case .callModel(_, _, let heartbeat)? = machine.plan(answer("bye")).next else {
            Issue.record("the turn ended")
            return
        }
        #expect(heartbeat == "ToolRuleViolated: You must call note at least once to exit the loop.")
        _ = machine.ran([result("note")])
        #expect(machine.plan(answer("bye")).next == .finish(.endTurn))
    }

    // MARK: Types that act by tools

    @Test func `without a heartbeat the turn ends after a call`() {
        var machine = machine(Self.acting)
        #expect(machine.proceed() == .callModel(offered: machine.tools.names, choice: .required, heartbeat: nil))
        let plan = machine.plan(answer("I think", [("note", #"{"text": "x", "request_heartbeat": false}"#)]))
        #expect(plan.calls.first?.arguments == JSONObject([("text", "x")]))
        #expect(plan.calls.first?.wantsHeartbeat == false)
        #expect(machine.ran([result("note")]) == .finish(.endTurn))
    }

    @Test func `a heartbeat, a failure and a rule go on`() {
        let rules: JSONValue = [
            ["type": "continue_loop", "tool_name": "look"], ["type": "exit_loop", "tool_name": "send_message"],
        ]
        for (result, reason) in [
            (result("note", heartbeat: true), "Function called using request_heartbeat=true, returning control"),
            (result("note", failed: true), "Function call failed, returning control"),
            (result("look"), "Continuing: continue tool rule."),
            (result("note", refused: true), "Continuing: the call was not carried out."),
        ] {
            var machine = machine(Self.acting, rules: rules)
            guard case .callModel(_, _, let heartbeat) = machine.ran([result]) else {
                Issue.record("the turn ended: \(reason)")
                continue
            }
            #expect(heartbeat == reason)
        }
        var machine = machine(Self.acting, rules: rules)
        #expect(machine.ran([self.result("send_message")]) == .finish(.endTurn))
        #expect(machine.ran([self.result("send_message", heartbeat: true)]) == .finish(.toolRule))
    }

    @Test func `text without a call ends the turn`() {
        var machine = machine(Self.acting)
        _ = machine.proceed()
        #expect(machine.plan(answer("just text")).next == .finish(.endTurn))
    }
}
