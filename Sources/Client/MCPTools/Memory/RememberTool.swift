import Platform
import Wire

/// `remember`: a note for later sessions, once.
enum RememberTool {
    static let tool = MCPTool(
        "remember", title: "Remember",
        """
        Keep a note for later sessions: a decision and why, a bug's cause and fix, a preference of the user, a convention. \
        One self-contained fact with the names and paths it is about. No secrets, nothing that soon passes.
        """,
        input: [
            .required("text", .string(.length(minimum: 1))),
            .optional("type", .string(), note: "decision, bug, learning, preference, ..."),
            .optional("tags", MemoryTools.texts), .optional("metadata", .freeObject), MemoryTools.agentID,
        ],
        output: [
            .required("id", .string()), .required("stored", .boolean), .optional("similar", MemoryTools.objects),
            .hints,
        ],
        .adding, alwaysLoaded: true
    ) { call in
        let given = call.arguments.text("agent_id")
        let agent = try await call.session.agent(forWriting: given, unseen: true)
        let passages = AgentPassages(client: try await call.client(), agentID: agent.id)
        let note = NewNote(call.arguments, project: await call.session.projectName())
        var hint: String?
        if given == nil, let loss = await call.session.replaced(by: agent), call.session.state.tellsOfLoss() {
            hint = loss
        }
        return try await note.store(in: passages, of: agent, hint: hint)
    }
}

/// A note on its way into an archive.
struct NewNote: Sendable {
    private let text: String
    private let tags: [String]
    private let metadata: JSONObject

    init(_ arguments: ToolArguments, project: String?) {
        text = arguments["text"]?.string ?? ""
        var metadata = arguments.object("metadata") ?? JSONObject()
        if let type = arguments.text("type") { metadata["type"] = .string(type) }
        if let project, metadata["project"] == nil { metadata["project"] = .string(project) }
        self.metadata = metadata
        let given = arguments.texts("tags").filter { !$0.isEmpty }
        tags = (given + [metadata["project"]?.string].compactMap { $0.map { "project:" + $0 } }).uniqued
    }

    func store(in passages: AgentPassages, of agent: MemoryAgent, hint: String?) async throws -> JSONValue {
        let likely = try await passages.best(for: text, 5)
        if let same = likely.first(where: { Self.words($0) == Self.words(text) }) {
            return try await joined(to: same, passages, agent)
        }
        let similar = likely.filter { isSimilar($0) }
        let stored = try await passages.create(body, by: "remember")
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

    private var body: JSONObject {
        ["text": .string(text), "tags": .array(tags.map { .string($0) }), "metadata": .object(metadata)]
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
