import Domain
import Platform

/// An agent's tool rules (wire notes, section 11), and what they allow in the course of one request.
struct ToolRules: Sendable {
    private struct Rule: Sendable {
        let type: String
        let tool: String
        let value: JSONValue

        init?(_ value: JSONValue) {
            guard let type = value["type"]?.string, let tool = value["tool_name"]?.string else { return nil }
            self.type = type
            self.tool = tool
            self.value = value
        }

        var children: [String] { value["children"]?.strings ?? [] }
    }

    private let rules: [Rule]
    /// Names of the tools called so far, in order.
    private(set) var called: [String] = []
    private var lastReturn: String?

    init(_ rules: JSONText?) {
        self.rules = (rules?.value.array ?? []).compactMap(Rule.init)
    }

    /// Whether anything but approval is ruled: several calls in one answer could then not be judged one by one.
    var restrictsOrder: Bool { rules.contains { $0.type != "requires_approval" } }

    // MARK: What may be called next

    /// Of these tools those that may be called now, in their order.
    func allowed(among names: [String]) -> [String] {
        let first = firstTools(among: names)
        if !first.isEmpty { return first }
        var allowed = names
        for rule in rules {
            if let only = children(of: rule) {
                allowed = allowed.filter(only.contains)
            } else if rule.type == "parent_last_tool", called.last != rule.tool {
                allowed = allowed.filter { !rule.children.contains($0) }
            } else if rule.type == "max_count_per_step", let limit = rule.value["max_count_limit"]?.int,
                called.filter({ $0 == rule.tool }).count >= limit
            {
                allowed = allowed.filter { $0 != rule.tool }
            }
        }
        return allowed
    }

    /// Whether some tool has to be called now, whatever the model thinks of it.
    func forcesCall(among names: [String]) -> Bool {
        !firstTools(among: names).isEmpty || rules.contains { children(of: $0) != nil }
    }

    /// Why a tool may not be called now; nil when it may.
    func violation(of name: String, among names: [String]) -> String? {
        let allowed = allowed(among: names)
        if allowed.contains(name) { return nil }
        let list = allowed.map { "'\($0)'" }.joined(separator: ", ")
        let reason = reason(against: name, among: names).map { " " + $0 } ?? ""
        return "[ToolConstraintError] Cannot call \(name), valid tools include: [\(list)].\(reason)"
    }

    /// Arguments that the rules fill in for a call that is made now; they win over the model's.
    func givenArguments(for name: String, among names: [String]) -> JSONObject? {
        if !firstTools(among: names).isEmpty {
            return rules.first { $0.type == "run_first" && $0.tool == name }?.value["args"]?.object
        }
        let nodes = rules.first { $0.type == "constrain_child_tools" && $0.tool == called.last }?
            .value["child_arg_nodes"]?.array
        return nodes?.first { $0["name"]?.string == name }?["args"]?.object
    }

    private func firstTools(among names: [String]) -> [String] {
        guard called.isEmpty else { return [] }
        return rules.filter { $0.type == "run_first" && names.contains($0.tool) }.map(\.tool)
    }

    /// The only tools that a rule lets follow the last call; nil when it says nothing now.
    private func children(of rule: Rule) -> [String]? {
        guard called.last == rule.tool else { return nil }
        switch rule.type {
        case "constrain_child_tools": return rule.children
        case "conditional":
            let chosen = rule.value["child_output_mapping"]?.object?.members
                .first { Self.matches($0.name, lastReturn ?? "") }?.value.string
            if let chosen { return [chosen] }
            if rule.value["require_output_mapping"]?.bool == true { return [] }
            return rule.value["default_child"]?.string.map { [$0] }
        default: return nil
        }
    }

    /// Whether what a tool returned is the output that a rule names: numbers and booleans by value, else as text.
    private static func matches(_ named: String, _ returned: String) -> Bool {
        if named == returned { return true }
        if let left = Double(named), let right = Double(returned) { return left == right }
        let words = ["true", "false"]
        let (left, right) = (named.lowercased(), returned.lowercased())
        return words.contains(left) && left == right
    }

    private func reason(against name: String, among names: [String]) -> String? {
        if !firstTools(among: names).isEmpty { return "These come before any other tool." }
        for rule in rules {
            if let only = children(of: rule), !only.contains(name) {
                return "They are what may follow \(rule.tool)."
            }
            if rule.type == "parent_last_tool", called.last != rule.tool, rule.children.contains(name) {
                return "\(name) can only be called right after \(rule.tool)."
            }
            if rule.type == "max_count_per_step", rule.tool == name {
                return "\(name) was called as often as it may be in one request."
            }
        }
        return nil
    }

    // MARK: What a call means for the turn

    func ends(_ name: String) -> Bool { has("exit_loop", name) }
    func continues(_ name: String) -> Bool { has("continue_loop", name) }
    func hasChildren(_ name: String) -> Bool { has("constrain_child_tools", name) || has("conditional", name) }
    func needsApproval(_ name: String) -> Bool { has("requires_approval", name) }

    /// Tools that must be called before the turn may end, and were not.
    func missing(among names: [String]) -> [String] {
        rules.filter { $0.type == "required_before_exit" && names.contains($0.tool) && !called.contains($0.tool) }
            .map(\.tool)
    }

    private func has(_ type: String, _ name: String) -> Bool {
        rules.contains { $0.type == type && $0.tool == name }
    }

    /// Takes note of a call that was carried out.
    /// - Parameter returned: what the tool gave, without an envelope.
    mutating func record(_ name: String, returned: String) {
        called.append(name)
        lastReturn = returned
    }
}
