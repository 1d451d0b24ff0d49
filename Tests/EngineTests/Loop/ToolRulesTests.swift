import Platform
import Testing

@testable import Engine

@Suite struct ToolRulesTests {
    private let names = ["a", "b", "c"]

    private func rules(_ rules: JSONValue, called: [(String, String)] = []) -> ToolRules {
        var rules = ToolRules(JSONText(rules))
        for (name, returned) in called { rules.record(name, returned: returned) }
        return rules
    }

    @Test func `no rules allow everything`() {
        let rules = rules([])
        #expect(rules.allowed(among: names) == names)
        #expect(!rules.forcesCall(among: names))
        #expect(!rules.restrictsOrder)
    }

    @Test func `what runs first runs first, and only then`() {
        let first: JSONValue = [["type": "run_first", "tool_name": "b", "args": ["x": 1]]]
        #expect(rules(first).allowed(among: names) == ["b"])
        #expect(rules(first).forcesCall(among: names))
        #expect(rules(first).givenArguments(for: "b", among: names) == JSONObject([("x", 1)]))
        #expect(rules(first, called: [("b", "")]).allowed(among: names) == names)
        #expect(rules(first).allowed(among: ["a"]) == ["a"])
    }

    @Test func `children follow their parent`() {
        let child: JSONValue = [
            [
                "type": "constrain_child_tools", "tool_name": "a", "children": ["c"],
                "child_arg_nodes": [["name": "c", "args": ["y": true]]],
            ]
        ]
        #expect(rules(child).allowed(among: names) == names)
        let after = rules(child, called: [("a", "")])
        #expect(after.allowed(among: names) == ["c"])
        #expect(after.forcesCall(among: names))
        #expect(after.givenArguments(for: "c", among: names) == JSONObject([("y", true)]))
        #expect(
            after.violation(of: "b", among: names)
                == "[ToolConstraintError] Cannot call b, valid tools include: ['c']. They are what may follow a.")
        #expect(rules(child, called: [("a", ""), ("c", "")]).allowed(among: names) == names)
    }

    @Test func `a child of a parent comes only right after it`() {
        let parent: JSONValue = [["type": "parent_last_tool", "tool_name": "a", "children": ["b"]]]
        #expect(rules(parent).allowed(among: names) == ["a", "c"])
        #expect(rules(parent, called: [("a", "")]).allowed(among: names) == names)
        #expect(!rules(parent, called: [("a", "")]).forcesCall(among: names))
    }

    @Test(arguments: [
        ("true", ["b"]), ("True", ["b"]), ("3", ["c"]), ("3.0", ["c"]), ("other", ["a"]),
    ])
    func `the output decides what follows`(output: String, follows: [String]) {
        let conditional: JSONValue = [
            [
                "type": "conditional", "tool_name": "a", "child_output_mapping": ["true": "b", "3": "c"],
                "default_child": "a",
            ]
        ]
        #expect(rules(conditional, called: [("a", output)]).allowed(among: names) == follows)
    }

    @Test func `an output that has to be mapped and is not allows nothing`() {
        let strict: JSONValue = [
            [
                "type": "conditional", "tool_name": "a", "child_output_mapping": ["x": "b"],
                "require_output_mapping": true,
            ]
        ]
        #expect(rules(strict, called: [("a", "y")]).allowed(among: names).isEmpty)
    }

    @Test func `a tool is allowed as often as its rule says`() {
        let count: JSONValue = [["type": "max_count_per_step", "tool_name": "a", "max_count_limit": 2]]
        #expect(rules(count, called: [("a", "")]).allowed(among: names) == names)
        let used = rules(count, called: [("a", ""), ("b", ""), ("a", "")])
        #expect(used.allowed(among: names) == ["b", "c"])
        #expect(
            used.violation(of: "a", among: names)?.hasSuffix("called as often as it may be in one request.") == true)
    }

    @Test func `rules of a tool that is not attached require nothing`() {
        let required: JSONValue = [["type": "required_before_exit", "tool_name": "z"]]
        #expect(rules(required).missing(among: names).isEmpty)
    }
}
