package import Domain
import Platform
import Storage

/// Use cases of blocks.
package struct Blocks: Sendable {
    let engine: Engine

    package func create(_ new: NewBlock, by caller: Caller) async throws -> Block {
        let draft = try draft(new, projectID: caller.projectID)
        return try await engine.write(by: caller, counting: "block_create") { transaction in
            try transaction.insert(draft)
        }
    }

    /// A checked block that is not stored yet; the transaction that inserts it stamps time and author.
    /// - Parameter keepsLongValue: for an import, whose values may be over their limit; they may shrink later but not
    ///   grow (decisions, REST 5).
    func draft(_ new: NewBlock, projectID: String?, keepsLongValue: Bool = false) throws -> Block {
        let limit = new.limit ?? engine.settings.defaultBlockLimit
        let value = new.value.withoutNUL
        if !keepsLongValue { try Block.check(value, limit: limit) }
        var block = Block(
            id: Identifier.new(.block), label: new.label, value: value, limit: limit,
            description: new.description ?? Block.defaultDescription(forLabel: new.label), createdAt: .now)
        block.isReadOnly = new.isReadOnly
        block.isTemplate = new.isTemplate
        block.templateName = new.templateName
        block.projectID = new.projectID ?? projectID
        block.templateID = new.templateID
        block.baseTemplateID = new.baseTemplateID
        block.deploymentID = new.deploymentID
        block.entityID = new.entityID
        block.preserveOnMigration = new.preserveOnMigration
        block.isHidden = new.isHidden
        block.metadata = new.metadata
        block.tags = Array(Set(new.tags)).sorted()
        block.provenance = new.provenance
        return block
    }

    /// - Parameter reference: an id, or a label that exactly one block carries (decisions, REST 4).
    package func find(_ reference: String, by caller: Caller) async throws -> Block {
        let block = try await engine.read { try $0.block(reference, organization: caller.organization) }
        engine.accesses.countBlocks([block.id])
        return block
    }

    package func list(_ filter: BlockFilter, _ page: PageRequest, by caller: Caller) async throws -> [Block] {
        try await engine.read { transaction in
            try transaction.checkBlockCursors(page, organization: caller.organization)
            return try transaction.blocks.list(filter, page, organization: caller.organization)
        }
    }

    package func count(_ filter: BlockFilter, by caller: Caller) async throws -> Int {
        try await engine.read { try $0.blocks.count(filter, organization: caller.organization) }
    }

    package func update(_ reference: String, _ patch: BlockPatch, by caller: Caller) async throws -> Block {
        try await engine.write(by: caller, counting: "block_update") { transaction in
            let block = try transaction.reading.block(reference, organization: caller.organization)
            return try transaction.update(block, patch)
        }
    }

    package func delete(_ reference: String, expectedVersion: Int? = nil, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "block_delete") { transaction in
            let block = try transaction.reading.block(reference, organization: caller.organization)
            try block.checkVersion(expectedVersion)
            try transaction.delete(block)
        }
    }

    /// Newest first. A deleted block's history stays readable by its id.
    package func history(_ id: String, before: Int?, limit: Int, by caller: Caller) async throws -> [BlockRevision] {
        try await engine.read { transaction in
            let revisions = try transaction.blocks.history(
                id, organization: caller.organization, before: before, limit: limit)
            if revisions.isEmpty, before == nil { _ = try transaction.block(id, organization: caller.organization) }
            return revisions
        }
    }
}

extension Engine {
    package var blocks: Blocks { Blocks(engine: self) }
}
