import Platform

/// One page of the agents that fit a filter, and how many there are in all.
struct AgentPage {
    static let most = 100

    let agents: [JSONValue]
    let total: Int
    let range: PageArguments

    init(_ client: RoostClient, _ filter: [(String, String)], _ range: PageArguments) async throws {
        agents = try await client.get("/v1/agents/", query: filter + APIPath.tagsAlone + range.query).array ?? []
        total = try await Self.count(client, filter)
        self.range = range
    }

    /// A part of the name or description, and tags of which an agent has one at least.
    static func filter(text: String?, tags: [String]) -> [(String, String)] {
        (text.map { [("query_text", $0)] } ?? []) + tags.map { ("tags", $0) }
    }

    static func count(_ client: RoostClient, _ filter: [(String, String)]) async throws -> Int {
        let shown = [("show_hidden_agents", "false")]
        return try await client.get("/v1/agents/count", query: filter + shown).int ?? 0
    }

    private var end: Int { range.offset + agents.count }

    /// What a model should know of the rest: nothing when there is none.
    var hints: [String] {
        if agents.isEmpty, total > 0 { return ["There are \(total); offset \(range.offset) is behind the last."] }
        return end < total ? ["\(total - end) more: offset \(end)."] : []
    }

    /// The same for who counts pages.
    var pageHints: [String] {
        if agents.isEmpty, total > 0 { return ["There are \(total): page \(range.page) is behind the last."] }
        return end < total ? ["\(total - end) more: page \(range.page + 1)."] : []
    }

    /// How the `classic` tools tell where a page stands.
    var pagination: JSONValue {
        let pages = (total + range.limit - 1) / range.limit
        return [
            "page": .int(Int64(range.page)), "pageSize": .int(Int64(range.limit)), "total": .int(Int64(total)),
            "totalPages": .int(Int64(pages)), "hasNextPage": .bool(end < total),
        ]
    }
}
