import Platform
import Wire

/// `forget`: deletes notes, after showing which when they were not named by id.
enum ForgetTool {
    static let tool = MCPTool(
        "forget", title: "Forget",
        """
        Delete a stored note that is wrong, outdated or unwanted: by passage_id, or what answers a query. A query only \
        lists what would go unless dry_run is false.
        """,
        input: [
            .optional("passage_id", .string()), .optional("query", .string()), .optional("dry_run", .boolean),
            MemoryTools.agentID,
        ],
        output: [.required("deleted", .boolean), .required("passages", MemoryTools.objects), .hints],
        .destructive
    ) { call in
        let arguments = call.arguments
        let id = arguments.text("passage_id")
        let query = arguments.text("query")
        guard (id == nil) != (query == nil) else { throw ToolError("Give 'passage_id' or 'query', one of the two.") }
        let agent = try await call.session.requiredAgent(arguments.text("agent_id"), unseen: true)
        let passages = AgentPassages(client: try await call.client(), agentID: agent.id)
        // What an id names is certain; what a query finds is to be looked at first.
        let isDry = arguments["dry_run"]?.bool ?? (id == nil)
        let found: [JSONValue]
        if let id {
            found = [try await one(id, passages, agent)]
        } else {
            found = try await fitting(query ?? "", passages)
        }
        var deleted: [JSONValue] = []
        if !isDry { for passage in found where try await delete(passage, passages) { deleted.append(passage) } }
        let shown = (isDry ? found : deleted).map(shown)
        var object = JSONObject([("deleted", .bool(!isDry && !deleted.isEmpty)), ("passages", .array(shown))])
        let hints =
            found.isEmpty
            ? ["Nothing in this memory is surely about that. Find the note with recall and pass its id."]
            : isDry ? ["Nothing was deleted. Pass dry_run false, or the passage_id of one of them."] : []
        object.add(hints: hints)
        return .object(object)
    }

    /// A query must not empty a memory.
    private static let mostByQuery = 10

    private static func one(_ id: String, _ passages: AgentPassages, _ agent: MemoryAgent) async throws -> JSONValue {
        if let passage = try await passages.find(id) { return passage }
        throw ToolError(
            "\(agent.shownName) has no note '\(ShortText.preview(id, 60))'.",
            hints: ["If recall said that another agent has it, pass that agent_id too."], status: 404)
    }

    private static func fitting(_ query: String, _ passages: AgentPassages) async throws -> [JSONValue] {
        guard query.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw ToolError("'query' has no words: what should be forgotten?")
        }
        return try await passages.best(for: query, mostByQuery).filter { $0["relevant"]?.bool == true }
    }

    /// False when somebody else was faster.
    private static func delete(_ passage: JSONValue, _ passages: AgentPassages) async throws -> Bool {
        do { try await passages.delete(passage["id"]?.string ?? "") } catch let error as ClientError {
            guard error.status == 404 else { throw error }
            return false
        }
        return true
    }

    private static func shown(_ passage: JSONValue) -> JSONValue {
        var object = JSONObject([
            ("id", passage["id"] ?? ""), ("text", .string(ShortText.preview(passage["text"]?.string ?? "", 300))),
        ])
        if let date = ShortText.time(passage["created_at"]?.string) { object["date"] = .string(date) }
        return .object(object)
    }
}
