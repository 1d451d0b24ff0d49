import Domain
import Platform
import Storage

/// The steps of an identity's changes inside a transaction.
extension WriteTransaction {
    func insert(_ new: NewIdentity, projectID: String?) throws -> Identity {
        var identity = Identity(
            id: Identifier.new(.identity), identifierKey: new.identifierKey, name: new.name ?? new.identifierKey,
            type: new.type ?? "user", createdAt: now)
        identity.projectID = projectID
        identity.replaceProperties(new.properties ?? [])
        try checkKey(of: identity)
        try identities.insert(identity, by: actor.userID, organization: actor.organizationID)
        try recordChange(.identity, .created, id: identity.id, projectID: projectID)
        return try link(identity, agentIDs: new.agentIDs ?? [], blockIDs: new.blockIDs ?? [])
    }

    func update(_ current: Identity, _ patch: IdentityPatch) throws -> Identity {
        var identity = current
        if let key = patch.identifierKey { identity.identifierKey = key }
        if let name = patch.name { identity.name = name }
        if let type = patch.type { identity.type = type }
        if let properties = patch.properties { identity.merge(properties) }
        if identity.identifierKey != current.identifierKey { try checkKey(of: identity) }
        try save(&identity)
        return try link(identity, agentIDs: patch.agentIDs ?? [], blockIDs: patch.blockIDs ?? [])
    }

    /// What is given takes the place of what was there; what is not given stays.
    func replace(_ current: Identity, _ new: NewIdentity) throws -> Identity {
        var identity = current
        if let name = new.name { identity.name = name }
        if let type = new.type { identity.type = type }
        if let properties = new.properties { identity.replaceProperties(properties) }
        try save(&identity)
        if let ids = new.agentIDs { try identities.detachAgents(of: identity.id, except: ids) }
        if let ids = new.blockIDs { try identities.detachBlocks(of: identity.id, except: ids) }
        return try link(identity, agentIDs: new.agentIDs ?? [], blockIDs: new.blockIDs ?? [])
    }

    /// Attaches an identity to agents and blocks, each of which must exist.
    @discardableResult
    func link(_ identity: Identity, agentIDs: [String], blockIDs: [String]) throws -> Identity {
        let organization = actor.organizationID
        for id in agentIDs where !identity.agentIDs.contains(id) {
            try reading.requireAgent(id, organization: organization)
            try identities.attach(identity.id, toAgent: id, organization: organization)
            try recordChange(.identity, .attached, id: identity.id, agentID: id)
        }
        for id in blockIDs where !identity.blockIDs.contains(id) {
            let block = try reading.block(id, organization: organization)
            try identities.attach(identity.id, toBlock: id, organization: organization)
            try recordChange(.identity, .attached, id: identity.id, label: block.label)
        }
        return try reading.identity(identity.id, organization: organization)
    }

    private func save(_ identity: inout Identity) throws {
        identity.updatedAt = now
        try identities.update(identity, by: actor.userID)
        try recordChange(.identity, .updated, id: identity.id, projectID: identity.projectID)
    }

    private func checkKey(of identity: Identity) throws {
        let taken = try identities.find(
            key: identity.identifierKey, projectID: identity.projectID, organization: actor.organizationID)
        if let taken {
            throw Refusal.conflict(
                "A unique constraint was violated for Identity. Check your input for duplicates: identifier_key is "
                    + "taken by '\(taken.id)'. Use PUT /v1/identities/ to create or change.")
        }
    }
}
