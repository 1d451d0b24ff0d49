import Domain
import Platform
import Storage

extension ReadTransaction {
    /// What a tool's code gets of its agent: the secrets, and the state where it asks for it. One hop.
    func codeSurroundings(
        of invocation: ToolInvocation, withState: Bool
    ) throws -> (secrets: [AgentSecret], state: JSONText?) {
        let agent = invocation.agent
        let secrets = try agents.secrets(of: [agent.id])[agent.id] ?? []
        guard withState else { return (secrets, nil) }
        var attached = try blocks.ofAgents([agent.id])[agent.id] ?? []
        if let ids = invocation.conversation?.isolatedBlockIDs, !ids.isEmpty {
            // A conversation's own copy stands in the place of the block that it was made of.
            let copies = try blocks.find(ids, organization: invocation.caller.organization)
            attached = attached.map { block in copies.first { $0.label == block.label } ?? block }
        }
        let tags = try agents.tags(of: [agent.id])[agent.id] ?? []
        return (secrets, JSONText(AgentSnapshot(agent: agent, blocks: attached, tags: tags).json))
    }
}

/// An agent as a tool's code is shown it (`agent_state`): the members of the contract's `AgentState` that say something
/// about it, without its secrets and, as in V1, without its tools and rules.
struct AgentSnapshot {
    let agent: Agent
    let blocks: [Block]
    let tags: [String]

    var json: JSONValue {
        let shown = JSONValue.array(blocks.map(Self.json))
        return .object(
            JSONObject([
                ("id", .string(agent.id)), ("name", .string(agent.name)), ("description", .text(agent.description)),
                ("agent_type", .string(agent.type.rawValue)), ("system", .string(agent.system)),
                ("metadata", agent.metadata?.value ?? .null), ("tags", .array(tags.map { .string($0) })),
                ("model", .text(agent.model)), ("embedding", .text(agent.embedding)),
                ("llm_config", agent.llmConfig.value), ("embedding_config", agent.embeddingConfig?.value ?? .null),
                ("memory", ["agent_type": .string(agent.type.rawValue), "blocks": shown, "file_blocks": []]),
                ("blocks", shown), ("tools", []), ("tool_rules", []), ("sources", []), ("secrets", []),
                ("message_ids", .array(agent.messageIDs.map { .string($0) })), ("project_id", .text(agent.projectID)),
                ("timezone", .text(agent.timezone)), ("created_at", .string(agent.createdAt.iso8601)),
                ("updated_at", .string(agent.updatedAt.iso8601)), ("created_by_id", .text(agent.createdBy)),
                ("last_updated_by_id", .text(agent.lastUpdatedBy)),
            ]))
    }

    private static func json(_ block: Block) -> JSONValue {
        .object(
            JSONObject([
                ("id", .string(block.id)), ("label", .string(block.label)), ("value", .string(block.value)),
                ("limit", .int(Int64(block.limit))), ("description", .text(block.description)),
                ("read_only", .bool(block.isReadOnly)), ("metadata", block.metadata?.value ?? .null),
                ("tags", .array(block.tags.map { .string($0) })),
            ]))
    }
}

extension JSONValue {
    fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
