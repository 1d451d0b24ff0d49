import Domain
import Platform

/// Looking up what was said (wire notes, section 10): by words and by meaning.
extension BuiltInToolRun {
    func searchConversation(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let zone = call.agent.zone
        var search = ConversationSearch(agent: call.agent)
        search.query = try arguments.optionalText("query")
        if let roles = try arguments.texts("roles"), !roles.isEmpty { search.roles = try Self.roles(roles) }
        search.limit = try arguments.count("limit", default: 5, most: Self.mostMessages)
        search.start = try arguments.start("start_date", in: zone)
        search.end = try arguments.end("end_date", in: zone)
        if call.name == "conversation_search_date", search.start == nil || search.end == nil {
            throw ToolFailure("conversation_search_date needs start_date and end_date, such as 2026-01-31.", .type)
        }
        let found = try await messages(search, call)
        let message = found.isEmpty ? "No results found." : "Showing \(found.count) results:"
        return ToolOutcome(
            JSONValue.object(["message": .string(message), "results": .array(found)]).text)
    }

    private static let mostMessages = 100
    /// Of a longer list of words to look up the first ones are.
    private static let mostWords = 20

    /// Results of tools are never found: a search would bring back the results of earlier searches.
    private static func roles(_ words: [String]) throws -> [Message.Role] {
        try words.compactMap { word in
            switch word.trimmed.lowercased() {
            case "user": .user
            case "assistant": .assistant
            case "tool": nil
            default:
                throw ToolFailure(
                    "The argument 'roles' of conversation_search has to be a list of \"assistant\", \"user\" or \"tool\", "
                        + "not \"\(word)\".", .type)
            }
        }
    }

    /// What `search_memory` finds for each of its words, or in the time it names.
    func searchMemory(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let words = (try arguments.texts("convo_keyword_queries") ?? []).filter { !$0.trimmed.isEmpty }
        let ages = [try arguments.integer("start_minutes_ago"), try arguments.integer("end_minutes_ago")]
        var search = ConversationSearch(agent: call.agent)
        // The stretch begins longer ago than it ends; models mix the two up.
        let known = ages.compactMap { $0 }
        if known.count == 2 {
            (search.start, search.end) = (Self.ago(max(known[0], known[1])), Self.ago(min(known[0], known[1])))
        }
        if known.count == 1 {
            if ages[0] != nil { search.start = Self.ago(known[0]) } else { search.end = Self.ago(known[0]) }
        }
        guard !words.isEmpty || !known.isEmpty else {
            throw ToolFailure("search_memory needs convo_keyword_queries, or a time in minutes ago.", .type)
        }
        var found: [(String, JSONValue)] = []
        for word in words.uniqued.prefix(Self.mostWords) {
            search.query = word
            found.append((word, .array(try await messages(search, call))))
        }
        if words.isEmpty {
            return ToolOutcome(
                JSONValue.object(["convo_search_results": .array(try await messages(search, call))]).text)
        }
        return ToolOutcome(JSONValue.object(["convo_keyword_search_results": .object(JSONObject(found))]).text)
    }

    /// Minutes beyond all times are cut to a century.
    private static func ago(_ minutes: Int) -> Timestamp {
        let minutes = max(0, min(minutes, 60 * 24 * 36_500))
        return Timestamp(microseconds: Timestamp.now.microseconds - Int64(minutes) * 60_000_000)
    }

    private func messages(_ search: ConversationSearch, _ call: ToolInvocation) async throws -> [JSONValue] {
        let found = try await search.run(engine, by: call.caller)
        let now = Timestamp.now
        return found.matches.map { search.result($0, found.mode, now: now) }
    }
}

/// A look into an agent's earlier messages: its people's and its own words, without what tools gave, without turns that look
/// something up, and without events that nobody said.
struct ConversationSearch: Sendable {
    let agent: Agent
    var query: String?
    /// Empty: nobody's.
    var roles: [Message.Role] = [.user, .assistant]
    var limit = 5
    var start: Timestamp?
    var end: Timestamp?

    init(agent: Agent) { self.agent = agent }

    /// As many messages are looked at.
    private static let mostRead = 1000

    /// Without words to look for the newest.
    func run(_ engine: Engine, by caller: Caller) async throws -> MessageResults {
        if roles.isEmpty { return MessageResults() }
        var filter = MessageFilter()
        filter.agentID = agent.id
        (filter.roles, filter.start, filter.end) = (roles, start, end)
        var wanted = limit + 16
        while true {
            var found = try await engine.messages.search(query, filter, limit: wanted, by: caller)
            let read = found.matches.count
            let shown = found.matches.filter { Self.isShown($0.message) }
            if shown.count >= limit || read < wanted || wanted >= Self.mostRead {
                found.matches = Array(shown.prefix(limit))
                return found
            }
            wanted = min(wanted * 4, Self.mostRead)
        }
    }

    private static func isShown(_ message: Message) -> Bool {
        if message.searchText.trimmed.isEmpty { return false }
        let calls = message.toolCalls?.value.array ?? []
        return !calls.contains { call in
            call["function"]?["name"]?.string?.hasPrefix("conversation_search") ?? false
        }
    }

    /// - Parameter mode: nil when nothing was looked for.
    func result(_ match: MessageMatch, _ mode: MessageSearchMode?, now: Timestamp) -> JSONValue {
        let message = match.message
        var item = JSONObject([
            ("timestamp", .string(message.createdAt.iso8601(in: agent.zone))),
            ("time_ago", .string(Self.ago(message.createdAt, now: now))),
            ("role", .string(message.role.rawValue)),
        ])
        if let mode {
            func rank(_ rank: Int?) -> JSONValue { rank.map { .int(Int64($0)) } ?? .null }
            item["relevance"] = [
                "rrf_score": .double(match.fusedScore), "vector_rank": rank(match.vectorRank),
                "fts_rank": rank(match.textRank), "search_mode": .string(mode.rawValue),
            ]
        }
        item["content"] = .string(message.searchText)
        return .object(item)
    }

    /// `5m ago`.
    static func ago(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = max(0, (now.microseconds - time.microseconds) / 1_000_000)
        return switch seconds {
        case ..<60: "\(seconds)s ago"
        case ..<3600: "\(seconds / 60)m ago"
        case ..<86_400: "\(seconds / 3600)h ago"
        default: "\(seconds / 86_400)d ago"
        }
    }
}
