package import Domain
import Platform
import Storage

/// Use cases of passages: in an archive, and in the memory of an agent, which is all of its archives.
package struct Passages: Sendable {
    let engine: Engine

    // MARK: In an archive

    /// All of them or none, in the order given.
    package func create(_ new: [NewPassage], inArchive id: String, by caller: Caller) async throws -> [Passage] {
        let drafts = try new.map { try PassageDraft($0) }
        let embedded = try await embed(drafts) {
            try $0.embeddingTarget(ofArchive: id, organization: caller.organization)
        }
        return try await insert(by: caller) { transaction in
            let links = try transaction.archives.links([id], organization: caller.organization)
            guard let archive = links.first else { throw Refusal.notFound("Archive with id '\(id)' not found") }
            return try transaction.insert(drafts, embedded, into: archive)
        }
    }

    /// The vectors of new passages, made before the transaction that writes both.
    private func embed(
        _ drafts: [PassageDraft], for target: @escaping @Sendable (ReadTransaction) throws -> EmbeddingTarget?
    ) async throws -> EmbeddedTexts {
        // Who may not wait makes no vectors, and need not know for which model.
        if engine.settings.embeddingSeconds <= 0 { return EmbeddedTexts() }
        // Without a target the writing will refuse.
        guard let target = try await engine.read(target) else { return EmbeddedTexts() }
        return try await engine.embedding.texts(drafts.map(\.text), for: target)
    }

    private func insert(
        by caller: Caller, _ body: @escaping @Sendable (WriteTransaction) throws -> WrittenPassages
    ) async throws -> [Passage] {
        let written = try await engine.write(by: caller, body)
        if !written.areEmbedded { engine.embedding.wakeWorker() }
        engine.count("archival_insert", by: written.passages.count)
        return written.passages
    }

    /// - Parameter text: only passages that contain it.
    package func list(
        _ filter: PassageFilter, containing text: String?, _ page: PageRequest, inArchive id: String, by caller: Caller
    ) async throws -> [Passage] {
        try await engine.read { transaction in
            _ = try transaction.archive(id, organization: caller.organization)
            let links = try transaction.archives.links([id], organization: caller.organization)
            try page.checkCursors("Passage") { try transaction.passages.find($0, in: links) != nil }
            return try transaction.passages.list(PassageScope(links), filter, containing: text, page)
        }
    }

    package func delete(_ id: String, fromArchive archiveID: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "archival_delete") { transaction in
            _ = try transaction.reading.archive(archiveID, organization: caller.organization)
            let links = try transaction.archives.links([archiveID], organization: caller.organization)
            try transaction.delete(try transaction.reading.passage(id, in: links))
        }
    }

    // MARK: In an agent's memory

    /// Adds to the agent's own archive, which is made at the first insertion.
    package func create(_ new: [NewPassage], forAgent id: String, by caller: Caller) async throws -> [Passage] {
        let drafts = try new.map { try PassageDraft($0) }
        let embedded = try await embed(drafts) {
            try $0.embeddingTarget(ofAgent: id, organization: caller.organization)
        }
        return try await insert(by: caller) { transaction in
            let archive = try transaction.defaultArchive(ofAgent: id)
            return try transaction.insert(drafts, embedded, into: archive, agentID: id)
        }
    }

    /// - Parameter text: only passages that contain it.
    package func list(
        _ filter: PassageFilter, containing text: String?, _ page: PageRequest, ofAgent id: String, by caller: Caller
    ) async throws -> [Passage] {
        try await engine.read { transaction in
            let links = try transaction.archives(ofAgent: id, organization: caller.organization)
            try page.checkCursors("Passage") { try transaction.passages.find($0, in: links) != nil }
            if links.isEmpty { return [] }
            return try transaction.passages.list(PassageScope(links), filter, containing: text, page)
        }
    }

    // MARK: One passage

    /// - Parameter id: of a passage in any archive.
    package func find(_ id: String, by caller: Caller) async throws -> Passage {
        let passage = try await engine.read { transaction in
            try transaction.passage(id, ofAgent: nil, organization: caller.organization)
        }
        engine.accesses.countPassages([passage.id])
        return passage
    }

    /// - Parameter agentID: one of whose archives has to hold it; nil: any archive.
    package func update(
        _ id: String, _ patch: PassagePatch, ofAgent agentID: String?, by caller: Caller
    ) async throws -> Passage {
        let embedded = try await embed(patch, of: id, agentID: agentID, by: caller)
        let written = try await engine.write(by: caller, counting: "archival_update") { transaction in
            let passage = try transaction.reading.passage(id, ofAgent: agentID, organization: caller.organization)
            return try transaction.update(passage, patch, embedded, agentID: agentID)
        }
        if !written.areEmbedded { engine.embedding.wakeWorker() }
        return written.passages[0]
    }

    /// The vectors of a patch's text, if it is a new one.
    private func embed(
        _ patch: PassagePatch, of id: String, agentID: String?, by caller: Caller
    ) async throws -> EmbeddedTexts {
        guard let given = patch.text.given else { return EmbeddedTexts() }
        let target = try await engine.read { transaction -> EmbeddingTarget? in
            let passage = try transaction.passage(id, ofAgent: agentID, organization: caller.organization)
            guard passage.text != (try Passage.checkedText(given)) else { return nil }
            return try transaction.embeddingTarget(ofArchive: passage.archiveID, organization: caller.organization)
        }
        guard let target else { return EmbeddedTexts() }
        return try await engine.embedding.texts([try Passage.checkedText(given)], for: target)
    }

    /// - Parameter agentID: one of whose archives has to hold it; nil: any archive.
    package func delete(
        _ id: String, ofAgent agentID: String?, expectedVersion: Int? = nil, by caller: Caller
    ) async throws {
        try await engine.write(by: caller, counting: "archival_delete") { transaction in
            let passage = try transaction.reading.passage(id, ofAgent: agentID, organization: caller.organization)
            try passage.checkVersion(expectedVersion)
            try transaction.delete(passage, agentID: agentID)
        }
    }

    // MARK: Search

    /// Where a search looks: an agent's archives, or the filter's own.
    package enum Place: Sendable {
        case agent(String)
        case archives
    }

    /// Of a longer question the beginning is read, in characters of Unicode: it is a pasted text, and reading all of it
    /// would take seconds.
    static let mostOfQuestion = 4000

    /// - Parameters:
    ///   - byWordsAlone: no embedding model takes part.
    ///   - countsAsUse: false for searches that nobody reads the results of, such as for a duplicate.
    package func search(
        _ question: String, _ filter: PassageFilter, in place: Place = .archives, limit: Int, offset: Int = 0,
        byWordsAlone: Bool = false, countsAsUse: Bool = true, by caller: Caller
    ) async throws -> PassageResults {
        let most = min(limit, engine.settings.maximumSearchResults)
        let query = String(question.unicodeScalars.prefix(Self.mostOfQuestion))
        let (filter, models) = try await engine.read { transaction in
            var filter = filter
            if case .agent(let id) = place {
                filter.archiveIDs = try transaction.archives(ofAgent: id, organization: caller.organization).map(\.id)
            }
            return (filter, try transaction.recall(organization: caller.organization).models(filter))
        }
        // A model is asked while no transaction is open.
        let isMeant = !byWordsAlone && !PassageSearch.words(query).isEmpty
        let vectors = !isMeant ? .none : try await engine.embedding.question(query, models)
        let results = try await engine.read { transaction in
            try transaction.recall(organization: caller.organization).passages(
                query, vectors, filter, limit: most, offset: offset, now: .now)
        }
        engine.count("archival_search")
        if countsAsUse { engine.accesses.countPassages(results.matches.map(\.passage.id)) }
        return results
    }
}

extension Engine {
    package var passages: Passages { Passages(engine: self) }
}

extension ReadTransaction {
    /// The archives of an agent that exists.
    func archives(ofAgent id: String, organization: String) throws -> [ArchiveLink] {
        try requireAgent(id, organization: organization)
        return try archives.ofAgent(id)
    }

    /// - Parameter agentID: one of whose archives has to hold it; nil: any archive of the organization.
    fileprivate func passage(_ id: String, ofAgent agentID: String?, organization: String) throws -> Passage {
        if let agentID { return try passage(id, in: archives(ofAgent: agentID, organization: organization)) }
        guard let passage = try passages.find(id, organization: organization) else {
            throw Refusal.notFound("Passage with id '\(id)' not found")
        }
        return passage
    }

    func passage(_ id: String, in archives: [ArchiveLink]) throws -> Passage {
        guard let passage = try passages.find(id, in: archives) else {
            throw Refusal.notFound("Passage with id '\(id)' not found")
        }
        return passage
    }
}
