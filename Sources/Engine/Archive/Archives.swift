package import Domain
import Platform
import Storage

/// Use cases of archives.
package struct Archives: Sendable {
    let engine: Engine

    package func create(_ new: NewArchive, by caller: Caller) async throws -> Archive {
        let draft = try await draft(new)
        return try await engine.write(by: caller, counting: "archive_create") { transaction in
            try transaction.insert(draft).archive
        }
    }

    private func draft(_ new: NewArchive) async throws -> Archive {
        var archive = Archive(id: Identifier.new(.archive), name: new.name, createdAt: .now)
        archive.description = new.description
        archive.embeddingConfig = new.embeddingConfig
        if archive.embeddingConfig == nil, let handle = new.embedding ?? engine.settings.defaultEmbedding {
            archive.embeddingConfig = JSONText(.object(try ModelHandle(handle).embeddingConfig(chunkSize: nil)))
        }
        if archive.embeddingConfig == nil, let local = await engine.embedders.local()?.model {
            let config = try ModelHandle(local.handle).embeddingConfig(chunkSize: nil, dimensions: local.dimensions)
            archive.embeddingConfig = JSONText(.object(config))
        }
        return archive
    }

    package func find(_ id: String, by caller: Caller) async throws -> Archive {
        try await engine.read { try $0.archive(id, organization: caller.organization) }
    }

    package func list(_ filter: ArchiveFilter, _ page: PageRequest, by caller: Caller) async throws -> [Archive] {
        try await engine.read { transaction in
            try page.checkCursors("Archive") {
                try transaction.archives.find($0, organization: caller.organization) != nil
            }
            return try transaction.archives.list(filter, page, organization: caller.organization)
        }
    }

    package func update(_ id: String, _ patch: ArchivePatch, by caller: Caller) async throws -> Archive {
        try await engine.write(by: caller, counting: "archive_update") { transaction in
            var archive = try transaction.reading.archive(id, organization: caller.organization)
            if let name = patch.name.given { archive.name = name }
            archive.description = patch.description.applied(to: archive.description)
            archive.metadata = patch.metadata.applied(to: archive.metadata)
            archive.updatedAt = transaction.now
            archive.lastUpdatedBy = caller.actor.userID
            try transaction.archives.update(archive)
            try transaction.recordChange(.archive, .updated, id: id, archiveID: id, label: archive.name)
            return archive
        }
    }

    /// Deletes an archive with its passages.
    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "archive_delete") { transaction in
            let archive = try transaction.reading.archive(id, organization: caller.organization)
            for link in try transaction.archives.links([id], organization: caller.organization) {
                try transaction.embeddingCache.remove(textsOfArchive: link.key)
            }
            try transaction.archives.delete(id)
            try transaction.recordChange(.archive, .deleted, id: id, archiveID: id, label: archive.name)
        }
    }

    /// Attaching twice changes nothing.
    package func attach(_ id: String, toAgent agentID: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "archive_attach") { transaction in
            try transaction.reading.requireAgent(agentID, organization: caller.organization)
            let archive = try transaction.reading.archive(id, organization: caller.organization)
            let isNew = try transaction.archives.attach(
                id, toAgent: agentID, owned: false, at: transaction.now, organization: caller.organization)
            guard isNew else { return }
            try transaction.recordChange(
                .archive, .attached, id: id, agentID: agentID, archiveID: id, label: archive.name)
        }
    }

    /// Detaching what is not attached changes nothing.
    package func detach(_ id: String, fromAgent agentID: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "archive_detach") { transaction in
            try transaction.reading.requireAgent(agentID, organization: caller.organization)
            let archive = try transaction.reading.archive(id, organization: caller.organization)
            guard try transaction.archives.detach(id, fromAgent: agentID) else { return }
            try transaction.recordChange(
                .archive, .detached, id: id, agentID: agentID, archiveID: id, label: archive.name)
        }
    }
}

extension Engine {
    package var archives: Archives { Archives(engine: self) }
}

extension ReadTransaction {
    func archive(_ id: String, organization: String) throws -> Archive {
        guard let archive = try archives.find(id, organization: organization) else {
            throw Refusal.notFound("Archive with id '\(id)' not found")
        }
        return archive
    }
}

extension WriteTransaction {
    func insert(_ draft: Archive) throws -> (archive: Archive, key: Int) {
        var archive = draft
        archive.createdAt = now
        archive.updatedAt = now
        archive.createdBy = actor.userID
        archive.lastUpdatedBy = actor.userID
        let key = try archives.insert(archive, organization: actor.organizationID)
        try recordChange(.archive, .created, id: archive.id, archiveID: archive.id, label: archive.name)
        return (archive, key)
    }
}
