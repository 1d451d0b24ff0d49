import Domain
import Platform
import Testing

@testable import Engine

@Suite struct MemoryRenderingTests {
    private static let time = Timestamp(microseconds: 1_795_206_617_000_000)

    private func rendering(
        _ type: AgentType = .lettaV1, system: String = "Be kind.", blocks: [Block] = [], rules: JSONText? = nil
    ) -> MemoryRendering {
        var agent = Agent(
            id: "agent-1", name: "a", type: type, system: system, llmConfig: .emptyObject, createdAt: Self.time)
        agent.toolRules = rules
        return MemoryRendering(agent: agent, blocks: blocks, compiledAt: Self.time)
    }

    private static var block: Block {
        var block = Block(id: "block-1", label: "human", value: "Ann 👩‍👧", limit: 100, createdAt: time)
        block.isReadOnly = true
        return block
    }

    @Test func `a block shows its limits in characters and what may be done with it`() {
        let memory = rendering(blocks: [Self.block]).coreMemory
        #expect(memory.hasPrefix("<memory_blocks>\n") && memory.hasSuffix("\n\n</memory_blocks>"))
        #expect(
            memory.contains(
                """
                <human>
                <metadata>
                - read_only=true
                - chars_current=7
                - chars_limit=100
                </metadata>
                <value>
                Ann 👩‍👧
                </value>
                </human>
                """))
    }

    @Test func `memory takes the place of its marker, or follows the prompt`() {
        let after = rendering().systemMessage
        #expect(after.hasPrefix("Be kind.\n\n<memory_blocks>"))
        let inside = rendering(system: "A {CORE_MEMORY} B").systemMessage
        #expect(inside.hasPrefix("A <memory_blocks>") && inside.hasSuffix("</memory_metadata> B"))
    }

    @Test(arguments: [AgentType.react, .workflow]) func `types without memory show no blocks`(_ type: AgentType) {
        #expect(rendering(type, blocks: [Self.block]).coreMemory == "")
    }

    @Test func `only rules that restrict are told`() {
        #expect(rendering(rules: JSONText([["tool_name": "f", "type": "continue_loop"]])).toolUsageRules == "")
        let rules = JSONText([
            ["tool_name": "f", "type": "run_first"],
            ["tool_name": "g", "type": "constrain_child_tools", "children": ["h", "i"]],
        ])
        let text = rendering(rules: rules).toolUsageRules
        #expect(text.contains("Call f before any other tool."))
        #expect(text.contains("After using g, you must use one of these tools: h, i"))
    }

    @Test func `the time of compilation is found again in the text`() {
        let first = rendering()
        #expect(MemoryRendering.compiledText(in: first.systemMessage) == Self.time.modelText(in: .utc))
        var later = first
        later.compiledText = "then"
        #expect(MemoryRendering.compiledText(in: later.systemMessage) == "then")
        #expect(MemoryRendering.compiledText(in: "no such line") == nil)
    }

    @Test(arguments: [
        ("2026-11-20T00:05:09Z", "2026-11-20 12:05:09 AM UTC+0000"),
        ("2026-11-20T12:00:00Z", "2026-11-20 12:00:00 PM UTC+0000"),
        ("2026-01-02T23:59:59Z", "2026-01-02 11:59:59 PM UTC+0000"),
    ])
    func `a model reads times of twelve hours`(_ time: String, _ text: String) {
        #expect(Timestamp(iso8601: time)?.modelText(in: .utc) == text)
    }

    @Test func `another agent's address is replaced, the rest stays`() {
        let text = rendering().systemMessage
        let moved = MemoryRendering.readdressed(text, to: "agent-2")?.value.array?[0]["text"]?.string
        #expect(moved == text.split(separator: "agent-1").joined(separator: "agent-2"))
        #expect(MemoryRendering.readdressed("no address", to: "agent-2") == nil)
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-11-20 09:30:17 PM CET+0100"), ("Mars/Olympus", "2026-11-20 08:30:17 PM UTC+0000"),
        (nil, "2026-11-20 08:30:17 PM UTC+0000"),
    ])
    func `the time of compilation is in the agent's zone, UTC when that is unknown`(
        _ zone: String?, _ expected: String
    ) {
        var agent = Agent(
            id: "agent-1", name: "a", type: .lettaV1, system: "", llmConfig: .emptyObject, createdAt: Self.time)
        agent.timezone = zone
        let metadata = MemoryRendering(agent: agent, blocks: [], compiledAt: Self.time).metadata
        #expect(metadata.contains("- System prompt last recompiled: \(expected)\n"))
    }
}
