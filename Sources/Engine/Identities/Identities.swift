package import Domain
import Platform
import Storage

/// Use cases of identities.
package struct Identities: Sendable {
    let engine: Engine

    package func create(_ new: NewIdentity, by caller: Caller) async throws -> Identity {
        try await engine.write(by: caller, counting: "identity_create") { transaction in
            try transaction.insert(new, projectID: new.projectID ?? caller.projectID)
        }
    }

    /// Creates an identity, or makes the one that has its key what is given.
    package func upsert(_ new: NewIdentity, by caller: Caller) async throws -> Identity {
        try await engine.write(by: caller, counting: "identity_upsert") { transaction in
            let projectID = new.projectID ?? caller.projectID
            let current = try transaction.identities.find(
                key: new.identifierKey, projectID: projectID, organization: caller.organization)
            guard let current else { return try transaction.insert(new, projectID: projectID) }
            return try transaction.replace(current, new)
        }
    }

    package func find(_ id: String, by caller: Caller) async throws -> Identity {
        try await engine.read { try $0.identity(id, organization: caller.organization) }
    }

    package func list(_ filter: IdentityFilter, _ page: PageRequest, by caller: Caller) async throws -> [Identity] {
        try await engine.read { transaction in
            try page.checkCursors("Identity") {
                try !transaction.identities.find([$0], organization: caller.organization).isEmpty
            }
            return try transaction.identities.list(filter, page, organization: caller.organization)
        }
    }

    package func count(by caller: Caller) async throws -> Int {
        try await engine.read { try $0.identities.count(organization: caller.organization) }
    }

    package func update(_ id: String, _ patch: IdentityPatch, by caller: Caller) async throws -> Identity {
        try await engine.write(by: caller, counting: "identity_update") { transaction in
            let current = try transaction.reading.identity(id, organization: caller.organization)
            return try transaction.update(current, patch)
        }
    }

    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "identity_delete") { transaction in
            let identity = try transaction.reading.identity(id, organization: caller.organization)
            try transaction.identities.delete(identity.id)
            try transaction.recordChange(.identity, .deleted, id: identity.id, projectID: identity.projectID)
        }
    }

    /// Blocks that belong to an identity.
    package func blocks(_ id: String, _ page: PageRequest, by caller: Caller) async throws -> [Block] {
        try await engine.read { transaction in
            _ = try transaction.identity(id, organization: caller.organization)
            try transaction.checkBlockCursors(page, organization: caller.organization)
            var filter = BlockFilter()
            filter.identityID = id
            filter.showHidden = true
            return try transaction.blocks.list(filter, page, organization: caller.organization)
        }
    }

    // MARK: Links

    package func attach(_ id: String, toAgent agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "identity_attach") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let identity = try transaction.reading.identity(id, organization: caller.organization)
            try transaction.link(identity, agentIDs: [agentID], blockIDs: [])
            return try transaction.reading.view(agent, .all)
        }
    }

    /// Detaching an identity that the agent does not have changes nothing.
    package func detach(_ id: String, fromAgent agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "identity_detach") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let identity = try transaction.reading.identity(id, organization: caller.organization)
            if try transaction.identities.detach(identity.id, fromAgent: agentID) {
                try transaction.recordChange(.identity, .detached, id: identity.id, agentID: agentID)
            }
            return try transaction.reading.view(agent, .all)
        }
    }

    /// - Parameter block: a block's id or label.
    package func attach(_ id: String, toBlock block: String, by caller: Caller) async throws -> Block {
        try await engine.write(by: caller, counting: "identity_attach") { transaction in
            let block = try transaction.reading.block(block, organization: caller.organization)
            let identity = try transaction.reading.identity(id, organization: caller.organization)
            try transaction.link(identity, agentIDs: [], blockIDs: [block.id])
            return block
        }
    }

    /// Detaching an identity that the block does not have changes nothing.
    package func detach(_ id: String, fromBlock block: String, by caller: Caller) async throws -> Block {
        try await engine.write(by: caller, counting: "identity_detach") { transaction in
            let block = try transaction.reading.block(block, organization: caller.organization)
            let identity = try transaction.reading.identity(id, organization: caller.organization)
            if try transaction.identities.detach(identity.id, fromBlock: block.id) {
                try transaction.recordChange(.identity, .detached, id: identity.id, label: block.label)
            }
            return block
        }
    }
}

extension Engine {
    package var identities: Identities { Identities(engine: self) }
}

extension ReadTransaction {
    func identity(_ id: String, organization: String) throws -> Identity {
        guard let identity = try identities.find([id], organization: organization).first else {
            throw Refusal.notFound("Identity with id '\(id)' not found")
        }
        return identity
    }
}
