import Platform

/// One page of the agents that fit a filter, and how many there are in all.
struct AgentPage {
    /// Which part of a list is wanted.
    struct Range {
        let limit: Int
        let offset: Int
        static let most = 100

        /// `limit` and `offset`, or `pagination` with both. Throws `ToolError`.
        init(_ arguments: ToolArguments, default usual: Int = 20) throws {
            let nested = arguments.object("pagination")
            try self.init(
                limit: arguments.integer("limit") ?? nested?["limit"]?.int ?? usual,
                offset: arguments.integer("offset") ?? nested?["offset"]?.int ?? 0)
        }

        /// `page`, which counts from 1, and `pageSize`. Throws `ToolError`.
        init(pagesOf arguments: ToolArguments) throws {
            let size = arguments.integer("pageSize") ?? 10
            let page = arguments.integer("page") ?? 1
            guard (1...1_000_000).contains(page) else { throw ToolError("'page' counts from 1.") }
            try self.init(limit: size, offset: (page - 1) * min(max(size, 1), Self.most))
        }

        private init(limit: Int, offset: Int) throws {
            guard limit >= 1 else { throw ToolError("A page has 1 to \(Self.most) entries, not \(limit).") }
            guard (0...1_000_000_000).contains(offset) else { throw ToolError("'offset' counts from 0.") }
            self.limit = min(limit, Self.most)
            self.offset = offset
        }

        var query: [(String, String)] { [("limit", String(limit)), ("offset", String(offset))] }
    }

    let agents: [JSONValue]
    let total: Int
    let range: Range

    init(_ client: RoostClient, _ filter: [(String, String)], _ range: Range) async throws {
        agents = try await client.get("/v1/agents/", query: filter + AgentShape.listed + range.query).array ?? []
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

    var shown: [JSONValue] { agents.map(AgentShape.summary) }
    private var end: Int { range.offset + agents.count }

    /// What a model should know of the rest: nothing when there is none.
    var hints: [String] {
        if agents.isEmpty, total > 0 { return ["There are \(total); offset \(range.offset) is behind the last."] }
        return end < total ? ["\(total - end) more: offset \(end)."] : []
    }

    private var number: Int { range.offset / range.limit + 1 }

    /// The same for who counts pages.
    var pageHints: [String] {
        if agents.isEmpty, total > 0 { return ["There are \(total): page \(number) is behind the last."] }
        return end < total ? ["\(total - end) more: page \(number + 1)."] : []
    }

    /// How the `classic` tools tell where a page stands.
    var pagination: JSONValue {
        let pages = (total + range.limit - 1) / range.limit
        return [
            "page": .int(Int64(number)), "pageSize": .int(Int64(range.limit)), "total": .int(Int64(total)),
            "totalPages": .int(Int64(pages)), "hasNextPage": .bool(end < total),
        ]
    }
}
