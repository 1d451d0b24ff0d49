import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/agents/{agent_id}/archival-memory…`: the passages of all of an agent's archives. The same routes are served
/// under `/archival` (decisions, REST 4).
enum ArchivalMemoryRoutes {
    static var all: [Route] { routes("archival-memory", suffix: "") + routes("archival", suffix: "_alias") }

    /// Results of a search that names no number, as in V1.
    private static let defaultResults = 5

    private static func routes(_ name: String, suffix: String) -> [Route] {
        let root = "/v1/agents/{agent_id}/" + name
        return [
            Route(.get, root, listOperation("list_passages" + suffix), list),
            Route(.post, root, createOperation("create_passage" + suffix)) { context in
                .passages(
                    try await context.engine.passages.create(
                        [NewPassage(context.body)], forAgent: agentID(context), by: context.caller))
            },
            Route(.get, root + "/search", searchOperation("search_archival_memory" + suffix), search),
            Route(.patch, root + "/{memory_id}", updateOperation("modify_passage" + suffix)) { context in
                let passage = try await context.engine.passages.update(
                    context[parameter: "memory_id"], PassagePatch(context.body), ofAgent: agentID(context),
                    by: context.caller)
                return .passages([passage])
            },
            Route(.delete, root + "/{memory_id}", deleteOperation("delete_passage" + suffix)) { context in
                let id = context[parameter: "memory_id"]
                try await context.engine.passages.delete(id, ofAgent: agentID(context), by: context.caller)
                return .message("Memory id=\(id) successfully deleted")
            },
        ]
    }

    private static func list(_ context: RequestContext) async throws -> Response {
        let page = context.page(limit: 100, ascending: true)
        if let query = context.text("query") {
            let matches = try await context.engine.passages.search(
                query, PassageFilter(context), in: .agent(agentID(context)), limit: page.limit, offset: page.offset,
                by: context.caller)
            return .passages(matches.map(\.passage))
        }
        return .passages(
            try await context.engine.passages.list(
                PassageFilter(context), containing: context.text("search"), page, ofAgent: agentID(context),
                by: context.caller))
    }

    private static func search(_ context: RequestContext) async throws -> Response {
        let page = context.page(limit: defaultResults, ascending: true)
        let matches = try await context.engine.passages.search(
            context.text("query") ?? "", PassageFilter(context), in: .agent(agentID(context)),
            limit: context.integer("top_k") ?? page.limit, offset: page.offset, by: context.caller)
        return .json { json in
            json.object { json in
                json.array("results") { json in for match in matches { match.writeMemoryResult(to: &json) } }
                json.field("count", matches.count)
            }
        }
    }

    private static func agentID(_ context: RequestContext) -> String { context[parameter: "agent_id"] }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, _ success: Schema) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "agents", success: .json(success))
        operation.failures = [404, 409]
        return operation
    }

    /// Any member of the metadata filters too, as `metadata.<name>=<value>`.
    static let filters: [Wire.Operation.Parameter] = [
        .init("tags", .string(), repeated: true), .init("tag_match_mode", .enumeration(["any", "all"])),
        .init("start_datetime", .string(.dateTime)),
        .init("end_datetime", .string(.dateTime), note: "A date without a time means the whole day."),
        .init("trust", ArchiveSchemas.trust, repeated: true, note: "Only passages in the words of one of these."),
        .init("metadata.type", .string(), note: "Any other member of the metadata filters in the same way."),
    ]

    private static func listOperation(_ id: String) -> Wire.Operation {
        var operation = operation(id, "An agent's passages, oldest first", .array(ArchiveSchemas.passage))
        operation.parameters =
            listParameters + [
                .init("query", .string(), note: "Ranks passages by this question; cursors do not apply then.")
            ] + filters
        return operation
    }

    /// Of lists of passages, oldest first.
    static var listParameters: [Wire.Operation.Parameter] {
        QueryCheck.page(limit: 100, ascending: true) + [
            .init("ascending", .boolean, note: "Default true."),
            .init("search", .string(), note: "Only passages that contain this text."),
        ]
    }

    private static func createOperation(_ id: String) -> Wire.Operation {
        var operation = operation(
            id, "Adds a passage to an agent's own archive, which is made when it has none",
            .array(ArchiveSchemas.passage))
        operation.body = ArchiveSchemas.createMemory
        return operation
    }

    private static func searchOperation(_ id: String) -> Wire.Operation {
        let count = Schema.integer(minimum: 1, maximum: PageRequest.maximumLimit)
        var operation = operation(id, "The passages that fit a question best", ArchiveSchemas.memorySearch)
        operation.parameters =
            [
                .init("query", .string(), required: true, note: "Empty: the newest passages."),
                .init("top_k", count, note: "Default \(defaultResults)."), .init("limit", count, note: "As top_k."),
                .init("offset", .integer(minimum: 0, maximum: 1_000_000_000)),
                .init("page", .integer(minimum: 1, maximum: 1_000_000)), .init("page_size", count),
            ] + filters
        return operation
    }

    private static func updateOperation(_ id: String) -> Wire.Operation {
        var operation = operation(id, "Changes a passage", .array(ArchiveSchemas.passage))
        operation.body = ArchiveSchemas.updateMemory
        // The 0.1 SDK sends none when nothing is to change.
        operation.bodyIsRequired = false
        return operation
    }

    private static func deleteOperation(_ id: String) -> Wire.Operation {
        operation(id, "Deletes a passage", ReplySchemas.message)
    }
}
