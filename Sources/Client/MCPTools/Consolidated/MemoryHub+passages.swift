import Platform

extension MemoryHub {
    static let passageOperations: [(name: String, run: Hub.Operation)] = [
        ("search_archival", searchArchival),
        ("list_passages", listPassages),
        ("create_passage", createPassage),
        ("update_passage", updatePassage),
        ("delete_passage", deletePassage),
    ]

    static let searchOperations: [(name: String, run: Hub.Operation)] = [("search_memory", searchMemory)]

    private static func searchArchival(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments, standard: 10, most: 100)
        let found = try await PassageCalls(call).search(try call.arguments.required("query"), page)
        return passages(found, call, page)
    }

    private static func listPassages(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments)
        let list = try await PassageCalls(call).list(page)
        guard call.arguments.text("passage_id") == nil else {
            return Hub.Answer("The passage.", data: .array(list.map(PassageView(call.arguments).one)), count: 1)
        }
        return passages(list, call, page)
    }

    private static func createPassage(_ call: ToolCall) async throws -> Hub.Answer {
        let passage = try await PassageCalls(call).create(by: "letta_memory_unified")
        return Hub.Answer("Stored the passage.", data: PassageView(call.arguments).receipt(passage))
    }

    private static func updatePassage(_ call: ToolCall) async throws -> Hub.Answer {
        var patch = JSONObject()
        for name in ["text", "tags", "metadata"] { patch[name] = call.arguments[name] }
        let passage = try await PassageCalls(call).update(try call.arguments.required("passage_id"), patch)
        return Hub.Answer("Changed the passage.", data: PassageView(call.arguments).receipt(passage))
    }

    private static func deletePassage(_ call: ToolCall) async throws -> Hub.Answer {
        let id = try call.arguments.required("passage_id")
        try await PassageCalls(call).delete(id)
        return Hub.Answer("Deleted the passage.", data: ["passage_id": .string(id)])
    }

    private static func passages(_ list: [JSONValue], _ call: ToolCall, _ page: PageArguments) -> Hub.Answer {
        let view = PassageView(call.arguments, count: list.count)
        let shown = list.map(view.passage)
        return Hub.Answer(
            "Passages: \(shown.count)", data: .array(shown), count: shown.count,
            hints: view.hints(shown) + page.hints(after: shown.count))
    }

    private static func messages(
        _ question: String, _ call: ToolCall, _ page: PageArguments
    ) async throws -> [JSONValue] {
        var body: JSONObject = ["query": .string(question), "agent_id": .string(try await call.agent())]
        for name in ["start_date", "end_date"] { body[name] = call.arguments[name] }
        return try await MessageSearch.results(body, page, try await call.client())
    }

    // MARK: Everything

    private static func searchMemory(_ call: ToolCall) async throws -> Hub.Answer {
        let question = try call.arguments.required("query")
        let source = call.arguments.text("source") ?? "both"
        let page = try PageArguments(call.arguments, standard: 10, most: 100)
        // Nil: not searched.
        var found: [JSONValue]?
        var said: [JSONValue]?
        var hints: [String] = []
        if source != "messages" { found = try await PassageCalls(call).search(question, page) }
        if source != "archival" {
            do {
                said = try await messages(question, call, page)
                hints += MessageSearch.hints(page)
            } catch let error as ClientError where error.status == 501 && source == "both" {
                hints.append("Messages could not be searched: \(error.description)")
            }
        }
        let view = PassageView(call.arguments, count: (found?.count ?? 0) + (said?.count ?? 0))
        let (passages, messages) = (found?.map(view.passage), said?.map(view.message))
        var data = JSONObject()
        data["archival"] = passages.map { .array($0) }
        data["messages"] = messages.map { .array($0) }
        let all = (passages ?? []) + (messages ?? [])
        hints += page.hints(after: max(passages?.count ?? 0, messages?.count ?? 0))
        return Hub.Answer(
            "Results: \(all.count)", data: .object(data), count: all.count, hints: view.hints(all) + hints)
    }
}
