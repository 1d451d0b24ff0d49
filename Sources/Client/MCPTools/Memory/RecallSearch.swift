import HTTP
import Platform

/// Carries out a `recall`: which searches are asked, and what of their answers is shown.
struct RecallSearch: Sendable {
    let client: RoostClient
    let request: RecallRequest
    /// Whose memory it is about; nil when every agent is, or the project has none yet.
    let agent: MemoryAgent?

    func answer() async throws -> RecallAnswer {
        var hints: [String] = []
        var found: [Recalled] = []
        if request.sources.contains(.archival) { found += shown(try await passages()) }
        if !request.blocks.isEmpty {
            let blocks = RecalledBlocks(client: client, request: request, agent: agent, labels: request.blocks)
            found = try await blocks.found() + found
        }
        if !request.tags.isEmpty, request.sources != [.archival] {
            hints.append("tags and type are of archival notes only; messages and blocks were not searched.")
        } else {
            if request.sources.contains(.blocks) {
                found += try await RecalledBlocks(client: client, request: request, agent: agent).found()
            }
            if request.sources.contains(.messages) {
                if request.scope == .shared {
                    hints.append("Messages belong to one agent each; none are shared.")
                } else {
                    found += try await messages()
                }
            }
        }
        return RecallAnswer(found: found, hints: hints)
    }

    // MARK: Passages

    private func passages() async throws -> [Recalled] {
        var found: [Recalled] = []
        var seen = Set<String>()
        for search in try await searches() {
            let matches = try await search.results(client).compactMap { Recalled(passage: $0) }
            found += matches.filter { seen.insert($0.id).inserted }
        }
        let hasQuestion = request.hasWords
        found.sort { hasQuestion ? ($0.score ?? 0) > ($1.score ?? 0) : ($0.date ?? "") > ($1.date ?? "") }
        return try await withOwners(Array(found.prefix(request.limit)))
    }

    /// One for each place where there may be something.
    private func searches() async throws -> [PassageSearch] {
        switch request.scope {
        case .project, .all: return [search(agent.map { .agent($0.id) })]
        case .shared:
            let shared = SharedMemory(client: client, agent: agent)
            return try await shared.archives().map { search(.archive($0)) } + shared.tags.map { search(nil, tag: $0) }
        }
    }

    private func search(_ place: PassagePlace?, tag: String? = nil) -> PassageSearch {
        PassageSearch(
            question: request.query, place: place, limit: request.limit, tags: request.tags + [tag].compactMap { $0 },
            needsAllTags: true, metadata: request.metadata, since: request.since, until: request.until,
            isExplained: request.isExplained)
    }

    /// What is relevant, filled up with the nearest when that is little: half of the right answers are below the
    /// threshold (docs/search.md). Beside relevant ones only those that have a chance are worth reading.
    private func shown(_ found: [Recalled]) -> [Recalled] {
        let relevant = found.filter(\.isRelevant)
        let missing = max(0, min(RecallAnswer.nearest, request.limit) - relevant.count)
        let others = found.filter { !$0.isRelevant && (relevant.isEmpty || ($0.score ?? 0) >= Self.leastBeside) }
        return relevant + others.prefix(missing)
    }

    private static let leastBeside = 0.1

    /// Says of each passage whose memory it is from.
    private func withOwners(_ found: [Recalled]) async throws -> [Recalled] {
        if request.scope == .project, let agent {
            return found.map { entry in
                var entry = entry
                entry.memory = agent.name
                return entry
            }
        }
        var owners: [String: (name: String?, agentID: String?)] = [:]
        for id in found.compactMap(\.archiveID).uniqued { owners[id] = try await owner(ofArchive: id) }
        return found.map { entry in
            var entry = entry
            let owner = entry.archiveID.flatMap { owners[$0] }
            entry.memory = owner?.name
            entry.agentID = owner?.agentID == agent?.id ? nil : owner?.agentID
            return entry
        }
    }

    private func owner(ofArchive id: String) async throws -> (name: String?, agentID: String?) {
        let path = APIPath.archive(id)
        let query = [("limit", "1"), ("order", "asc")] + APIPath.tagsAlone
        let first = try await client.get(path + "/agents", query: query).array?.first
        if let owner = first.flatMap({ MemoryAgent($0) }) { return (owner.name, owner.id) }
        return (try await client.get(path)["name"]?.string, nil)
    }

    // MARK: Messages

    private func messages() async throws -> [Recalled] {
        var body = JSONObject([("query", .string(request.query)), ("limit", .int(Int64(request.limit)))])
        if let agent { body["agent_id"] = .string(agent.id) }
        if let since = request.since { body["start_date"] = .string(since) }
        if let until = request.until { body["end_date"] = .string(until) }
        let found = try await client.call(.post, "/v1/messages/search", body: .object(body)).array ?? []
        return found.compactMap { message in
            guard let id = message["message_id"]?.string,
                let text = MessageShape.text(of: message, in: ["content", "reasoning"]), !text.isEmpty
            else { return nil }
            var entry = Recalled(id: id, text: text, from: .messages)
            entry.date = message["created_at"]?.string
            entry.trust = message["message_type"]?.string == "user_message" ? "user" : "assistant"
            entry.memory = agent?.name
            if agent == nil { entry.agentID = message["agent_id"]?.string }
            return entry
        }
    }
}
