import Domain
import Platform
import RoostTesting
import Storage
import Testing

@testable import Engine

/// An agent whose tools are called without a model.
struct ToolBench {
    let server: TestServer
    let agent: Agent
    var conversation: Conversation?
    var tools: BuiltInToolRun { server.engine.builtInTools }

    func run(_ name: String, _ arguments: JSONObject = [:]) async throws -> ToolOutcome {
        try await tools.run(call(name, arguments))
    }

    func call(_ name: String, _ arguments: JSONObject = [:]) -> ToolInvocation {
        ToolInvocation(
            name: name, arguments: arguments, agent: agent, conversation: conversation, caller: Caller())
    }

    /// The agent's blocks, in their order.
    func blocks() async throws -> [Block] {
        try await server.engine.agents.find(agent.id, parts: .blocks, by: Caller()).relations.blocks
    }

    func value(_ label: String) async throws -> String? {
        try await blocks().first { $0.label == label }?.value
    }

    func set(_ label: String, _ value: String) async throws {
        var patch = BlockPatch()
        patch.value = .value(value)
        _ = try await server.engine.coreMemory.update(label, of: agent.id, patch, by: Caller())
    }

    /// Stores a message at a time, as a run would.
    @discardableResult
    func say(
        _ role: Message.Role, _ text: String, at time: String = "2026-03-01T12:00:00Z", calls: JSONText? = nil
    ) async throws -> String {
        var message = Message(
            id: Identifier.new(.message), agentID: agent.id, role: role,
            createdAt: try #require(Timestamp(iso8601: time)))
        message.content = Message.textContent(text)
        message.toolCalls = calls
        let stored = message
        try await server.engine.write(by: Caller()) { try $0.messages.insert(stored, by: .default) }
        return stored.id
    }
}

/// Runs a test against an agent with these blocks.
func withTools(
    _ blocks: [NewBlock] = [
        NewBlock(label: "human", value: "Name: Ann\nCity: Oslo"), NewBlock(label: "persona", value: ""),
    ],
    timezone: String? = nil, embedders: Embedders = .none, sandbox: any CodeSandbox = NoSandbox(),
    web: any WebAccess = NoWeb(),
    _ body: (ToolBench) async throws -> Void
) async throws {
    try await withServer(embedders: embedders, sandbox: sandbox, web: web) { server in
        var new = NewAgent()
        new.name = "Mo"
        new.memoryBlocks = blocks
        new.timezone = timezone
        let agent = try await server.engine.agents.create(new, by: Caller()).agent
        try await body(ToolBench(server: server, agent: agent))
    }
}

extension NewBlock {
    static func readOnly(_ label: String, _ value: String) -> NewBlock {
        var block = NewBlock(label: label, value: value)
        block.isReadOnly = true
        return block
    }

    static func limited(_ label: String, _ value: String, _ limit: Int) -> NewBlock {
        var block = NewBlock(label: label, value: value)
        block.limit = limit
        return block
    }
}
