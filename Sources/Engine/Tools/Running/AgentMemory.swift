import Domain
import Platform
import Storage

/// The blocks of the agent that calls a tool, inside the transaction that changes them: each is read anew there, so that no
/// edit of a shared block is lost.
struct AgentMemory {
    let transaction: WriteTransaction
    let call: ToolInvocation

    /// In the order of attachment; a conversation's own copy stands in the place of the block that it was made of.
    func blocks() throws -> [Block] {
        let attached = try transaction.blocks.ofAgent(call.agent.id)
        let copies = try self.copies()
        if copies.isEmpty { return attached }
        let labels = Set(attached.map(\.label))
        return attached.map { block in copies.first { $0.label == block.label } ?? block }
            + copies.filter { !labels.contains($0.label) }
    }

    private func copies() throws -> [Block] {
        guard let conversation = call.conversation, !conversation.isolatedBlockIDs.isEmpty else { return [] }
        return try transaction.blocks.find(
            conversation.isolatedBlockIDs, organization: call.caller.organization)
    }

    func block(_ label: String) throws -> Block {
        let blocks = try blocks()
        guard let block = blocks.first(where: { $0.label == label }) ?? blocks.first(where: { $0.id == label }) else {
            throw Self.noBlock(label, among: blocks)
        }
        return block
    }

    static func noBlock(_ label: String, among blocks: [Block]) -> ToolFailure {
        let labels = blocks.map(\.label).joined(separator: ", ")
        return ToolFailure("'Block field \(label) does not exist (available sections = \(labels))'", .key)
    }

    /// A block that the agent may change.
    func editable(_ label: String) throws -> Block {
        let block = try block(label)
        guard !block.isReadOnly else { throw ToolFailure("Error This block is read-only and cannot be edited.") }
        return block
    }

    /// A block that the agent may take away or rename: not a copy, which would uncover the block that it was made of.
    func removable(_ label: String) throws -> Block {
        let block = try editable(label)
        guard call.conversation?.isolatedBlockIDs.contains(block.id) != true else {
            throw ToolFailure(
                "The memory block '\(label)' is this conversation's own copy: it can be edited here, but neither removed "
                    + "nor renamed.")
        }
        return block
    }

    // MARK: Changes

    /// - Returns: the block as it is stored.
    @discardableResult
    func write(_ value: String, to block: Block) throws -> Block {
        let value = value.withoutNUL
        try Self.check(size: Block.size(of: value), of: block)
        var patch = BlockPatch()
        patch.value = .value(value)
        return try update(block, patch)
    }

    func update(_ block: Block, _ patch: BlockPatch) throws -> Block {
        var patch = patch
        patch.provenance = call.provenance
        return try transaction.update(block, patch)
    }

    /// A value may stay over a limit that it had outgrown before, but not grow (decisions, REST 5).
    static func check(size: Int, of block: Block) throws {
        if size > Block.size(of: block.value) { try check(size: size, limit: block.limit) }
    }

    private static func check(size: Int, limit: Int) throws {
        guard size > limit else { return }
        throw ToolFailure(
            "Edit failed: Exceeds \(limit) character limit (requested \(size)). Nothing was changed. Say it in fewer words, "
                + "or take out of the block what is not needed any more.")
    }

    /// Makes a block and attaches it to the agent.
    func create(_ label: String, _ value: String, description: String?, engine: Engine) throws -> Block {
        try requireFree(label)
        let limit = engine.settings.defaultBlockLimit
        try Self.check(size: Block.size(of: value.withoutNUL), limit: limit)
        var new = NewBlock(label: label, value: value)
        new.description = description
        new.provenance = call.provenance
        let block = try transaction.insert(try engine.blocks.draft(new, projectID: call.agent.projectID))
        try transaction.blocks.attach(block, toAgent: call.agent.id, organization: call.caller.organization)
        try transaction.recordChange(
            .block, .attached, id: block.id, agentID: call.agent.id, label: label, projectID: block.projectID)
        return block
    }

    /// Takes a block out of the agent's memory; others that share it keep it.
    func detach(_ block: Block) throws {
        if try transaction.blocks.detach(block.id, fromAgent: call.agent.id) {
            try transaction.recordChange(
                .block, .detached, id: block.id, agentID: call.agent.id, label: block.label,
                projectID: block.projectID)
        }
    }

    func rename(_ block: Block, to label: String, description: String? = nil) throws {
        if label != block.label { try requireFree(label) }
        var patch = BlockPatch()
        patch.label = .value(label)
        if let description { patch.description = .value(description) }
        _ = try update(block, patch)
    }

    /// The prompt shows a label as a tag, so it is one line, and not endless.
    private func requireFree(_ label: String) throws {
        guard !label.isEmpty, label.unicodeScalars.count <= 100,
            label.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "<" && $0 != ">" })
        else { throw ToolFailure("A label has 1 to 100 characters, on one line, without < and >.") }
        guard try !blocks().contains(where: { $0.label == label }) else {
            throw ToolFailure("The memory block '\(label)' exists already. Edit it, or use another label.")
        }
    }
}
