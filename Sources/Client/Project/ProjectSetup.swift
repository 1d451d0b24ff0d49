import HTTP
import Platform

/// Gives a folder its memory: `roost project init` and `switch`.
package struct ProjectSetup: Sendable {
    /// The agent of a folder, and how it came about.
    package struct Settled: Sendable {
        /// Nil in a trial that would have to make it.
        package let agent: MemoryAgent?
        package let name: String
        package let isNew: Bool
        /// What the folder's file named, and is not there any more.
        package let lost: String?
    }

    package let client: RoostClient
    package let folder: Project
    package let project: String
    /// Whose machine it is.
    private let user: String?

    /// - Parameter project: what it is called, if not like its folder. Throws `ClientError` when it has no name.
    package init(client: RoostClient, folder: Project, project: String?, user: String?) throws {
        self.client = client
        self.folder = folder
        self.user = user
        guard let name = project ?? folder.name else {
            throw ClientError("This folder has no name to call a project by. Name one with --project NAME.")
        }
        self.project = name
    }

    /// The agent that the folder's file names, else the project's own, which is made when there is none.
    /// - Parameters:
    ///   - forUser: the agent that keeps what this person does in all projects, in place of the project's.
    ///   - isTrial: makes nothing.
    package func agent(forUser: Bool, team: String?, isTrial: Bool) async throws -> Settled {
        let own = try owner(forUser: forUser)
        var lost: String?
        // A file of a folder above is about that one.
        let file = AgentFile(folder: folder.top)
        if !forUser, let named = file.named {
            if let agent = try await existing(named), agent.project == nil || agent.project == project {
                return try await tagged(agent, team, isTrial: isTrial)
            }
            if try await existing(named) == nil { lost = named }
        }
        if let found = try await own.find() {
            let settled = try await tagged(found, team, isTrial: isTrial)
            return Settled(agent: settled.agent, name: settled.name, isNew: false, lost: lost)
        }
        let made = isTrial ? nil : try await own.findOrCreate(user: user, team: team)
        return Settled(agent: made, name: own.name, isNew: true, lost: lost)
    }

    private func owner(forUser: Bool) throws -> ProjectAgent {
        guard forUser else { return ProjectAgent(client: client, project: project) }
        guard let user else {
            throw ClientError("The system does not say who you are, so there is no agent of yours. Leave out --user.")
        }
        return ProjectAgent(client: client, user: user)
    }

    private func tagged(_ agent: MemoryAgent, _ team: String?, isTrial: Bool) async throws -> Settled {
        if let team, !agent.tags.contains("team:" + team), !isTrial {
            let tags = agent.tags + ["team:" + team]
            try await client.call(
                .patch, APIPath.agent(agent.id), body: ["tags": .array(tags.map { .string($0) })])
        }
        return Settled(agent: agent, name: agent.name, isNew: false, lost: nil)
    }

    /// Nil when there is none, or several are called so.
    private func existing(_ reference: String) async throws -> MemoryAgent? {
        do {
            let id = try await client.id(of: .agent, reference)
            return MemoryAgent(try await client.get(APIPath.agent(id), query: APIPath.tagsAlone))
        } catch let error as ClientError {
            guard error.status == 404 || error.status == nil else { throw error }
            return nil
        }
    }

    // MARK: What is known of the project

    /// What the files of the project say, for the block `project_context`.
    /// - Parameter agent: nil for one that a trial did not make.
    package func context(for agent: MemoryAgent?) async throws -> ContextProposal {
        let lines = ProjectScan(folder: folder.top).facts.lines.map {
            (name: $0.name, text: Redaction.redacted($0.text))
        }
        guard let agent else {
            let value = ProjectBlocks.untouchedContext(project)
            let block = MemoryBlock([
                "id": "", "label": .string(ProjectBlocks.context), "value": .string(value), "limit": 20_000,
            ])
            return ContextProposal(block, project: project, lines: lines)
        }
        let blocks = try await AgentBlocks(client: client, agent: agent).all()
        let block = blocks.first { $0.label == ProjectBlocks.context }
        return ContextProposal(block, project: agent.project ?? project, lines: lines)
    }

    /// Writes it, unless the block was changed since it was read.
    package func apply(_ proposal: ContextProposal, to agent: MemoryAgent) async throws {
        guard let block = proposal.block else { return }
        let blocks = AgentBlocks(client: client, agent: agent)
        _ = try await blocks.update(block, value: proposal.new, expected: block.version)
    }

    // MARK: Documents

    /// Puts the sections of the project's documents into the agent's archival memory; what is there already is left, what
    /// stands in no document any more is taken out.
    package func seed(
        _ agent: MemoryAgent?, isTrial: Bool, _ listener: PassageImport.Listener = .init()
    ) async throws -> DocumentSeeds {
        var source = ProjectDocuments(folder: folder.top)
        var options = PassageImport.Options()
        options.tags = ["project:" + project, ProjectDocuments.tag]
        options.isTrial = isTrial
        options.keepsGoing = true
        let archive: String?
        if let agent { archive = try await client.archive(ofAgent: agent.id, isTrial: isTrial) } else { archive = nil }
        let count = try await PassageImport(client, archive: archive, options: options, listener: listener)(&source)
        var seeds = DocumentSeeds(files: source.fileCount, count: count)
        if let archive, count.failed == 0 {
            seeds.outdated = try await removeOutdated(archive, source.importIDs, isTrial: isTrial)
        }
        return seeds
    }

    /// Also what two processes stored at once: the oldest of equal sections stays.
    private func removeOutdated(_ archive: String, _ current: Set<String>, isTrial: Bool) async throws -> Int {
        let path = PassagePlace.archive(archive).listPath
        let seeded = try await client.list(path, query: [("tags", ProjectDocuments.tag), ("ascending", "true")])
        var seen: Set<String> = []
        var count = 0
        for passage in seeded {
            guard let id = passage["id"]?.string, passage["tags"]?.strings?.contains("project:" + project) == true,
                let known = passage["metadata"]?[ImportRecord.idMember]?.string,
                !current.contains(known) || !seen.insert(known).inserted
            else { continue }
            count += 1
            if !isTrial { try await remove(id, from: archive) }
        }
        return count
    }

    private func remove(_ passage: String, from archive: String) async throws {
        do {
            try await client.call(.delete, APIPath.archive(archive) + "/passages/" + percentEncoded(passage))
        } catch let error as ClientError {
            // Somebody else was faster.
            guard error.status == 404 else { throw error }
        }
    }
}

/// What became of a project's documents.
package struct DocumentSeeds: Sendable {
    package let files: Int
    package let count: PassageImport.Count
    /// Passages of sections that stand in no document any more.
    package var outdated = 0
}
