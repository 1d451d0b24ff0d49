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

    /// Where passages are looked for and added: an agent's memory is all of its archives.
    enum Place: Sendable {
        case agent(String)
        case archive(String)
    }

    /// The archive that the call names, else its agent.
    /// - Parameter isWritten: the agent of a project is made when there is none yet.
    func place(isWritten: Bool = false) async throws -> Place {
        if let archive = call.arguments.text("archive_id") {
            return .archive(try await client.id(of: .archive, archive))
        }
        return .agent(try await isWritten ? call.agentForWriting() : call.agent())
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
        let path =
            switch try await place() {
            case .agent(let id): "/v1/agents/\(percentEncoded(id))/archival-memory"
            case .archive(let id): "/v1/roost/archives/\(percentEncoded(id))/passages"
            }
        return try await client.get(path, query: query).array ?? []
    }

    /// Best first, by words and by meaning.
    func search(_ question: String, _ page: PageArguments) async throws -> [JSONValue] {
        let arguments = call.arguments
        var body: JSONObject = [
            "query": .string(question), "limit": .int(Int64(page.limit)), "offset": .int(Int64(page.offset)),
        ]
        switch try await place() {
        case .agent(let id): body["agent_id"] = .string(id)
        case .archive(let id): body["archive_id"] = .string(id)
        }
        for name in ["start_date", "end_date"] {
            if let date = arguments.text(name) { body[name] = .string(date) }
        }
        let tags = arguments.texts("tags")
        if !tags.isEmpty { body["tags"] = .array(tags.map { .string($0) }) }
        let reply = try await ToolError.advising([422: "A date is 2026-11-20 or 2026-11-20T20:30:16Z."]) {
            try await client.call(.post, "/v1/roost/search", body: .object(body))
        }
        return reply["results"]?.array ?? []
    }

    /// One passage, whichever archive holds it.
    func find(_ id: String) async throws -> JSONValue {
        try await ToolError.advising(Self.unknown) { try await client.get(Self.path(id)) }
    }

    // MARK: Writing

    /// - Parameter tool: the tool that was called, which the passage's provenance names.
    func create(by tool: String) async throws -> JSONValue {
        let arguments = call.arguments
        var body: JSONObject = ["text": .string(try arguments.required("text"))]
        for name in ["tags", "metadata"] { if let value = arguments[name] { body[name] = value } }
        // What a model writes down are its own words, whoever said it first.
        body["provenance"] = ["source": "mcp", "tool": .string(tool), "trust": "assistant"]
        let path =
            switch try await place(isWritten: true) {
            case .agent(let id): "/v1/agents/\(percentEncoded(id))/archival-memory"
            case .archive(let id): "/v1/archives/\(percentEncoded(id))/passages"
            }
        let reply = try await client.call(.post, path, body: .object(body))
        return reply.array?.first ?? reply
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

    private static func path(_ id: String) -> String { "/v1/roost/passages/" + percentEncoded(id) }

    private func ownPath(_ id: String) async throws -> String {
        guard let agent = try await call.namedAgent() else { return Self.path(id) }
        return "/v1/agents/\(percentEncoded(agent))/archival-memory/" + percentEncoded(id)
    }
}
