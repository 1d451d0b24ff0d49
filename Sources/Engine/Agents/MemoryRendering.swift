import Domain
import Platform

/// Renders what an agent remembers into its system message (wire notes, section 9: the layout is exact).
struct MemoryRendering: Sendable {
    let agent: Agent
    let blocks: [Block]
    /// Messages in recall memory that are not in context.
    var earlierMessages = 0
    var archivalPassages = 0
    var archivalTags: [String] = []
    var conversationID = "default"
    let compiledAt: Timestamp
    /// The time to name instead, as an earlier system message wrote it.
    var compiledText: String?
    /// Anthropic's models edit better by line numbers; the older types of agent do without.
    private let numbersLines: Bool

    init(agent: Agent, blocks: [Block], compiledAt: Timestamp) {
        self.agent = agent
        self.blocks = blocks
        self.compiledAt = compiledAt
        numbersLines =
            [.lettaV1, .memgptV2, .sleeptime].contains(agent.type)
            && agent.llmConfig.value["model_endpoint_type"] == "anthropic"
    }

    /// The agent's prompt with the memory in the place of `{CORE_MEMORY}`, or after it.
    var systemMessage: String {
        let memory = [coreMemory, toolUsageRules, metadata].filter { !$0.isEmpty }.joined(separator: "\n\n")
        guard let place = memoryPlace else { return agent.system + "\n\n" + memory }
        return agent.system[..<place.lowerBound] + memory + agent.system[place.upperBound...]
    }

    /// Looked for by bytes: a prompt is long, and telling its characters apart took longer than all the rest.
    private var memoryPlace: Range<String.Index>? {
        let marker = "{CORE_MEMORY}".utf8
        var rest = agent.system.utf8[...]
        while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
            rest = rest[brace...]
            if rest.starts(with: marker) { return brace..<rest.index(brace, offsetBy: marker.count) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Empty for the types that show no blocks.
    var coreMemory: String {
        if agent.type == .react || agent.type == .workflow { return "" }
        var text = "<memory_blocks>\nThe following memory blocks are currently engaged in your core memory unit:\n\n"
        text += blocks.map(render).joined(separator: "\n\n")
        return text + "\n\n</memory_blocks>"
    }

    private func render(_ block: Block) -> String {
        var lines = ["<\(block.label)>"]
        if let description = block.description, !description.isEmpty {
            lines += ["<description>", description, "</description>"]
        }
        lines.append("<metadata>")
        if block.isReadOnly { lines.append("- read_only=true") }
        lines += ["- chars_current=\(Block.size(of: block.value))", "- chars_limit=\(block.limit)", "</metadata>"]
        if numbersLines { lines += ["<warning>", Self.numberWarning, "</warning>"] }
        lines += ["<value>", numbersLines ? Self.numbered(block.value) : block.value, "</value>", "</\(block.label)>"]
        return lines.joined(separator: "\n")
    }

    static let numberWarning =
        "# NOTE: Line numbers shown below (with arrows like '1→') are to help during editing. Do NOT include line number "
        + "prefixes in your memory edit tool calls."

    private static func numbered(_ value: String) -> String {
        value.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { "\($0.offset + 1)→ \($0.element)" }.joined(separator: "\n")
    }

    /// What the tool rules mean for the model; empty without rules that restrict anything.
    var toolUsageRules: String {
        let rules = (agent.toolRules?.value.array ?? []).compactMap(ruleText)
        if rules.isEmpty { return "" }
        let body = rules.map { "<tool_rule>\n\($0)\n</tool_rule>" }.joined(separator: "\n")
        return "<tool_usage_rules>\nThese rules say which tools you may call, and when. "
            + "A call that breaks one is not carried out.\n\n\(body)\n</tool_usage_rules>"
    }

    private func ruleText(_ rule: JSONValue) -> String? {
        guard let name = rule["tool_name"]?.string else { return nil }
        let children = (rule["children"]?.strings ?? []).joined(separator: ", ")
        switch rule["type"]?.string {
        case "run_first": return "Call \(name) before any other tool."
        case "constrain_child_tools": return "After using \(name), you must use one of these tools: \(children)"
        case "parent_last_tool": return "\(children) can only be used right after \(name)"
        case "exit_loop": return "Using \(name) ends your turn."
        case "max_count_per_step":
            let limit = rule["max_count_limit"]?.int.map(String.init) ?? "a limited number of"
            return "\(name) may be used at most \(limit) times in one response."
        case "required_before_exit": return "Call \(name) at least once before you end your turn."
        case "conditional": return "What \(name) returns decides which tool comes next."
        case "requires_approval": return "\(name) runs only after the user approves the call."
        default: return nil
        }
    }

    private static let compiledLabel = "- System prompt last recompiled: "

    /// The time that a system message says it was compiled at.
    static func compiledText(in message: String) -> String? {
        let lines = message.split(separator: "\n").reversed()
        guard let line = lines.first(where: { $0.hasPrefix(compiledLabel) }) else { return nil }
        return String(line.dropFirst(compiledLabel.count))
    }

    /// Counts and tags of what is remembered outside the context.
    var metadata: String {
        var lines = [
            "<memory_metadata>", "- AGENT_ID: \(agent.id)", "- CONVERSATION_ID: \(conversationID)",
            Self.compiledLabel + (compiledText ?? compiledAt.modelText(in: agent.zone)),
        ]
        if earlierMessages > 0 {
            lines.append(
                "- \(earlierMessages) previous messages between you and the user are stored in recall memory")
        }
        if archivalPassages > 0 {
            lines.append(
                "- \(archivalPassages) total memories you created are stored in archival memory (use tools to access them)"
            )
        }
        if !archivalTags.isEmpty {
            lines.append("- Available archival memory tags: \(archivalTags.joined(separator: ", "))")
        }
        lines.append("</memory_metadata>")
        return lines.joined(separator: "\n")
    }
}

extension Agent {
    /// The zone of the times that the agent's model reads, and of those that it names without one. UTC when the agent names
    /// none, or one that this machine does not know.
    var zone: TimeZone { timezone.flatMap(TimeZone.named) ?? .utc }
}

extension Engine {
    /// One warning for zones that the machine does not know, naming the first: names are the clients', without end.
    func noteUnknownZone(_ name: String?) {
        guard let name, TimeZone.named(name) == nil, notices.isFirst("timezone") else { return }
        log.warning(
            "unknown_timezone", ("timezone", .string(String(name.prefix(100)))),
            ("detail", "stored; times are shown in UTC. Use an IANA name such as Europe/Oslo, and install tzdata."))
    }
}
