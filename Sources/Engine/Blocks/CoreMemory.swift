package import Domain
import Platform
import Storage

/// Use cases of the blocks attached to one agent: its core memory.
package struct CoreMemory: Sendable {
    let engine: Engine

    package func list(_ agentID: String, _ page: PageRequest, by caller: Caller) async throws -> [Block] {
        try await engine.read { transaction in
            try transaction.requireAgent(agentID, organization: caller.organization)
            try transaction.checkBlockCursors(page, organization: caller.organization)
            return try transaction.blocks.ofAgent(agentID).page(page)
        }
    }

    /// All blocks and the agent they belong to.
    package func retrieve(_ agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.agents.find(agentID, parts: .blocks, by: caller)
    }

    /// - Parameter labelOrID: a block's label within this agent, or its id (decisions, REST 4).
    package func find(_ labelOrID: String, of agentID: String, by caller: Caller) async throws -> Block {
        try await engine.read { try $0.block(labelOrID, ofAgent: agentID, organization: caller.organization) }
    }

    package func update(
        _ labelOrID: String, of agentID: String, _ patch: BlockPatch, by caller: Caller
    ) async throws -> Block {
        try await engine.write(by: caller, counting: "block_update") { transaction in
            let block = try transaction.reading.block(labelOrID, ofAgent: agentID, organization: caller.organization)
            return try transaction.update(block, patch)
        }
    }

    /// Changes several blocks, all or none.
    package func update(
        _ agentID: String, _ patches: [(label: String, patch: BlockPatch)], by caller: Caller
    ) async throws -> AgentView {
        try await engine.write(by: caller, counting: "block_update") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            for (label, patch) in patches {
                let block = try transaction.reading.block(label, ofAgent: agentID, organization: caller.organization)
                _ = try transaction.update(block, patch)
            }
            return try transaction.reading.view(agent, .blocks)
        }
    }

    package func attach(_ reference: String, to agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "block_attach") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let block = try transaction.reading.block(reference, organization: caller.organization)
            if try transaction.blocks.ofAgent(agentID, labelOrID: block.id) == nil {
                try transaction.requireFreeLabel(block.label, on: agentID)
                try transaction.blocks.attach(block, toAgent: agentID, organization: caller.organization)
                try transaction.recordChange(
                    .block, .attached, id: block.id, agentID: agentID, label: block.label, projectID: block.projectID)
            }
            return try transaction.reading.view(agent, .all)
        }
    }

    package func detach(_ reference: String, from agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "block_detach") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let block = try transaction.reading.block(reference, ofAgent: agentID, organization: caller.organization)
            if try transaction.blocks.detach(block.id, fromAgent: agentID) {
                try transaction.recordChange(
                    .block, .detached, id: block.id, agentID: agentID, label: block.label, projectID: block.projectID)
            }
            return try transaction.reading.view(agent, .all)
        }
    }
}

extension Engine {
    package var coreMemory: CoreMemory { CoreMemory(engine: self) }
}

extension ReadTransaction {
    func block(_ labelOrID: String, ofAgent agentID: String, organization: String) throws -> Block {
        if let block = try blocks.ofAgent(agentID, labelOrID: labelOrID) { return block }
        try requireAgent(agentID, organization: organization)
        throw Refusal.notFound("No block with label '\(labelOrID)' found for agent '\(agentID)'")
    }
}

extension WriteTransaction {
    /// Two blocks of one label in one agent would be ambiguous; V1 answers 409.
    func requireFreeLabel(_ label: String, on agentID: String) throws {
        guard let taken = try blocks.ofAgent(agentID, labelOrID: label), taken.label == label else { return }
        throw Refusal.conflict(
            "The agent has a block with the label '\(label)' already (\(taken.id)). Detach that one or use another label."
        )
    }
}

extension [Block] {
    /// A page of a list that is short and wholly in memory, by time of creation; among equals the one attached first.
    fileprivate func page(_ page: PageRequest) -> [Block] {
        let sorted = enumerated().sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }
        var items = page.ascending ? sorted.map(\.element) : sorted.reversed().map(\.element)
        if let before = page.before, let index = items.firstIndex(where: { $0.id == before }) {
            items = Array(items[..<index])
        }
        if let after = page.after, let index = items.firstIndex(where: { $0.id == after }) {
            items = Array(items[(index + 1)...])
        }
        // What stands just before a cursor is counted from the cursor.
        if page.before != nil, page.after == nil { return items.dropLast(page.offset).suffix(page.limit) }
        return Array(items.dropFirst(page.offset).prefix(page.limit))
    }
}
