import Domain
import Platform
import Storage

/// A new passage with its text checked; the transaction that inserts it stamps time and author.
struct PassageDraft: Sendable {
    let id = Identifier.new(.passage)
    let text: String
    let metadata: JSONText
    let tags: [String]
    let createdAt: Timestamp?
    let provenance: Provenance

    init(_ new: NewPassage) throws {
        text = try Passage.checkedText(new.text)
        metadata = new.metadata.map { JSONText(.object($0)) } ?? .emptyObject
        tags = Passage.tags(new.tags, metadata: new.metadata)
        createdAt = new.createdAt
        provenance = new.provenance
    }
}

/// Passages as they were written.
struct WrittenPassages: Sendable {
    let passages: [Passage]
    /// False when the worker has to make vectors of some.
    let areEmbedded: Bool
}

/// The steps of a passage's changes inside a transaction, shared by the archives, the agents' memory and tools.
extension WriteTransaction {
    /// Inserts passages in order: those that name no time follow each other by a microsecond.
    func insert(
        _ drafts: [PassageDraft], _ embedded: EmbeddedTexts, into archive: ArchiveLink, agentID: String? = nil
    ) throws -> WrittenPassages {
        var keys: [PassageKey] = []
        let passages = try drafts.enumerated().map { place, draft in
            let time = Timestamp(microseconds: now.microseconds + Int64(place))
            let (passage, key) = try insert(draft, into: archive, agentID: agentID, at: time)
            keys.append(key)
            return passage
        }
        return WrittenPassages(passages: passages, areEmbedded: try put(embedded, of: keys))
    }

    private func insert(
        _ draft: PassageDraft, into archive: ArchiveLink, agentID: String?, at time: Timestamp
    ) throws -> (Passage, PassageKey) {
        var passage = Passage(
            id: draft.id, archiveID: archive.id, text: draft.text, createdAt: draft.createdAt ?? time)
        passage.metadata = draft.metadata
        passage.tags = draft.tags
        passage.provenance = draft.provenance
        passage.updatedAt = now
        passage.createdBy = actor.userID
        passage.lastUpdatedBy = actor.userID
        let key = try passages.insert(passage, into: archive, organization: actor.organizationID)
        try recordChange(.passage, .created, id: passage.id, agentID: agentID, archiveID: archive.id)
        return (passage, key)
    }

    /// - Parameter embedded: the vectors of the patch's text.
    func update(
        _ current: Passage, _ patch: PassagePatch, _ embedded: EmbeddedTexts, agentID: String? = nil
    ) throws -> WrittenPassages {
        try current.checkVersion(patch.expectedVersion)
        var passage = current
        if let text = patch.text.given { passage.text = try Passage.checkedText(text) }
        let old = current.metadata.value.object
        let metadata = patch.metadata.applied(to: old)
        passage.metadata = metadata.map { JSONText(.object($0)) } ?? .emptyObject
        // The tag of the old type goes with the old metadata.
        let mirrored = Passage.typeTag(of: old)
        let kept = patch.tags.isAbsent ? current.tags.filter { $0 != mirrored } : patch.tags.given ?? []
        passage.tags = Passage.tags(kept, metadata: metadata)
        passage.version = current.version + 1
        passage.updatedAt = now
        passage.lastUpdatedBy = actor.userID
        let key = try passages.update(passage, organization: actor.organizationID)
        try recordChange(.passage, .updated, id: passage.id, agentID: agentID, archiveID: passage.archiveID)
        let isNewText = passage.text != current.text
        if isNewText { try forgetVector(of: current.text) }
        let areEmbedded = try !isNewText || put(embedded, of: [key].compactMap { $0 })
        return WrittenPassages(passages: [passage], areEmbedded: areEmbedded)
    }

    func delete(_ passage: Passage, agentID: String? = nil) throws {
        try passages.delete(passage.id)
        try forgetVector(of: passage.text)
        try recordChange(.passage, .deleted, id: passage.id, agentID: agentID, archiveID: passage.archiveID)
    }

    /// Much of a text can be guessed from its vector, so the cache forgets it with the text. Another passage of the same
    /// text has a vector of its own.
    private func forgetVector(of text: String) throws {
        try embeddingCache.remove([ContentHash(of: text, as: .passage)])
    }

    /// The archive that an agent's new passages go to; made when it has none (wire notes, section 15).
    func defaultArchive(ofAgent id: String) throws -> ArchiveLink {
        if let first = try archives.ofAgent(id).first {
            try reading.requireAgent(id, organization: actor.organizationID)
            return first
        }
        let agent = try reading.agent(id, organization: actor.organizationID)
        var draft = Archive(id: Identifier.new(.archive), name: "\(agent.name)'s Archive", createdAt: now)
        draft.description = "Default archive created automatically"
        draft.embeddingConfig = agent.embeddingConfig
        let (archive, key) = try insert(draft)
        _ = try archives.attach(
            archive.id, toAgent: id, owned: true, at: now, organization: actor.organizationID)
        try recordChange(
            .archive, .attached, id: archive.id, agentID: id, archiveID: archive.id, label: archive.name)
        return ArchiveLink(key: key, id: archive.id, isOwned: true)
    }
}

extension Passage {
    /// Refuses a write that was meant for another version.
    func checkVersion(_ expected: Int?) throws {
        guard let expected, expected != version else { return }
        throw Refusal.versionConflict(of: "passage", expected: expected, current: version)
    }
}
