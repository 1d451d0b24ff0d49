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
        // What an id names is certain; what a query finds is to be looked at first.
        let isDry = arguments["dry_run"]?.bool ?? (id == nil)
        let reference = arguments.text("agent_id")
        let found = try await call.session.notes(
            toForget: id.map { .passage($0) } ?? .query(query ?? ""), in: reference)
        let deleted = isDry ? [] : try await call.session.forget(found, in: reference)
        let shown = (isDry ? found : deleted).map(shown)
        var object = JSONObject([("deleted", .bool(!isDry && !deleted.isEmpty)), ("passages", .array(shown))])
        let hints =
            found.isEmpty
            ? ["Nothing in this memory is surely about that. Find the note with recall and pass its id."]
            : isDry ? ["Nothing was deleted. Pass dry_run false, or the passage_id of one of them."] : []
        object.add(hints: hints)
        return .object(object)
    }

    private static func shown(_ passage: JSONValue) -> JSONValue {
        var object = JSONObject([
            ("id", passage["id"] ?? ""), ("text", .string(ShortText.preview(passage["text"]?.string ?? "", 300))),
        ])
        if let date = ShortText.time(passage["created_at"]?.string) { object["date"] = .string(date) }
        return .object(object)
    }
}
