import Platform

/// What a session begins with: docs/design/hooks.md, "At a session's start".
struct SessionContext: Sendable {
    private let run: HookRun
    private let surroundings: HookSurroundings
    private var session: ToolSession { surroundings.memory }

    init(_ run: HookRun) {
        self.run = run
        surroundings = run.surroundings
    }

    func output() async throws -> HookOutput {
        guard surroundings.options.startBudget > 0 else { return HookOutput() }
        let shown = await run.shownMemory()
        if let since = end(of: shown) { return try await additions(since: since, shown) }
        guard surroundings.isMemoryThere,
            let found = try await session.retryingWhenLost({ try await gathered() })
        else { return HookOutput(context: await nothingYet()) }
        let (text, ids) = StartText(found).composed(within: surroundings.options.startBudget)
        await run.noteShown { shown in
            // What stood in the context before is gone.
            shown.forget(at: surroundings.now.iso8601)
            shown.add(ids)
        }
        return HookOutput(context: text)
    }

    private func nothingYet() async -> String {
        let name = await session.projectName().map { "the project '\(StoredText.name($0, 60))'" } ?? "this project"
        return "Roost: \(name) has no memory yet; it is made when something is stored."
    }

    // MARK: What there is

    private func gathered() async throws -> StartMemory? {
        // The project is looked at while the memory is opened.
        async let work = Self.work(in: surroundings.folder)
        guard let agent = try await session.agent(forReading: nil, unseen: true) else { return nil }
        let client = try await session.client()
        var found = StartMemory(project: await session.projectName() ?? agent.project ?? agent.name)
        found.blocks = try await AgentBlocks(client: client, agent: agent).all()
        found.lessons = try await lessons(of: agent, client)
        let known = Set(found.lessons.map(\.id))
        (found.git, found.changed) = await work
        found.related = try await related(found.words, agent, client).filter { !known.contains($0.id) }
        return found
    }

    private static func work(in folder: String) async -> (git: GitFolder?, changed: [GitFolder.ChangedFile]) {
        let git = GitFolder(containing: folder)
        return (git, git?.changedFiles(StartMemory.mostFiles) ?? [])
    }

    /// The newest notes that are worth more than their day. Words of programs and web pages are no lessons.
    private func lessons(of agent: MemoryAgent, _ client: RoostClient, since: String? = nil) async throws
        -> [ContextNote]
    {
        var search = PassageSearch(place: .agent(agent.id), limit: 24, tags: Self.lessonTags)
        search.since = since
        // Only what is shown is used: `countUse`.
        search.countsAsUse = false
        return try await search.results(client).compactMap { ContextNote($0) }.filter { !$0.isForeign }
    }

    private static let lessonTags = [
        "learning", "decision", "bug", "preference", "performance_regression", "incident", "session_summary",
    ].map { "type:" + $0 }

    /// What was learned about what is worked on. Documents have its names in every section, and the session can read them
    /// where they are: they are told only when there is nothing else.
    private func related(_ words: String, _ agent: MemoryAgent, _ client: RoostClient) async throws -> [ContextNote] {
        if words.isEmpty { return [] }
        var search = PassageSearch(question: words, place: .agent(agent.id), limit: Self.mostLookedAt)
        search.byWordsAlone = true
        search.countsAsUse = false
        let found = try await search.results(client).compactMap { ContextNote($0) }
            // Among few notes search ranks all, also those without any of the words.
            .filter { !$0.isForeign && $0.type != "file_change" && $0.sharesWords }
        let learned = found.filter { $0.type != "document" }
        return Array((learned.isEmpty ? found : learned).prefix(Self.mostRelated))
    }

    private static let mostLookedAt = 32
    private static let mostRelated = 12

    // MARK: When the context is still there

    /// Until when the session's context knows the memory, after `resume` and `fork`; nil when it has to be told all of it.
    private func end(of shown: ShownMemory?) -> String? {
        switch run.input.source {
        case "resume", "fork":
            if let shown { return shown.since }
            // A fork has a new name, and the context of a session that had its own.
            guard run.input.source == "fork", let seconds = run.input.json["seconds_since_last_response"]?.double
            else { return nil }
            return surroundings.now.adding(seconds: -max(0, min(seconds, 1e8))).iso8601
        default: return nil
        }
    }

    /// What other sessions learned meanwhile, in a quarter of the room at most.
    private func additions(since: String, _ shown: ShownMemory?) async throws -> HookOutput {
        guard surroundings.isMemoryThere,
            let agent = try await session.agent(forReading: nil, unseen: true)
        else { return HookOutput() }
        let known = Set(shown?.ids ?? [])
        let new = try await session.retryingWhenLost {
            try await lessons(of: agent, try await session.client(), since: since)
        }.filter { !known.contains($0.id) && ($0.session == nil || $0.session != run.input.session) }
        let room = surroundings.options.startBudget / 4 - StoredText.envelopeSize - StoredText.size(of: Self.since) - 1
        let (lines, ids) = new.lines(within: room, longest: 300)
        await run.noteShown { $0.add(ids) }
        return lines.isEmpty ? HookOutput() : HookOutput(context: StoredText.enveloped([Self.since] + lines))
    }

    private static let since = "Stored since this conversation went on last, newest first:"
}
