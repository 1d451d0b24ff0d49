import HTTP
import Platform

/// Whose passages: an agent's memory is all of its archives.
enum PassagePlace: Sendable {
    case agent(String)
    case archive(String)

    var listPath: String {
        switch self {
        case .agent(let id): APIPath.passages(ofAgent: id)
        case .archive(let id): "/v1/roost/archives/\(percentEncoded(id))/passages"
        }
    }

    /// Where passages are added; an agent's go into its own archive.
    var newPath: String {
        switch self {
        case .agent(let id): APIPath.passages(ofAgent: id)
        case .archive(let id): APIPath.archive(id) + "/passages"
        }
    }

    /// Stores what a model wrote down: its own words, whoever said it first.
    /// - Parameter tool: the tool that was called, which the passage's provenance names.
    func add(_ passage: JSONObject, by tool: String, _ client: RoostClient) async throws -> JSONValue {
        var body = passage
        body["provenance"] = .object(Provenance(source: "mcp", trust: .assistant, tool: tool).json)
        return try await add(body, client)
    }

    /// - Parameter key: of all requests with it one stores something.
    func add(_ body: JSONObject, _ client: RoostClient, onceFor key: String? = nil) async throws -> JSONValue {
        let reply = try await client.call(.post, newPath, body: .object(body), onceFor: key)
        return reply.array?.first ?? reply
    }
}

/// A question to the search for passages (`/v1/roost/search`), which every profile asks. Best first; the newest first when it
/// has no words.
struct PassageSearch: Sendable {
    var question: String?
    /// Nil: every archive that this client sees.
    var place: PassagePlace?
    var limit: Int
    var offset = 0
    var tags: [String] = []
    /// Otherwise one of the tags is enough.
    var needsAllTags = false
    /// Members that the metadata must have.
    var metadata = JSONObject()
    var since: String?
    var until: String?
    /// Leaves out what is most likely beside the question.
    var isRelevantOnly = false
    /// Without meaning: no model has to be read for it.
    var byWordsAlone = false
    /// Asks what each part of the ranking gave.
    var isExplained = false
    /// False for a search that nobody reads the results of.
    var countsAsUse = true

    func results(_ client: RoostClient) async throws -> [JSONValue] {
        try await client.call(.post, "/v1/roost/search", body: .object(body))["results"]?.array ?? []
    }

    private var body: JSONObject {
        var body = JSONObject([("limit", .int(Int64(limit)))])
        if let question { body["query"] = .string(question) }
        if offset > 0 { body["offset"] = .int(Int64(offset)) }
        switch place {
        case .agent(let id)?: body["agent_id"] = .string(id)
        case .archive(let id)?: body["archive_id"] = .string(id)
        case nil: break
        }
        if !tags.isEmpty { body["tags"] = .array(tags.map { .string($0) }) }
        if needsAllTags { body["tag_match_mode"] = "all" }
        if !metadata.isEmpty { body["metadata"] = .object(metadata) }
        if let since { body["start_date"] = .string(since) }
        if let until { body["end_date"] = .string(until) }
        if isRelevantOnly { body["relevant_only"] = true }
        if byWordsAlone { body["mode"] = "text" }
        if !countsAsUse { body["counts_as_use"] = false }
        if isExplained { body["explain"] = true }
        return body
    }
}
