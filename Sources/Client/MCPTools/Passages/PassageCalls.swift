import HTTP
import Platform

/// What the tools do with passages; the profiles differ only in how they ask and answer. Gives passages as the API does.
struct PassageCalls: Sendable {
    let call: ToolCall
    let client: RoostClient

    init(_ call: ToolCall) async throws {
        self.call = call
        client = try await call.client()
    }

    /// The archive that the call names, else its agent.
    /// - Parameter isWritten: the agent of a project is made when there is none yet.
    func place(isWritten: Bool = false) async throws -> PassagePlace {
        if let archive = call.arguments.text("archive_id") {
            return .archive(try await client.id(of: .archive, archive))
        }
        return .agent(try await isWritten ? call.agentForWriting(unseen: true) : call.agent(unseen: true))
    }

    // MARK: Reading

    /// Oldest first, unless the call says otherwise; best first when it has a `query`.
    func list(_ page: PageArguments) async throws -> [JSONValue] {
        let arguments = call.arguments
        if let id = arguments.text("passage_id") { return [try await find(id)] }
        if let query = arguments.text("query") { return try await search(query, page) }
        var query = page.query
        for name in ["search", "after", "before"] {
            if let text = arguments.text(name) { query.append((name, text)) }
        }
        for name in ["ascending", "include_embeddings"] {
            if let flag = arguments[name]?.bool { query.append((name, String(flag))) }
        }
        for (name, parameter) in [("start_date", "start_datetime"), ("end_date", "end_datetime")] {
            if let date = arguments.text(name) { query.append((parameter, date)) }
        }
        query += arguments.texts("tags").map { ("tags", $0) }
        return try await client.get(place().listPath, query: query).array ?? []
    }

    /// Best first, by words and by meaning.
    func search(_ question: String, _ page: PageArguments) async throws -> [JSONValue] {
        var search = PassageSearch(question: question, place: try await place(), limit: page.limit, offset: page.offset)
        search.tags = call.arguments.texts("tags")
        search.since = call.arguments.text("start_date")
        search.until = call.arguments.text("end_date")
        return try await ToolError.advising([422: "A date is 2026-11-20 or 2026-11-20T20:30:16Z."]) {
            try await search.results(client)
        }
    }

    /// One passage, whichever archive holds it.
    func find(_ id: String) async throws -> JSONValue {
        try await ToolError.advising(Self.unknown) { try await client.get(APIPath.passage(id)) }
    }

    // MARK: Writing

    /// - Parameter tool: the tool that was called, which the passage's provenance names.
    func create(by tool: String) async throws -> JSONValue {
        let arguments = call.arguments
        var body: JSONObject = ["text": .string(try arguments.required("text"))]
        for name in ["tags", "metadata"] { if let value = arguments[name] { body[name] = value } }
        return try await place(isWritten: true).add(body, by: tool, client)
    }

    /// - Parameter id: of a passage of the agent that the call names, else of any.
    func update(_ id: String, _ patch: JSONObject) async throws -> JSONValue {
        guard !patch.isEmpty else {
            throw ToolError("There is nothing to change. Give 'text', 'tags' or 'metadata'.")
        }
        let path = try await ownPath(id)
        let reply = try await ToolError.advising([404: Self.advice]) {
            try await client.call(.patch, path, body: .object(patch))
        }
        return reply.array?.first ?? reply
    }

    /// - Parameter id: of a passage of the agent that the call names, else of any.
    func delete(_ id: String) async throws {
        let path = try await ownPath(id)
        try await ToolError.advising(Self.unknown) { _ = try await client.call(.delete, path) }
    }

    private static let advice = "Search or list the passages to see their ids."
    /// The second is for a malformed id.
    private static let unknown = [404: advice, 422: advice]

    private func ownPath(_ id: String) async throws -> String {
        guard let agent = try await call.namedAgent() else { return APIPath.passage(id) }
        return APIPath.passages(ofAgent: agent) + "/" + percentEncoded(id)
    }
}
