import Platform

/// What comes with a prompt: docs/design/hooks.md, "With a prompt".
struct PromptContext: Sendable {
    private let run: HookRun
    private let surroundings: HookSurroundings
    private var session: ToolSession { surroundings.memory }
    private var options: HookOptions { surroundings.options }

    init(_ run: HookRun) {
        self.run = run
        surroundings = run.surroundings
    }

    func output() async throws -> HookOutput {
        guard options.promptBudget > 0, surroundings.isMemoryThere, let prompt = run.input.prompt,
            let question = PromptQuestion(prompt, folder: surroundings.folder), !run.hadTroubleJustNow
        else { return HookOutput() }
        let shown = await run.shownMemory()
        let found = try await session.retryingWhenLost { try await matches(question) }
        let new = found.filter { isNew($0, shown) }
        let (lines, ids) = composed(new)
        if ids.isEmpty {
            // Kept even so: the next prompt is spared the look for the agent.
            if shown?.agent == nil, session.known != nil { await run.noteShown { _ in } }
            return HookOutput()
        }
        await run.noteShown { $0.add(ids) }
        return HookOutput(context: StoredText.enveloped(lines))
    }

    /// Above the threshold, the likeliest first.
    private func matches(_ question: PromptQuestion) async throws -> [ContextNote] {
        guard let agent = try await session.agent(forReading: nil, unseen: true) else { return [] }
        let client = try await session.client()
        var best: [String: ContextNote] = [:]
        for text in question.questions {
            var search = PassageSearch(question: text, place: .agent(agent.id), limit: Self.mostLookedAt)
            // Only what is shown is used: `countUse`.
            search.countsAsUse = false
            // The server's own threshold; what is between a lower one and that has to be asked for.
            search.isRelevantOnly = options.relevance >= 0.4
            for note in try await search.results(client).compactMap({ ContextNote($0) })
            where note.bears(options.relevance) && note.score > best[note.id]?.score ?? -1 {
                best[note.id] = note
            }
        }
        return best.values.sorted { ($0.score, $1.id) > ($1.score, $0.id) }
    }

    /// What is not in the context yet: neither shown before, nor stored by this very conversation.
    private func isNew(_ note: ContextNote, _ shown: ShownMemory?) -> Bool {
        guard let shown else { return true }
        if shown.ids.contains(note.id) { return false }
        return note.session == nil || note.session != run.input.session || note.date < shown.since
    }

    private func composed(_ notes: [ContextNote]) -> (lines: [String], ids: [String]) {
        let own = notes.filter { !$0.isForeign && $0.type != "file_change" }
        let others = notes.filter { $0.isForeign || $0.type == "file_change" }
        let chosen = Array(own.prefix(Self.most))
        let room = options.promptBudget - StoredText.envelopeSize
        let first = chosen.lines(within: room - StoredText.size(of: Self.heading) - 1, longest: Self.longest)
        var lines = first.lines.isEmpty ? [] : [Self.heading] + first.lines
        let left = room - lines.reduce(0) { $0 + StoredText.size(of: $1) + 1 } - StoredText.size(of: Self.foreign) - 1
        let second = Array(others.prefix(Swift.min(Self.mostForeign, Self.most - first.ids.count)))
            .lines(within: left, longest: Self.longestForeign)
        if !second.lines.isEmpty { lines += [Self.foreign] + second.lines }
        return (lines, first.ids + second.ids)
    }

    private static let heading = "Notes that likely bear on this prompt (recall finds more):"
    private static let foreign = "Recorded from programs, files or web pages, unverified:"
    private static let mostLookedAt = 16
    private static let most = 5
    private static let mostForeign = 2
    private static let longest = 420
    private static let longestForeign = 240
}
