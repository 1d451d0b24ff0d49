import Platform
import Wire

/// Several agents at once: by ids, by a part of the name, by tags. Each condition narrows, since this is what agents are
/// deleted by.
struct AgentSelection {
    let references: [String]
    /// Whatever the case of its letters.
    let namePart: String?
    /// An agent has to have all of them.
    let tags: [String]

    /// As many are deleted in one call.
    static let most = 100
    private static let names = ["agent_ids", "agent_name_filter", "agent_tag_filter"]

    static let fields: [Field] = [
        .optional("agent_ids", .array(.string()), note: "Ids or names"),
        .optional("agent_name_filter", .string(), note: "Part of the name"),
        .optional("agent_tag_filter", .string(), note: "Tags with commas between; all of them"),
    ]

    struct Match: Sendable {
        let id: String
        let name: String
    }

    struct Matches {
        var agents: [Match] = []
        /// What was named and could not be found, with the reason.
        var unknown: [(reference: String, reason: String)] = []
        /// More fit than are taken in one call.
        var hasMore = false
    }

    /// Conditions from the arguments or from their member `filters`. Throws `ToolError` when there is none, and for one that
    /// cannot be read: passing over it would select more.
    init(_ arguments: ToolArguments) throws {
        var given = arguments.object("filters") ?? JSONObject()
        if let strange = given.members.map(\.name).first(where: { !Self.names.contains($0) }) {
            throw ToolError("There is no filter '\(strange)'.", hints: [Self.advice])
        }
        for name in Self.names where given[name] == nil { given[name] = arguments[name] }
        references = try Self.texts(given, "agent_ids").uniqued
        let parts = try Self.texts(given, "agent_name_filter")
        guard parts.count <= 1 else { throw ToolError("'agent_name_filter' is one text.") }
        namePart = parts.first?.lowercased()
        tags = try Self.texts(given, "agent_tag_filter").flatMap { $0.split(separator: ",").map(\.trimmed) }
            .filter { !$0.isEmpty }
        guard !references.isEmpty || namePart != nil || !tags.isEmpty else {
            throw ToolError("No agents were chosen: nothing was done.", hints: [Self.advice])
        }
    }

    private static let advice =
        "Choose by agent_ids, agent_name_filter (a part of the name) or agent_tag_filter (tags with commas between)."

    private static func texts(_ given: JSONObject, _ name: String) throws -> [String] {
        let texts: [String]?
        switch given[name] {
        case nil, .null?: texts = []
        case .string(let text)?: texts = text.hasPrefix("[") ? nil : [text]
        case let value?: texts = value.strings
        }
        guard let texts else { throw ToolError("'\(name)' has to be a text or a list of texts.", hints: [advice]) }
        return texts.map(\.trimmed).filter { !$0.isEmpty }
    }

    // MARK: Finding

    /// - Parameter most: as many are taken.
    func matches(_ client: RoostClient, most: Int = Self.most) async throws -> Matches {
        try await references.isEmpty ? filtered(client, most) : named(client, most)
    }

    private func named(_ client: RoostClient, _ most: Int) async throws -> Matches {
        var matches = Matches()
        matches.hasMore = references.count > most
        for reference in references.prefix(most) {
            try Task.checkCancellation()
            do {
                let id = try await client.id(of: .agent, reference)
                let agent = try await client.get(APIPath.agent(id), query: APIPath.tagsAlone)
                if let match = match(agent) {
                    if !matches.agents.contains(where: { $0.id == match.id }) { matches.agents.append(match) }
                } else {
                    matches.unknown.append((reference, "It does not fit the other filters."))
                }
            } catch let error as ClientError {
                matches.unknown.append((reference, error.description))
            }
        }
        return matches
    }

    private func filtered(_ client: RoostClient, _ most: Int) async throws -> Matches {
        // The server's text filter also looks into descriptions, so it only narrows what is looked through here.
        var query = AgentPage.filter(text: namePart, tags: tags) + APIPath.tagsAlone + [("limit", "100")]
        if !tags.isEmpty { query.append(("match_all_tags", "true")) }
        var matches = Matches()
        var after: String?
        while true {
            try Task.checkCancellation()
            let page = try await client.get("/v1/agents/", query: query + (after.map { [("after", $0)] } ?? []))
            let found = page.array ?? []
            matches.agents += found.compactMap(match)
            if matches.agents.count > most {
                matches.agents.removeLast(matches.agents.count - most)
                matches.hasMore = true
                return matches
            }
            guard found.count == 100, let last = found.last?["id"]?.string, last != after else { return matches }
            after = last
        }
    }

    private func match(_ agent: JSONValue) -> Match? {
        guard let id = agent["id"]?.string, let name = agent["name"]?.string else { return nil }
        if let namePart, !name.lowercased().contains(namePart) { return nil }
        let own = Set(agent["tags"]?.strings ?? [])
        return own.isSuperset(of: tags) ? Match(id: id, name: name) : nil
    }
}
