package import Platform

extension ToolSession {
    /// Stores a note once: the same text is joined to the note that has it, similar ones are named.
    /// - Parameter reference: another agent than the session's, by id or name.
    /// - Returns: `id`, `stored` (false when it was joined), `memory`, `tags`, `similar`, `hints`.
    package func remember(_ note: MemoryNote, in reference: String? = nil) async throws -> JSONValue {
        let agent = try await agent(forWriting: reference, unseen: true)
        let passages = AgentPassages(client: try await client(), agentID: agent.id)
        var hint: String?
        if reference == nil, let loss = await replaced(by: agent), state.tellsOfLoss() { hint = loss }
        var note = note
        note.text = Redaction.redacted(note.text)
        note.metadata = Redaction.redacted(note.metadata)
        return try await NewNote(note, project: await projectName()).store(in: passages, of: agent, hint: hint)
    }
}

/// A note on its way into an archive.
struct NewNote: Sendable {
    private let text: String
    private let tags: [String]
    private let metadata: JSONObject
    /// Of the request that stores it.
    private let body: JSONObject

    /// - Parameter project: what it is about, unless the metadata name another.
    init(_ note: MemoryNote, project: String?) {
        body = note.body(project: project)
        text = note.text
        tags = body["tags"]?.strings ?? []
        metadata = body["metadata"]?.object ?? JSONObject()
    }

    func store(in passages: AgentPassages, of agent: MemoryAgent, hint: String?) async throws -> JSONValue {
        let likely = try await passages.nearest(to: text, 5)
        if let same = likely.first(where: { Self.words($0) == Self.words(text) }) {
            return try await joined(to: same, passages, agent)
        }
        let similar = likely.filter { isSimilar($0) }
        let stored = try await passages.create(body)
        var object = JSONObject([
            ("id", stored["id"] ?? ""), ("stored", true), ("memory", .string(agent.name)),
            ("tags", stored["tags"] ?? []),
        ])
        var hints = [hint].compactMap { $0 }
        if !similar.isEmpty {
            object["similar"] = .array(similar.map(Self.shown))
            hints.append("Similar notes exist: if the new one replaces one of them, call forget with its id.")
        }
        object.add(hints: hints)
        return .object(object)
    }

    /// What is stored already is not stored twice; tags and metadata that it does not have yet are added to it.
    private func joined(to same: JSONValue, _ passages: AgentPassages, _ agent: MemoryAgent) async throws -> JSONValue {
        let id = same["id"]?.string ?? ""
        var object = JSONObject([("id", .string(id)), ("stored", false), ("memory", .string(agent.name))])
        var merged = same["metadata"]?.object ?? JSONObject()
        let oldType = merged["type"]?.string.map { "type:" + $0 }
        for member in metadata.members { merged[member.name] = member.value }
        let had = same["tags"]?.strings ?? []
        // The tag of a type that is replaced goes with it; the server adds the new one's.
        let kept = merged["type"] == same["metadata"]?["type"] ? had : had.filter { $0 != oldType }
        let wanted = (kept + tags).uniqued
        var hint = "This note is stored already."
        if wanted != had || .object(merged) != same["metadata"] {
            let changed = try await passages.update(
                id, ["tags": .array(wanted.map { .string($0) }), "metadata": .object(merged)])
            object["tags"] = changed["tags"] ?? []
            hint += " The new tags and metadata were added to it."
        }
        object["hints"] = [.string(hint)]
        return .object(object)
    }

    // MARK: Comparing

    private func isSimilar(_ passage: JSONValue) -> Bool {
        let mine = Set(RecalledBlocks.words(text))
        let other = Set(RecalledBlocks.words(passage["text"]?.string ?? ""))
        guard mine.count > 2, other.count > 2 else { return false }
        return Double(mine.intersection(other).count) / Double(mine.union(other).count) >= 0.6
    }

    private static func words(_ passage: JSONValue) -> [Substring] { words(passage["text"]?.string ?? "") }
    private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

    private static func shown(_ passage: JSONValue) -> JSONValue {
        [
            "id": passage["id"] ?? "", "text": .string(ShortText.preview(passage["text"]?.string ?? "", 200)),
            "date": ShortText.time(passage["created_at"]?.string).map { .string($0) } ?? .null,
        ]
    }
}
