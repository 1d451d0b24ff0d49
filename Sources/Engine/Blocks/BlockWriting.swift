import Domain
import Platform
import Storage

/// The steps of a block's changes inside a transaction, shared by the block routes, the agents' core memory and tools.
extension WriteTransaction {
    func insert(_ draft: Block) throws -> Block {
        var block = draft
        block.createdBy = actor.userID
        block.lastUpdatedBy = actor.userID
        try blocks.insert(block, organization: actor.organizationID)
        try recordChange(.block, .created, id: block.id, label: block.label, projectID: block.projectID)
        return block
    }

    /// Applies a patch under the rules: limits, the expected version, and a history of what was replaced.
    func update(_ current: Block, _ patch: BlockPatch) throws -> Block {
        try current.checkVersion(patch.expectedVersion, value: patch.value.given)
        let block = try changed(current, patch)
        if block.label != current.label { try checkLabel(of: block) }
        try blocks.keepRevision(
            current, action: "updated", actorID: actor.userID, provenance: patch.provenance, at: now,
            organization: actor.organizationID)
        try pruneBlockHistory(of: block.id, version: block.version)
        try blocks.update(block)
        if !patch.tags.isAbsent { try blocks.replaceTags(block, organization: actor.organizationID) }
        try recordChange(.block, .updated, id: block.id, label: block.label, projectID: block.projectID)
        return block
    }

    func delete(_ block: Block) throws {
        try blocks.keepRevision(
            block, action: "deleted", actorID: actor.userID, provenance: .api, at: now,
            organization: actor.organizationID)
        for agentID in try blocks.agents(of: block.id) {
            try recordChange(
                .block, .detached, id: block.id, agentID: agentID, label: block.label, projectID: block.projectID)
        }
        try blocks.delete(block.id)
        try recordChange(.block, .deleted, id: block.id, label: block.label, projectID: block.projectID)
    }

    /// A new label must not make two blocks of one label in any agent that has the block.
    private func checkLabel(of block: Block) throws {
        guard let (agentID, taken) = try blocks.namesake(of: block) else { return }
        throw Refusal.conflict(
            "The agent \(agentID) has another block with the label '\(block.label)' (\(taken)). Detach one of the two "
                + "or use another label.")
    }

    private func changed(_ current: Block, _ patch: BlockPatch) throws -> Block {
        var block = current
        if let label = patch.label.given { block.label = label }
        if let value = patch.value.given { block.value = value.withoutNUL }
        if let limit = patch.limit.given { block.limit = limit }
        block.description = patch.description.applied(to: current.description)
        block.isReadOnly = patch.isReadOnly.given ?? current.isReadOnly
        block.isTemplate = patch.isTemplate.given ?? current.isTemplate
        block.templateName = patch.templateName.applied(to: current.templateName)
        block.projectID = patch.projectID.applied(to: current.projectID)
        block.templateID = patch.templateID.applied(to: current.templateID)
        block.baseTemplateID = patch.baseTemplateID.applied(to: current.baseTemplateID)
        block.deploymentID = patch.deploymentID.applied(to: current.deploymentID)
        block.entityID = patch.entityID.applied(to: current.entityID)
        block.preserveOnMigration = patch.preserveOnMigration.applied(to: current.preserveOnMigration)
        block.isHidden = patch.isHidden.applied(to: current.isHidden)
        block.metadata = patch.metadata.applied(to: current.metadata)
        if !patch.tags.isAbsent { block.tags = Array(Set(patch.tags.given ?? [])).sorted() }
        // A value may stay over a limit it had outgrown before, but no request may set a limit below the value.
        if patch.limit.given != nil {
            try Block.check(block.value, limit: block.limit)
        } else {
            try Block.check(block.value, limit: block.limit, replacing: current.value)
        }
        block.provenance = patch.provenance
        block.version = current.version + 1
        block.updatedAt = now
        block.lastUpdatedBy = actor.userID
        return block
    }
}

extension Block {
    /// Refuses a write that was meant for another version, with both values (decisions, REST 6).
    func checkVersion(_ expected: Int?, value: String? = nil) throws {
        guard let expected, expected != version else { return }
        throw Refusal.versionConflict(
            of: "block", expected: expected, current: version,
            facts: [("current_value", .string(self.value)), ("your_value", value.map { .string($0) } ?? .null)])
    }
}

extension ReadTransaction {
    /// The block with an id, or the only one with a label.
    func block(_ reference: String, organization: String) throws -> Block {
        if Identifier.isValid(reference, .block) {
            guard let block = try blocks.find(reference, organization: organization) else {
                throw Refusal.notFound("Block with id '\(reference)' not found")
            }
            return block
        }
        let labelled = try blocks.labelled(reference, organization: organization, limit: 2)
        guard let block = labelled.first else {
            let example = IdentifierKind.block.example
            var refusal = Refusal.unprocessable(
                "path.block_id: '\(reference)' is neither a block id such as '\(example)' nor the label of a block")
            refusal.examples = [example]
            throw refusal
        }
        guard labelled.count == 1 else {
            throw Refusal.conflict("Several blocks have the label '\(reference)'. Name the block by its id.")
        }
        return block
    }
}
