package import Platform

/// What was asked of `recall`.
package struct RecallRequest: Sendable {
    /// Whose memory is searched.
    package enum Scope: String, CaseIterable, Sendable { case project, shared, all }
    /// What is searched.
    package enum Source: String, CaseIterable, Sendable { case archival, messages, blocks }

    /// Empty: the newest.
    package var query: String
    package var limit = 8
    /// A note needs all of them.
    package var tags: [String] = []
    /// Members that the metadata of a note must have.
    package var metadata = JSONObject()
    package var since: String?
    package var until: String?
    package var scope = Scope.project
    package var sources: [Source] = [.archival]
    /// Labels of blocks to look into beside the sources, whatever tags are asked for.
    package var blocks: [String] = []
    /// Another agent than the session's, by id or name.
    package var agent: String?
    /// Asks what each part of the ranking gave.
    package var isExplained = false

    package init(query: String, sources: [Source] = [.archival]) {
        self.query = query
        self.sources = sources
    }

    /// Throws `ToolError`.
    init(_ arguments: ToolArguments) throws {
        query = arguments["query"]?.string ?? ""
        limit = arguments.integer("limit") ?? 8
        tags = arguments.texts("tags").filter { !$0.isEmpty }
        if let type = arguments.text("type") { tags.append("type:" + type) }
        since = try RecallTime.bound(arguments, "since")
        until = try RecallTime.bound(arguments, "until")
        scope = arguments.text("scope").flatMap(Scope.init(rawValue:)) ?? .project
        let named = arguments.texts("sources").compactMap(Source.init(rawValue:))
        if !named.isEmpty { sources = named }
        agent = arguments.text("agent_id")
    }

    /// Letters to look for beside the search of the server.
    var hasWords: Bool { query.contains { $0.isLetter || $0.isNumber } }
}
